"""The editions' timelines: one order, walked backwards in time."""

from services.recommendation.timeline import Point, Timelines, instant
from tests.support.small_newsroom import day


def point(slot: int, published_at: str, uri: str = "") -> Point:
    return Point(instant(published_at), uri or str(slot), slot)


def test_what_came_before_latest_first_ties_by_uri() -> None:
    timelines = Timelines(["0", "b", "a", "3"].__getitem__)
    first, b, a, last = point(0, day(1)), point(1, day(2), "b"), point(2, day(2), "a"), point(3, day(3))
    for found, editions in ((first, ("north",)), (b, ("north", "south")), (a, ("south",)), (last, ("north", "south"))):
        timelines.add(found, editions)
    assert list(timelines.before(last, "north")) == [1, 0]
    assert list(timelines.before(last, "south")) == [2, 1]
    assert list(timelines.before(a, "south")) == [1]
    assert timelines.next_newer(first, ("north",), 1) == {1}
    assert timelines.next_newer(first, ("north", "south"), 9) == {1, 2, 3}
    timelines.remove(b, ("north", "south"))
    assert list(timelines.before(last, "south")) == [2]


def test_microseconds_count_and_unknown_editions_are_empty() -> None:
    assert instant("2026-05-01T12:00:00.000001Z") == instant("2026-05-01T12:00:00.000000Z") + 1
    assert list(Timelines(str).before(point(0, day(1)), "north")) == []
    assert Timelines(str).next_newer(point(0, day(1)), ("north",), 5) == set()
