"""One log file per part, kept small."""

import shutil
from pathlib import Path

LOG_LIMIT_BYTES = 20 * 1024 * 1024


def rotate(path: Path, limit: int = LOG_LIMIT_BYTES) -> None:
    """Move a log of more than `limit` bytes to `NAME.log.1` and begin anew.

    The file is copied and cut, not renamed: whoever has it open for appending goes on writing into it. Lines written
    between the two steps are lost.
    """
    if path.exists() and path.stat().st_size > limit:
        shutil.copyfile(path, path.with_name(path.name + ".1"))
        with path.open("r+b") as log:
            log.truncate(0)


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log (of its last 64 KiB); empty when there is none."""
    try:
        with path.open("rb") as log:
            log.seek(0, 2)
            log.seek(max(0, log.tell() - 65_536))
            return "\n".join(log.read().decode("utf-8", "replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""
