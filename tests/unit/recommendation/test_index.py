"""The index against the score of each pair, through additions and removals."""

from unittest import mock

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.recommendation import index as index_module
from services.recommendation import postings
from services.recommendation.epoch import Epoch, Table
from services.recommendation.index import Index
from services.recommendation.postings import CEILINGS
from services.recommendation.profile import UNIT
from services.recommendation.ranker import Whole
from services.recommendation.score import Subject, pair_millionths, subject
from tests.support.small_newsroom import EPOCH, article, day

texts = st.lists(st.sampled_from(["harbour", "ferry", "strike", "mayor", "storm", "budget"]), min_size=1, max_size=4)
groups = st.sampled_from([("north",), ("south",), ("north", "south")])
additions = st.tuples(texts, groups, st.integers(1, 28))
COMMON = Epoch({"en": Table(1000, 2, {"harbour": 300, "ferri": 150, "strike": 60, "mayor": 90, "budget": 4})})
"""Here `harbour` and `ferry` are common, `strike` and `mayor` frequent, the others rare."""
as_long = st.sampled_from([0, 9999])
"""Frequent terms are looked at only for what is near in time, or for all."""
steps = st.sampled_from([{"_APART": 2, "_PART": 3, "_STRANDS": 1}, {"_APART": 0}, {}])
"""Near slots are in many windows, or in one; bounds are computed and looked through in many steps, or in one."""


@given(
    st.lists(additions, min_size=1, max_size=12),
    st.sets(st.integers(0, 11)),
    st.lists(additions, max_size=4),
    st.sampled_from([EPOCH, COMMON]),
    as_long,
    steps,
)
@settings(max_examples=100)
def test_scores_are_those_of_each_pair_of_live_articles_that_share_an_edition(
    first: list[tuple[list[str], tuple[str, ...], int]],
    removed: set[int],
    later: list[tuple[list[str], tuple[str, ...], int]],
    epoch: Epoch,
    as_long: int,
    steps: dict[str, int],
) -> None:
    index = Index()
    live: dict[int, tuple[Subject, tuple[str, ...]]] = {}

    def add(words: list[str], editions: tuple[str, ...], number: int) -> None:
        found = subject(article("a", " ".join(words), published_at=day(number)), epoch)
        live[index.add(found, editions)] = found, editions

    for addition in first:
        add(*addition)
    for slot in removed & live.keys():
        index.remove(slot)
        del live[slot]
    for addition in later:
        add(*addition)
    with mock.patch.object(index_module, "_AS_LONG", as_long), mock.patch.dict(vars(postings), steps):
        for asked in live:
            pairs = scores_with(asked, live)
            assert as_dict(index.similar(asked)) == pairs
            best = as_dict(index.similar(asked, 2))
            assert best.items() <= pairs.items()
            assert sorted(best.values())[-2:] == sorted(pairs.values())[-2:]
            floors = np.array([200_000 * (slot % 6) for slot in range(99)], np.float32)
            reached = as_dict(index.similar(asked, 0, floors))
            assert reached == {slot: score for slot, score in pairs.items() if score >= floors[slot]}


def scores_with(asked: int, live: dict[int, tuple[Subject, tuple[str, ...]]]) -> dict[int, int]:
    mine, editions = live[asked]
    pairs = {
        slot: pair_millionths(mine.profile, other.profile, (mine.moment or 0) - (other.moment or 0))
        for slot, (other, theirs) in live.items()
        if slot != asked and set(theirs) & set(editions)
    }
    return {slot: score for slot, score in pairs.items() if score >= mine.profile.threshold}


def as_dict(found: tuple[Whole, Whole]) -> dict[int, int]:
    return dict(zip(found[0].tolist(), found[1].tolist(), strict=True))


def test_long_postings_and_more_articles_than_the_first_room() -> None:
    index = Index()
    found = subject(article("a", "ferry"), EPOCH)
    slots = [index.add(found, ("north",)) for _ in range(1500)]
    for slot in slots[::2]:
        index.remove(slot)
    left, scores = index.similar(1)
    assert left.tolist() == slots[3::2]
    assert set(scores.tolist()) == {pair_millionths(found.profile, found.profile, 0)}


def test_an_index_that_was_emptied_keeps_no_posting_and_gives_its_room_again() -> None:
    index = Index()
    for _ in range(5):
        index.remove(index.add(subject(article("a", "ferry strike"), EPOCH), ("north",)))
    assert not index._postings
    assert index.profiles.spans.end == 4


def test_an_article_that_is_not_listed_is_found_but_does_not_count_as_one_of_the_best() -> None:
    index = Index()
    asked, best, second, third = (
        index.add(subject(article("a", f"ferry {word}", published_at=day(1)), EPOCH), ("north",), word != "strike")
        for word in ("strike harbour", "strike", "harbour", "mayor")
    )
    assert {second, third} <= as_dict(index.similar(asked, 2)).keys()
    assert best in as_dict(index.similar(asked))


def test_no_ceiling_is_lower_than_the_weight_that_it_stands_for() -> None:
    weights = np.arange(1, UNIT + 1)
    ceilings = CEILINGS[np.searchsorted(CEILINGS, weights)]
    assert (ceilings >= weights).all()
    assert (ceilings <= weights + 2 * np.sqrt(weights)).all()


@given(st.lists(st.integers(0, 99), min_size=1, max_size=60), st.integers(1, 9), st.integers(0, 50), steps)
def test_the_highest_bounds_are_as_many_as_are_asked_for_and_none_is_higher(
    heights: list[int], most: int, least: int, steps: dict[str, int]
) -> None:
    lengths = np.array([1, *heights], np.uint16)
    bounds = postings.Bounds(0, lengths, lengths, 1.0)
    bounds.add_rare([])
    with mock.patch.dict(vars(postings), steps):
        found = bounds.highest(most, least).tolist()
    lowest = min((bounds.rows[slot] for slot in found), default=least)
    assert len(found) >= min(most, np.count_nonzero(bounds.rows >= least))
    assert found == [slot for slot, height in enumerate(bounds.rows) if height >= max(lowest, least)]
