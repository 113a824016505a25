"""The articles of each edition by time, for the lists that similarity does not fill.

One total order over all articles: newest first, equal times by uri. What stands after an article in it was published
before it.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from shared.times import from_text

_START = datetime(1, 1, 1, tzinfo=UTC)


def instant(published_at: str) -> int:
    """A publication time as a number: the microseconds since the year 1."""
    return (from_text(published_at) - _START) // timedelta(microseconds=1)


class Point(NamedTuple):
    """An article's place in time, as `instant` gives it."""

    instant: int
    uri: str
    slot: int


class _Line(NamedTuple):
    """The order backwards: what is added last stands mostly at the end, where it moves nothing."""

    instants: "array[int]"
    slots: "array[int]"


class Timelines:
    """For each edition its articles in the total order. `uri_of`: the uri of a slot, asked where times are equal."""

    def __init__(self, uri_of: Callable[[int], str]) -> None:
        self._uri_of = uri_of
        self._lines: dict[str, _Line] = {}

    def add(self, point: Point, editions: Collection[str]) -> None:
        """Put an article into each of its editions."""
        for edition in editions:
            line = self._lines.setdefault(edition, _Line(array("q"), array("I")))
            place = self._place(line, point)
            line.instants.insert(place, point.instant)
            line.slots.insert(place, point.slot)

    def remove(self, point: Point, editions: Collection[str]) -> None:
        """Take an article out of each of its editions."""
        for edition in editions:
            line = self._lines[edition]
            place = self._place(line, point)
            line.instants.pop(place)
            line.slots.pop(place)

    def before(self, point: Point, edition: str) -> Iterator[int]:
        """The slots of the articles published before a point in an edition, latest first."""
        if line := self._lines.get(edition):
            for place in range(self._place(line, point) - 1, -1, -1):
                yield line.slots[place]

    def next_newer(self, point: Point, editions: Collection[str], count: int) -> set[int]:
        """The slots of the `count` articles of each edition that were published next after a point."""
        found: set[int] = set()
        for edition in editions:
            if line := self._lines.get(edition):
                place = self._place(line, point)
                place += place < len(line.slots) and line.slots[place] == point.slot
                found.update(line.slots[place : place + count])
        return found

    def _place(self, line: _Line, point: Point) -> int:
        """Where a point stands or would stand: after all that were published before it."""
        first = bisect_left(line.instants, point.instant)
        last = bisect_right(line.instants, point.instant, first)
        return bisect_left(line.slots, True, first, last, key=lambda slot: self._uri_of(slot) <= point.uri)
