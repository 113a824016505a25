"""A score taken apart is the score that lists show, with the same reasons."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.recommendation.epoch import Epoch
from services.recommendation.explained import explained
from services.recommendation.relate import Relations
from tests.support.small_newsroom import EPOCH, RANKED, article, day

texts = st.lists(st.sampled_from(["harbour", "ferry", "strike", "mayor", "storm", "Xylia"]), min_size=1, max_size=6)


@given(texts, texts, st.integers(1, 28), st.sampled_from([EPOCH, RANKED]))
@settings(max_examples=50)
def test_it_is_what_the_list_shows(one: list[str], other: list[str], number: int, epoch: Epoch) -> None:
    owner, shown = article("a", " ".join(one)), article("b", " ".join(other), published_at=day(number, 7))
    relations = Relations(epoch)
    relations.apply(owner)
    relations.apply(shown)
    found = explained(owner, shown, epoch)
    entries = relations.items(owner.id)
    if found.copies or not found.score:
        assert all(entry.score == 0 for entry in entries)
    else:
        assert [(entry.score, entry.reasons) for entry in entries] == [(found.score, found.reasons)]


def test_the_parts_make_the_whole() -> None:
    found = explained(article("a", "Ferry strike"), article("b", "Ferry strike over", published_at=day(3)), EPOCH)
    assert found.cosine * found.decay == pytest.approx(found.base, abs=1e-6)
    assert found.correction == 1
    assert found.score == found.base
    assert {part.word for part in found.parts} == {"Ferry", "strike"}
    ranked = explained(article("a", "Ferry strike"), article("b", "Ferry strike over", published_at=day(3)), RANKED)
    assert ranked.correction != 1
    assert ranked.features["shared"] == 2
