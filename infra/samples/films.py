"""From two of the drawings to short films: `films.js` and one script for each film paint and encode the frames."""

import base64
from pathlib import Path

from playwright.sync_api import Page

from infra.samples.pictures import with_textures
from infra.samples.webm import Frame, webm

HERE = Path(__file__).parent

# Each film, the drawing whose layers it moves, and the bits a second that keep its file under 150 kB.
FILMS = {"lantern-making": ("lanterns", 110_000), "dhow-race": ("dhow-race", 80_000)}


def record_all(page: Page) -> dict[str, bytes]:
    """Every film: name of the file and its content (WebM, VP9, 900 x 600, ten seconds, no sound)."""
    page.goto((HERE / "films.html").as_uri())  # the encoder wants a secure context, which a local file is
    made: dict[str, bytes] = {}
    for name, (drawing, bitrate) in FILMS.items():
        svg = with_textures((HERE / "pictures" / f"{drawing}.svg").read_text())
        film = page.evaluate("(film) => record(...film)", [name, svg, bitrate])
        frames = [Frame(at, key, base64.b64decode(content)) for at, key, content in film["frames"]]
        made[f"sample-{name}.webm"] = webm(frames, "V_VP9", film["width"], film["height"], film["duration"])
    return made
