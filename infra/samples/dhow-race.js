// The race seen from the quay: the boat in front overtakes, a buoy marks the line. The boats' bows point left.

films["dhow-race"] = async (svg) => {
  const background = await layer(svg), gulls = await layer(svg, "gulls");
  // Drift in pixels from the first to the last second; x and y of the waterline, around which the boat rolls.
  const boats = [
    { image: await layer(svg, "dhow-1"), x: 930, y: 452, from: 10, to: -40, roll: 0.008, pace: 1.3 },
    { image: await layer(svg, "dhow-2"), x: 640, y: 462, from: 30, to: -50, roll: 0.01, pace: 1.1 },
    { image: await layer(svg, "dhow-3"), x: 1040, y: 500, from: -520, to: -330, roll: 0.016, pace: 0.9 },
    { image: await layer(svg, "dhow-4"), x: 430, y: 560, from: 640, to: -110, roll: 0.022, pace: 0.75 },
  ];
  const glints = Array.from({ length: 44 }, (_, i) => {
    const depth = ((i * 37) % 44) / 44;
    return { x: (i * 211) % 1300, y: 446 + 350 * depth ** 1.6, width: 20 + 90 * depth, phase: i * 1.7, depth };
  });

  function buoy(context, x, y) {
    context.fillStyle = "#3a2a20";
    context.fillRect(x - 3, y - 150, 6, 130);
    context.fillStyle = "#c4452f";
    context.beginPath();
    context.moveTo(x + 3, y - 150);
    context.quadraticCurveTo(x + 34, y - 146, x + 62, y - 130);
    context.quadraticCurveTo(x + 32, y - 120, x + 3, y - 110);
    context.fill();
    context.beginPath();
    context.moveTo(x - 36, y);
    context.quadraticCurveTo(x - 26, y - 44, x, y - 46);
    context.quadraticCurveTo(x + 26, y - 44, x + 36, y);
    context.fill();
    context.fillStyle = "#f8f0dc";
    context.fillRect(x - 30, y - 24, 60, 9);
  }

  return (context, seconds) => {
    context.drawImage(background, 0, 0);
    const waves = (from, to) => {
      for (const { x, y, width, phase, depth } of glints) {
        if (depth < from || depth >= to) continue;
        context.globalAlpha = 0.5 * Math.max(0, Math.sin(seconds * 1.6 + phase));
        context.fillStyle = depth * 7 % 1 < 0.5 ? "#f4f3de" : "#0f4650";
        context.beginPath();
        context.ellipse((x + seconds * 26 * (0.3 + depth)) % 1300 - 50, y, width / 2, 1.5 + 2.5 * depth, 0, 0, 7);
        context.fill();
      }
      context.globalAlpha = 1;
    };
    waves(0, 0.3);
    context.drawImage(gulls, -60 + seconds * 16, 10 * Math.sin(seconds * 0.9));
    for (const boat of boats) {
      const drift = boat.from + (boat.to - boat.from) * between(0, 10, seconds);
      context.save();
      context.translate(boat.x + drift, boat.y + 5 * Math.sin(seconds * boat.pace * 2 + boat.x) * (boat.y / 560) ** 6);
      context.rotate(boat.roll * Math.sin(seconds * boat.pace * 1.4 + boat.y));
      context.drawImage(boat.image, -boat.x, -boat.y);
      context.restore();
    }
    waves(0.3, 1);
    buoy(context, -160 + seconds * 62, 716 + 6 * Math.sin(seconds * 2));
  };
};
