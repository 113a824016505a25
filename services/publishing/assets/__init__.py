"""The files that pages load beside themselves: style, player, the sample newsroom's pictures and recordings.

The edge serves them under `/assets/{name}`; pages ask with the renderer's fingerprint in the query, so an address with
a query never changes its content.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import shared
from shared.editions import Edition

FOLDER = Path(__file__).parent
SAMPLE_MEDIA = Path(shared.__file__).parent / "samples" / "media"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".vtt": "text/vtt; charset=utf-8",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
}


@dataclass(frozen=True)
class Asset:
    """A file as it is served."""

    content: bytes
    content_type: str


def load(editions: Mapping[str, Edition]) -> dict[str, Asset]:
    """Every asset by its name under `/assets/`, each edition's stylesheet among them. Reads both folders."""
    folders = [folder for folder in (FOLDER, SAMPLE_MEDIA) if folder.is_dir()]
    files = sorted(file for folder in folders for file in folder.iterdir() if file.suffix in _TYPES)
    found = {file.name: Asset(file.read_bytes(), _TYPES[file.suffix]) for file in files}
    for edition in editions.values():
        found[stylesheet_name(edition)] = Asset(stylesheet(edition).encode(), _TYPES[".css"])
    return found


def stylesheet_name(edition: Edition) -> str:
    """The name of an edition's stylesheet. No other asset has it: a slug holds no dot."""
    return f"edition.{edition.slug}.css"


def stylesheet(edition: Edition) -> str:
    """What sets an edition apart, as custom properties: its own colours, and one for each of its sections."""
    colours = "".join(f"  --edition-{name}: {value};\n" for name, value in edition.colours.items())
    rules = [f":root {{\n{colours}}}\n"]
    for section in edition.sections:
        if section.colour:
            rules.append(f'[data-section="{section.slug}"] {{ --section: {section.colour}; }}\n')
        here = f':root[data-section="{section.slug}"] .sections [data-section="{section.slug}"] a'
        rules.append(f"{here} {{ border-block-end-color: var(--tone); color: var(--tone); }}\n")
    return "".join(rules)
