// A lantern from bamboo to light: strips are split, bent one after another, papered, lit. The workshop is out of focus.

films["lantern-making"] = async (svg) => {
  const X = 600, Y = 372, HEIGHT_HALF = 208, RIBS = [-1, 1, -0.78, 0.78, -0.52, 0.52, -0.26, 0.26, 0];
  const WIDEST = 262, BENCH = 640;
  const workshop = new OffscreenCanvas(1200, 800);
  const soft = workshop.getContext("2d");
  soft.filter = "blur(7px) brightness(0.62)";
  soft.drawImage(await layer(svg), -400, -330, 1860, 1240);
  for (const id of ["lantern-1", "lantern-2", "lantern-5"]) {
    soft.drawImage(await layer(svg, id), -150, -60, 1500, 1000);
  }
  soft.filter = "none";
  const bench = soft.createLinearGradient(0, BENCH, 0, 800);
  bench.addColorStop(0, "#8d5a34");
  bench.addColorStop(0.08, "#5d3822");
  bench.addColorStop(1, "#24140e");
  soft.fillStyle = bench;
  soft.fillRect(0, BENCH, 1200, 160);
  soft.fillStyle = "#c98f52";
  soft.fillRect(0, BENCH, 1200, 5);

  // A rib is a curve from the upper to the lower ring; `bent` 0 is straight, 1 round.
  function rib(context, side, bent) {
    const bulge = side * WIDEST * bent;
    context.moveTo(X + side * 44, Y - HEIGHT_HALF);
    context.bezierCurveTo(X + side * 44 + bulge, Y - HEIGHT_HALF, X + side * 44 + bulge, Y + HEIGHT_HALF, X + side * 44, Y + HEIGHT_HALF);
  }

  function stroke(context, colour, width, draw) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.lineCap = "round";
    context.beginPath();
    draw();
    context.stroke();
  }

  function split(context, seconds) { // the strip on the bench that the knife opens from the right
    const cut = ease(between(0.3, 2, seconds)), away = 1 - between(2, 2.8, seconds);
    if (away === 0) return;
    context.globalAlpha = away;
    const tip = 980 - 700 * cut;
    for (const way of [-1, 1]) {
      stroke(context, way < 0 ? "#e3b872" : "#b5854a", 11, () => {
        context.moveTo(220, BENCH + 62 + way * 5);
        context.lineTo(tip, BENCH + 62 + way * 5);
        context.quadraticCurveTo(tip + 120 * cut, BENCH + 62 + way * 8, 980, BENCH + 62 + way * (5 + 44 * cut));
      });
    }
    context.fillStyle = "#cfd3cf";
    context.beginPath();
    context.moveTo(tip - 16, BENCH + 62);
    context.lineTo(tip + 120, BENCH + 34);
    context.lineTo(tip + 130, BENCH + 60);
    context.fill();
    context.fillStyle = "#7b5230";
    context.fillRect(tip + 118, BENCH + 30, 110, 32);
    context.globalAlpha = 1;
  }

  function rings(context, seconds) {
    context.globalAlpha = ease(between(1.6, 2.2, seconds));
    for (const [y, height] of [[Y - HEIGHT_HALF - 14, 24], [Y + HEIGHT_HALF - 10, 24]]) {
      context.fillStyle = "#6b4528";
      context.fillRect(X - 66, y, 132, height);
      context.fillStyle = "#d9a441";
      context.fillRect(X - 66, y + 9, 132, 4);
    }
    context.globalAlpha = 1;
  }

  function panels(context, seconds, lit) {
    const order = [...RIBS].sort((a, b) => a - b);
    for (let i = 0; i + 1 < order.length; i++) {
      const pasted = ease(between(5.1 + i * 0.28, 5.6 + i * 0.28, seconds));
      if (pasted === 0) continue;
      context.save();
      context.beginPath();
      context.rect(0, Y - HEIGHT_HALF - 4, 1200, (2 * HEIGHT_HALF + 8) * pasted);
      context.clip();
      context.beginPath();
      for (const [side, back] of [[order[i], false], [order[i + 1], true]]) {
        const bulge = side * WIDEST, x = X + side * 44, [top, end] = back ? [Y + HEIGHT_HALF, Y - HEIGHT_HALF] : [Y - HEIGHT_HALF, Y + HEIGHT_HALF];
        back ? context.lineTo(x, top) : context.moveTo(x, top);
        context.bezierCurveTo(x + bulge, top, x + bulge, end, x, end);
      }
      const shade = Math.abs(order[i] + order[i + 1]) * 24;
      context.fillStyle = `rgb(${190 - shade + 40 * lit}, ${48 - shade / 2 + 30 * lit}, ${32 - shade / 3})`;
      context.fill();
      context.restore();
    }
  }

  return (context, seconds) => {
    const lit = ease(between(8, 9.2, seconds)) * (1 - 0.06 * Math.sin(seconds * 9));
    context.drawImage(workshop, 0, 0);
    stroke(context, "#120b08", 5, () => {
      context.moveTo(X, 0);
      context.lineTo(X, Y - HEIGHT_HALF - 12);
    });
    split(context, seconds);
    panels(context, seconds, lit);
    if (lit > 0) {
      for (const [radius, strength] of [[200, 0.85], [620, 0.4]]) {
        const light = context.createRadialGradient(X, Y, 0, X, Y, radius);
        light.addColorStop(0, `rgba(255, 205, 120, ${strength * lit})`);
        light.addColorStop(1, "rgba(255, 170, 80, 0)");
        context.fillStyle = light;
        context.fillRect(0, 0, 1200, 800);
      }
    }
    RIBS.forEach((side, i) => {
      const bent = ease(between(2 + i * 0.3, 2.6 + i * 0.3, seconds));
      if (bent === 0) return;
      const papered = between(5.1, 7.8, seconds);
      stroke(context, papered < 1 ? "#dcae66" : "#7d2417", 6 - 2 * papered, () => rib(context, side, bent));
    });
    rings(context, seconds);
    const tassel = ease(between(7.3, 8, seconds));
    context.globalAlpha = tassel;
    for (const x of [-12, -6, 0, 6, 12]) {
      stroke(context, "#d9a441", 3, () => {
        context.moveTo(X + x / 3, Y + HEIGHT_HALF + 16);
        context.lineTo(X + x + 5 * Math.sin(seconds * 2.2), Y + HEIGHT_HALF + 16 + 82 * tassel);
      });
    }
    context.globalAlpha = 1;
  };
};
