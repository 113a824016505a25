"""From the drawings in `pictures/` to the WebP files that the articles refer to."""

import base64
from pathlib import Path

from playwright.sync_api import Page

HERE = Path(__file__).parent

# Width and height in pixels, and the most bytes a file may have.
SIZES = ((1200, 800, 36_500), (600, 400, 14_500))

# The drawing is painted once, at its own size, and the small picture made from that: grain and strokes stay in scale.
# A file that is too heavy is written again with less quality, down to 0.3.
RASTERISE = """
async ([svg, sizes]) => {
  const image = new Image();
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg);
  await image.decode();
  const painted = new OffscreenCanvas(1200, 800);
  painted.getContext("2d").drawImage(image, 0, 0, 1200, 800);
  const files = [];
  for (const [width, height, limit] of sizes) {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(painted, 0, 0, width, height);
    let blob, quality = 0.8;
    do {
      blob = await canvas.convertToBlob({ type: "image/webp", quality });
      quality -= 0.04;
    } while (blob.size > limit && quality >= 0.3);
    const bytes = new Uint8Array(await blob.arrayBuffer());
    files.push(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
  }
  return files;
}
"""


def with_textures(drawing: str) -> str:
    """The SVG text with the definitions of `textures.svg`, which all drawings refer to (alone, they show without)."""
    textures = (HERE / "textures.svg").read_text()
    definitions = textures[textures.index("<defs>") : textures.index("</svg>")]
    return drawing.replace(">", ">" + definitions, 1)


def rasterise_all(page: Page) -> dict[str, bytes]:
    """Every drawing in both sizes: name of the file and its content (WebP)."""
    made: dict[str, bytes] = {}
    for path in sorted((HERE / "pictures").glob("*.svg")):
        files: list[str] = page.evaluate(RASTERISE, [with_textures(path.read_text()), SIZES])
        for (width, _, _), content in zip(SIZES, files, strict=True):
            made[f"sample-{path.stem}-{width}.webp"] = base64.b64decode(content)
    return made
