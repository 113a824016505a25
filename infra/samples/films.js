// A film is a function: given its drawing it prepares its layers and returns paint(context, seconds), in the drawing's
// own 1200 x 800. It is painted frame by frame, not in real time, so that a busy machine drops none.

const WIDTH = 900, HEIGHT = 600, SECONDS = 10, RATE = 15;
const films = {};

// One layer of a drawing as an image: the group with that id alone, or, without one, all that is in no such group.
async function layer(svg, id = null) {
  const drawing = new DOMParser().parseFromString(svg, "image/svg+xml");
  for (const part of [...drawing.documentElement.children]) {
    if (part.localName !== "defs" && (part.id || null) !== id) part.remove();
  }
  const image = new Image();
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(drawing));
  await image.decode();
  return createImageBitmap(image);
}

const between = (low, high, x) => Math.min(1, Math.max(0, (x - low) / (high - low)));
const ease = (x) => x * x * (3 - 2 * x);

async function record(name, svg, bitrate) {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext("2d");
  const paint = await films[name](svg);
  const frames = [];
  const encoder = new VideoEncoder({
    output: (chunk) => {
      const bytes = new Uint8Array(chunk.byteLength);
      chunk.copyTo(bytes);
      const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
      frames.push([Math.round(chunk.timestamp / 1000), chunk.type === "key", text]);
    },
    error: (error) => { throw error; },
  });
  const size = { width: WIDTH, height: HEIGHT };
  encoder.configure({ ...size, codec: "vp09.00.21.08", framerate: RATE, bitrate });
  for (let number = 0; number < SECONDS * RATE; number++) {
    context.setTransform(WIDTH / 1200, 0, 0, HEIGHT / 800, 0, 0);
    paint(context, number / RATE);
    const frame = new VideoFrame(canvas, { timestamp: (number * 1e6) / RATE });
    encoder.encode(frame, { keyFrame: number === 0 });
    frame.close();
    if (encoder.encodeQueueSize > 8) await encoder.flush();
  }
  await encoder.flush();
  return { ...size, frames, duration: SECONDS * 1000 };
}
