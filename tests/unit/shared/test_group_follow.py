"""What may be committed while several records are worked on at once."""

from aiokafka import TopicPartition

from shared.group_follow import Done

ONE, TWO = TopicPartition("t", 1), TopicPartition("t", 2)


def test_a_partition_is_committed_up_to_its_first_record_that_is_not_done() -> None:
    done = Done()
    for offset in (5, 6, 8):  # 7 is a gap, as transactions leave them
        done.begin(ONE, offset)
    done.begin(TWO, 0)
    assert done.positions() == {ONE: 5, TWO: 0}
    done.end(ONE, 6)
    done.end(TWO, 0)
    assert done.positions() == {ONE: 5, TWO: 1}
    assert done.under_way == 2
    done.end(ONE, 5)
    assert done.positions()[ONE] == 8
    done.end(ONE, 8)
    assert done.positions()[ONE] == 9
    assert done.under_way == 0
