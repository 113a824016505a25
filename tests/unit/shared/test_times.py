"""Times have a zone, a fixed width, and text order is time order."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.times import from_text, utc_text

zones = st.integers(-24 * 60 + 1, 24 * 60 - 1).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 28), timezones=zones)


@given(moments, moments)
def test_text_order_is_time_order(one: datetime, other: datetime) -> None:
    assert (utc_text(one) < utc_text(other)) == (one.astimezone(UTC) < other.astimezone(UTC))
    assert len(utc_text(one)) == 27


@given(moments)
def test_text_comes_back_as_the_same_moment(moment: datetime) -> None:
    assert from_text(utc_text(moment)) == moment.astimezone(UTC)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        utc_text(datetime(2024, 1, 1))


def test_a_time_that_utc_cannot_hold_overflows() -> None:
    with pytest.raises(OverflowError):
        utc_text(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))))


@pytest.mark.parametrize(
    "text", ["", "2024-03-19", "2024-03-19T08:00:00Z", "2024-03-19T08:00:00.000000", "2024-03-19T08:00:00.00+00:00"]
)
def test_only_the_fixed_width_in_utc_is_read(text: str) -> None:
    with pytest.raises(ValueError, match="not a time of 27 characters"):
        from_text(text)
