"""Times: read with a zone, kept in UTC with microseconds and a fixed width, so that text order is time order."""

from datetime import UTC, datetime

_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"
_WIDTH = 27


def utc_text(moment: datetime) -> str:
    """`moment` (with a zone) as `2024-03-19T08:00:00.000000Z`: always 27 characters, ordered as text.

    Raises ValueError for a time without a zone, OverflowError where UTC leaves the years 1 to 9999.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    text = moment.astimezone(UTC).strftime(_FORMAT)
    return text.zfill(_WIDTH)  # strftime does not pad years below 1000


def from_text(text: str) -> datetime:
    """The inverse of `utc_text`. Raises ValueError for other texts."""
    if len(text) != _WIDTH or text[-1] != "Z":
        raise ValueError(f"not a time of {_WIDTH} characters in UTC: {text}")
    return datetime.fromisoformat(text)


def now() -> datetime:
    """The wall clock, for the rim only: the functions in the middle are handed their time."""
    return datetime.now(UTC)
