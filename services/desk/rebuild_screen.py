"""What is shown of a rebuild: where it is, and how it ended."""

from datetime import datetime
from typing import Any

import msgspec

from services.desk import screen
from services.desk.builds import Told, left
from shared.rebuilds import Difference, Rebuild

_HOW = {"missing": "was missing", "left over": "should not be there", "other": "was another"}


def position(rebuild: Rebuild, told: Told) -> tuple[str, int, int, str]:
    """Title, done, total and a remark for the bar."""
    making = told.made(rebuild.build)
    if rebuild.stage == "comparing" or making is None:
        return ("comparing" if rebuild.stage == "comparing" else "beginning", 0, 0, "")
    return "rebuilding", making.done, making.records, left(making)


def seconds(rebuild: Rebuild) -> float:
    """How long it took."""
    return (datetime.fromisoformat(rebuild.ended_at) - datetime.fromisoformat(rebuild.began_at)).total_seconds()


def show(ended: Rebuild, as_json: bool) -> None:
    """Prints how a rebuild ended."""
    if as_json:
        screen.data(result(ended), indent=2)
        return
    found = ended.comparison
    if found is None:
        screen.complain(f"{ended.outcome}: {ended.reason}")
        return
    what = "made for comparison, and dropped again" if ended.dry_run else "readers see it now"
    screen.say(f"{ended.records:,} records, build {ended.build} in {seconds(ended):.1f} s; {what}")
    size = f"{found.articles:,} articles, {found.lists:,} lists, {found.items:,} pieces"
    if not found.different:
        screen.say(f"✓ identical by hash: {size}", "green")
    else:
        screen.say(f"✗ {found.different:,} of {size} differ from what readers saw before:", "yellow")
        for one in found.differences:
            screen.say(f"  {line(one)}")
        if found.different > len(found.differences):
            screen.say(f"  and {found.different - len(found.differences):,} more")
    screen.say(f"sha256 {found.digest}")


def line(one: Difference) -> str:
    """A difference as a person reads it: how it was in the build that readers saw."""
    return screen.one_line(f"{one.kind} {one.name}".strip() + f" {_HOW[one.how]}")


def result(ended: Rebuild) -> dict[str, Any]:
    """How a rebuild ended, for programs."""
    found = ended.comparison
    return {
        **msgspec.to_builtins(ended),
        "seconds": seconds(ended),
        "identical": None if found is None else not found.different,
    }
