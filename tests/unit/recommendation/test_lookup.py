"""Slots by key, packed: whatever was added and removed in between, what is found is what is there."""

from random import Random

import pytest

from services.recommendation import lookup
from services.recommendation.lookup import Lookup, Texts


@pytest.fixture(autouse=True)
def sorted_in_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "_LATEST", 7)


def test_what_is_found_is_what_was_added_and_not_removed() -> None:
    random, found, there = Random(1), Lookup(), set[tuple[int, int]]()
    for _ in range(3000):
        pair = random.randrange(40), random.randrange(5)
        (found.remove if pair in there else found.add)(*pair)
        there ^= {pair}
        key = random.randrange(40)
        assert sorted(found.find(key)) == sorted(slot for other, slot in there if other == key)


def test_texts_with_one_key_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "_key", len)
    texts = [f"text {number:02d}" for number in range(30)]
    slots = Texts(texts.__getitem__)
    for slot, text in enumerate(texts):
        slots.add(text, slot)
    slots.remove(texts[3], 3)
    assert [slots.get(text) for text in texts] == [slot if slot != 3 else None for slot in range(30)]
    assert slots.get("another") is None
    assert len(slots) == 29
