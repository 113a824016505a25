"""Which dead letters a command is about: pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.desk.errors import UsageMistake
from services.desk.letter import letter_of
from services.desk.show import mentions
from shared.kafka_log import Record

_UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86_400}


@dataclass(frozen=True)
class Filter:
    """What letters must be like; what is empty is not asked for.

    `says` stands in the reasons, in whatever case; `topic` is the one of the record that failed, with or without
    `articles.`; `since` (included) and `until` (excluded) are milliseconds since 1970; `places` are letters by
    partition and offset.
    """

    stage: str = ""
    kind: str = ""
    says: str = ""
    uri: str = ""
    topic: str = ""
    since: int | None = None
    until: int | None = None
    places: frozenset[tuple[int, int]] = frozenset()

    def takes(self, record: Record) -> bool:
        """Whether the letter in this record is one of them."""
        letter = letter_of(record)
        return (
            (not self.places or letter.at in self.places)
            and self.stage.lower() in ("", letter.stage.lower())
            and self.kind.lower() in ("", letter.kind.lower())
            and self.says.casefold() in letter.text.casefold()
            and self.topic in ("", letter.place[0], letter.place[0].removeprefix("articles."))
            and (self.since is None or letter.time >= self.since)
            and (self.until is None or letter.time < self.until)
            and (not self.uri or mentions(record, self.uri))
        )

    @property
    def empty(self) -> bool:
        """Whether it takes every letter."""
        return self == Filter()


def place_of(text: str) -> tuple[int, int]:
    """Partition and offset of a letter as they are typed: `2/15`. Raises UsageMistake."""
    if (match := re.fullmatch(r"(\d{1,9})/(\d{1,18})", text, re.ASCII)) is None:
        raise UsageMistake(f"{text!r} is not a place like 2/15: partition and offset, as in masthead dead-letters list")
    return int(match[1]), int(match[2])


def moment_of(text: str, moment: datetime) -> int:
    """A time as it is typed, in milliseconds since 1970: ISO 8601 (UTC where it has no zone), or how long before
    `moment`: `90s`, `15min`, `2h`, `3d`. Raises UsageMistake."""
    try:
        if (match := re.fullmatch(r"(\d{1,9})\s*(s|min|h|d)", text.strip(), re.ASCII)) is not None:
            found = moment - timedelta(seconds=int(match[1]) * _UNITS[match[2]])
        else:
            found = datetime.fromisoformat(text.strip())
            found = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        return int(found.timestamp() * 1000)
    except (ValueError, OverflowError):
        raise UsageMistake(f"{text!r} is no time like 2026-11-19T08:00:00Z, nor an age like 15min, 2h or 3d") from None
