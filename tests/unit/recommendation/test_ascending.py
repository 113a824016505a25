"""Ascending numbers, packed: they come back, and take less room."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.recommendation.ascending import packed, unpacked

ROWS = st.integers(1, 64).flatmap(
    lambda count: st.lists(
        st.integers(1, 32).flatmap(
            lambda bits: st.sets(st.integers(0, max(2**bits, 64) - 1), min_size=count, max_size=count).map(sorted)
        ),
        min_size=1,
        max_size=5,
    )
)


@given(ROWS)
def test_they_come_back_however_many_are_read_at_once(rows: list[list[int]]) -> None:
    pieces = [memoryview(packed(np.array(row, np.uint32))) for row in rows]
    assert unpacked(pieces, len(rows[0])).tolist() == rows


def test_those_of_a_short_text_take_a_fifth_less_than_four_bytes_each() -> None:
    numbers = np.sort(np.random.default_rng(1).integers(0, 2**32, 450, np.uint32))[:64]
    assert len(packed(numbers)) < 0.8 * 4 * 64
