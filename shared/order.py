"""`newer()`: the one order in which versions of an article stand, used by every stage.

A total order of: killed, `version`, `versionCreated`, phase (live < withheld < expired), content hash. For Redis the
same order is one string of fixed-width fields of `[0-9a-z]`, which Lua compares byte by byte (`LC_ALL=C`).
"""

import re
from enum import StrEnum
from typing import NamedTuple

VERSION_LIMIT = 10**18
HASH_LENGTH = 32


class Phase(StrEnum):
    """Where a version stands in its life; the order of the members is the order of `newer()`."""

    LIVE = "live"
    WITHHELD = "withheld"
    EXPIRED = "expired"


_RANK = {phase: rank for rank, phase in enumerate(Phase)}


class Stamp(NamedTuple):
    """What decides which of two records of one `uri` stands.

    `version_created` is fixed-width UTC (`shared.times.utc_text`), `content_hash` 32 hexadecimal digits, taken by
    ingest over the content without the phase.
    """

    killed: bool
    version: int
    version_created: str
    phase: Phase
    content_hash: str

    def order(self) -> tuple[bool, int, str, int, str]:
        """The sort key behind `newer()`."""
        return self.killed, self.version, self.version_created, _RANK[self.phase], self.content_hash

    def fence(self) -> str:
        """The order as text: 1 digit killed, 18 version, 20 time, 1 phase, 32 hash; 72 characters of `[0-9a-f]`."""
        moment = re.sub(r"\D", "", self.version_created)
        return f"{self.killed:d}{self.version:018d}{moment}{_RANK[self.phase]}{self.content_hash}"


def newer(one: Stamp, other: Stamp) -> bool:
    """Whether `one` stands above `other`. Neither is newer when they are equal."""
    return one.order() > other.order()


def conflict(one: str, other: str) -> bool:
    """Whether two fences have the same version and `versionCreated` but different content."""
    return one[:39] == other[:39] and one[40:] != other[40:]
