"""`newer()` is a total order, and the fence is the same order as text."""

from datetime import UTC
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shared.order import VERSION_LIMIT, Phase, Stamp, conflict, newer
from shared.times import utc_text

stamps = st.builds(
    Stamp,
    st.booleans(),
    st.one_of(st.integers(0, 3), st.integers(0, VERSION_LIMIT - 1)),
    st.datetimes(timezones=st.just(UTC)).map(utc_text),
    st.sampled_from(Phase),
    st.sampled_from(["a" * 32, "b" * 32, "0" * 32]),
)


@given(stamps, stamps)
def test_of_two_stamps_one_is_newer_unless_they_are_equal(one: Stamp, other: Stamp) -> None:
    assert newer(one, other) + newer(other, one) + (one == other) == 1


@given(stamps, stamps, stamps)
def test_order_is_transitive(one: Stamp, other: Stamp, third: Stamp) -> None:
    oldest, middle, newest = sorted([one, other, third], key=Stamp.order)
    assert not newer(oldest, middle)
    assert not newer(middle, newest)
    assert not newer(oldest, newest)


@given(st.lists(stamps, min_size=2, max_size=5))
def test_fences_compare_as_bytes_like_the_stamps(found: list[Stamp]) -> None:
    fences = [stamp.fence() for stamp in sorted(found, key=Stamp.order)]
    assert all(len(fence) == 72 for fence in fences)
    assert all(one.encode() <= other.encode() for one, other in pairwise(fences))


def test_each_field_decides_only_when_those_before_it_are_equal() -> None:
    times = ["2024-01-01T00:00:00.000000Z", "2024-01-01T00:00:00.000001Z"]
    ladder = [
        Stamp(False, 1, times[1], Phase.EXPIRED, "f" * 32),
        Stamp(False, 2, times[0], Phase.EXPIRED, "f" * 32),
        Stamp(False, 2, times[1], Phase.LIVE, "f" * 32),
        Stamp(False, 2, times[1], Phase.WITHHELD, "0" * 32),
        Stamp(False, 2, times[1], Phase.EXPIRED, "0" * 32),
        Stamp(False, 2, times[1], Phase.EXPIRED, "1" * 32),
        Stamp(True, 0, times[0], Phase.LIVE, "0" * 32),
    ]
    assert all(newer(higher, lower) for lower, higher in pairwise(ladder))


def test_conflict_is_same_version_and_time_with_other_content_whatever_the_phase() -> None:
    stamp = Stamp(False, 2, "2024-01-01T00:00:00.000000Z", Phase.LIVE, "a" * 32)
    other = stamp._replace(content_hash="b" * 32)
    assert conflict(stamp.fence(), other.fence())
    assert conflict(stamp.fence(), other._replace(phase=Phase.EXPIRED).fence())
    assert not conflict(stamp.fence(), stamp._replace(phase=Phase.EXPIRED).fence())
    assert not conflict(stamp.fence(), other._replace(version=3).fence())
    assert not conflict(stamp.fence(), other._replace(version_created="2024-01-01T00:00:00.000001Z").fence())
