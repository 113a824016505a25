"""The articles of each edition by time, for the lists that similarity does not fill.

One total order over all articles: newest first, equal times by uri. What stands after an article in it was published
before it.
"""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from shared.times import from_text

_END = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)


def backwards(published_at: str) -> int:
    """A publication time as a number that is smaller the later it is: the microseconds to the end of the year 9999."""
    return (_END - from_text(published_at)) // timedelta(microseconds=1)


class Point(NamedTuple):
    """An article's place in time: `backwards` is its publication time so that later ones are smaller."""

    backwards: int
    uri: str
    slot: int


class Timelines:
    """For each edition its articles in the total order."""

    def __init__(self) -> None:
        self._points: dict[str, list[Point]] = {}

    def add(self, point: Point, editions: Collection[str]) -> None:
        """Put an article into each of its editions."""
        for edition in editions:
            insort(self._points.setdefault(edition, []), point)

    def remove(self, point: Point, editions: Collection[str]) -> None:
        """Take an article out of each of its editions."""
        for edition in editions:
            points = self._points[edition]
            del points[bisect_left(points, point)]

    def before(self, point: Point, edition: str) -> Iterator[int]:
        """The slots of the articles published before a point in an edition, latest first."""
        points = self._points.get(edition, [])
        start = bisect_left(points, point)
        start += start < len(points) and points[start] == point
        return (points[place].slot for place in range(start, len(points)))

    def next_newer(self, point: Point, editions: Collection[str], count: int) -> set[int]:
        """The slots of the `count` articles of each edition that were published next after a point."""
        found: set[int] = set()
        for edition in editions:
            points = self._points.get(edition, [])
            end = bisect_left(points, point)
            found.update(slot for _, _, slot in points[max(0, end - count) : end])
        return found
