"""Ascending numbers, packed: they come back, and take less room."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.recommendation.ascending import packed, unpacked


@given(st.sets(st.integers(0, 2**32 - 1), min_size=1, max_size=64))
def test_they_come_back(found: set[int]) -> None:
    numbers = np.array(sorted(found), np.uint32)
    assert unpacked(memoryview(packed(numbers)), len(numbers)).tolist() == numbers.tolist()


def test_those_of_a_short_text_take_a_fifth_less_than_four_bytes_each() -> None:
    numbers = np.sort(np.random.default_rng(1).integers(0, 2**32, 450, np.uint32))[:64]
    assert len(packed(numbers)) < 0.8 * 4 * 64
