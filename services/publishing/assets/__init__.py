"""The files that pages load beside themselves: style, player, the sample newsroom's pictures and recordings.

The edge serves them under `/assets/{name}`; pages ask with the renderer's fingerprint in the query, so an address with
a query never changes its content.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shared.editions import Edition

FOLDER = Path(__file__).parent
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".wav": "audio/wav",
    ".webm": "video/webm",
}


@dataclass(frozen=True)
class Asset:
    """A file as it is served."""

    content: bytes
    content_type: str


def load(editions: Mapping[str, Edition]) -> dict[str, Asset]:
    """Every asset by its name under `/assets/`, each edition's stylesheet among them. Reads the folder."""
    files = sorted(file for file in FOLDER.iterdir() if file.suffix in _TYPES)
    found = {file.name: Asset(file.read_bytes(), _TYPES[file.suffix]) for file in files}
    for edition in editions.values():
        found[stylesheet_name(edition)] = Asset(stylesheet(edition).encode(), _TYPES[".css"])
    return found


def stylesheet_name(edition: Edition) -> str:
    """The name of an edition's stylesheet. No other asset has it: a slug holds no dot."""
    return f"edition.{edition.slug}.css"


def stylesheet(edition: Edition) -> str:
    """What sets an edition apart: its colours as custom properties, and its sections.

    A section's address is `/{edition}/#section-{slug}`: the front page then shows that section's cards alone.
    """
    colours = "".join(f"  --{name}: {value};\n" for name, value in edition.colours.items())
    rules = [f":root {{\n{colours}}}\n"]
    for section in edition.sections:
        target, cards = f"#section-{section.slug}:target", f'[data-section="{section.slug}"]'
        here = f':root:has({target}) .sections a[href$="#section-{section.slug}"]'
        rules.append(
            f"{target} ~ .cards > .card:not({cards}) {{ display: none; }}\n"
            f"{target} ~ .cards:not(:has(> {cards})) + .nothing {{ display: block; }}\n"
            f'{here},\n.page[data-section="{section.slug}"] .sections a[href$="#section-{section.slug}"] '
            "{ border-block-end-color: var(--accent); }\n"
        )
    return "".join(rules)
