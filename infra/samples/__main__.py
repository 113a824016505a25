"""`python -m infra.samples [pictures] [films] [sounds]` writes `shared/samples/media/` anew: those named, else all.

Pictures and films are drawn by the Chromium that MASTHEAD_CHROMIUM names (`sh infra/native/chromium.sh` finds one).
"""

import argparse
import os
from pathlib import Path

from playwright.sync_api import sync_playwright

from infra.samples import films, pictures, sounds

MEDIA = Path(__file__).parents[2] / "shared/samples/media"
KINDS = ("pictures", "films", "sounds")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.samples", description=__doc__)
    parser.add_argument("kinds", nargs="*", choices=(*KINDS, "all"), default="all", help="what to make (all)")
    asked = parser.parse_args().kinds
    kinds = KINDS if "all" in asked else asked

    made: dict[str, bytes] = {}
    if "sounds" in kinds:
        made |= sounds.play_all()
    if {"pictures", "films"} & set(kinds):
        chromium = os.environ.get("MASTHEAD_CHROMIUM")
        if not chromium:
            parser.error("MASTHEAD_CHROMIUM names no Chromium: MASTHEAD_CHROMIUM=$(sh infra/native/chromium.sh)")
        with sync_playwright() as playwright, playwright.chromium.launch(executable_path=chromium) as browser:
            page = browser.new_page()
            if "pictures" in kinds:
                made |= pictures.rasterise_all(page)
            if "films" in kinds:
                made |= films.record_all(page)

    MEDIA.mkdir(exist_ok=True)
    for name, content in sorted(made.items()):
        (MEDIA / name).write_bytes(content)
        print(f"{len(content):8,}  {name}")


if __name__ == "__main__":
    main()
