"""The dates of the samples, moved so that the newsroom is of this week: pure (docs/decisions/0041)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

WEEK = timedelta(weeks=1)
SPREAD = timedelta(hours=2)
MOVED = ("firstCreated", "versionCreated", "embargoedUntil", "expires")


def created(content: Mapping[str, Any]) -> datetime:
    """`versionCreated` of a version. Raises KeyError, ValueError or TypeError where there is none."""
    moment = datetime.fromisoformat(content["versionCreated"])
    if moment.tzinfo is None:
        raise ValueError("versionCreated has no zone")
    return moment


def whole_weeks(newest: datetime, moment: datetime) -> timedelta:
    """By how much the archive moves: the weeks that bring `newest` as close to `moment` as they can, not beyond it."""
    return (moment - newest) // WEEK * WEEK


def moved(content: Mapping[str, Any], by: timedelta) -> dict[str, Any]:
    """A version with its own dates moved; each keeps its offset from UTC, and all else stays."""
    return {
        name: (datetime.fromisoformat(value) + by).isoformat() if name in MOVED and isinstance(value, str) else value
        for name, value in content.items()
    }


def told_at(versions: Iterable[Mapping[str, Any]], moment: datetime) -> list[dict[str, Any]]:
    """The versions of one article, moved so that the newest was written at `moment`."""
    found = list(versions)
    by = moment - max(map(created, found))
    return [moved(version, by) for version in found]


def spread(count: int, moment: datetime) -> list[datetime]:
    """`count` times in the two hours before `moment`, evenly, to the minute; the oldest first."""
    return [(moment - SPREAD * (count - index) / count).replace(second=0, microsecond=0) for index in range(count)]
