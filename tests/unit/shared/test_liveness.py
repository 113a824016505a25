"""A consumer that stands still is found out, and one that has nothing to do, or only just began, is not."""

from aiokafka import TopicPartition

from shared.liveness import Liveness

ONE, OTHER = TopicPartition("articles.ingest", 0), TopicPartition("articles.ingest", 1)


class Clock:
    """A clock that is told the time, in seconds."""

    def __init__(self) -> None:
        self.moment = 100.0

    def __call__(self) -> float:
        return self.moment


def watched(clock: Clock) -> Liveness:
    """Two partitions, assigned now; after a minute without progress they have stalled."""
    liveness = Liveness(60.0, clock)
    liveness.assigned({ONE, OTHER})
    return liveness


def test_a_partition_that_never_began_stalls_when_its_time_is_over() -> None:
    clock = Clock()
    liveness = watched(clock)
    liveness.asked({ONE: 7, OTHER: 7}, {OTHER: 7})
    assert liveness.stalled() == []
    clock.moment += 61
    assert liveness.stalled() == [ONE]


def test_progress_gives_it_new_time() -> None:
    clock = Clock()
    liveness = watched(clock)
    liveness.asked({ONE: 7}, {})
    clock.moment += 59
    liveness.handled(ONE, 3)
    clock.moment += 59
    assert liveness.stalled() == []
    clock.moment += 2
    assert liveness.stalled() == [ONE]


def test_a_partition_read_to_its_end_does_not_stall_and_has_its_time_once_there_is_more() -> None:
    clock = Clock()
    liveness = watched(clock)
    liveness.handled(ONE, 6)
    clock.moment += 1000
    liveness.asked({ONE: 7}, {ONE: 5})
    clock.moment += 10
    liveness.asked({ONE: 8}, {ONE: 7})
    assert liveness.stalled() == []
    clock.moment += 51
    assert liveness.stalled() == [ONE]


def test_a_rebalance_starts_the_time_anew_and_takes_away_what_is_not_ours() -> None:
    clock = Clock()
    liveness = watched(clock)
    liveness.asked({ONE: 7, OTHER: 7}, {})
    clock.moment += 61
    liveness.revoked({ONE})
    assert liveness.stalled() == [OTHER]
    liveness.assigned({OTHER})
    assert liveness.stalled() == []
    clock.moment += 61
    assert liveness.stalled() == [OTHER]


def test_what_waits_for_something_that_moves_does_not_stall() -> None:
    clock = Clock()
    liveness = watched(clock)
    liveness.asked({ONE: 7, OTHER: 7}, {ONE: 3, OTHER: 7})
    clock.moment += 59
    liveness.excused()
    clock.moment += 59
    assert liveness.stalled() == []
    clock.moment += 2
    assert liveness.stalled() == [ONE]
