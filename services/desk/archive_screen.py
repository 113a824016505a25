"""What is said of an archive."""

from rich.text import Text

from services.desk import screen
from services.desk.archive import Manifest
from shared.topics import LOGS


def said(manifest: Manifest, checksum: str, size: int) -> Text:
    """The file's contents in a few lines; `checksum` is that of the whole, in hexadecimal, `size` in bytes."""
    lines = [("Log of", manifest.made_at), ("Bytes", f"{size:,}"), ("Checksum", checksum)]
    for topic in LOGS:
        ends = [extent.end for extent in manifest.extents if extent.topic == topic.name]
        lines.append((topic.name, f"{sum(ends):,} in {len(ends)} partitions"))
    return screen.labelled(lines, width=20)
