"""The index against the score of each pair, through additions and removals."""

from hypothesis import given, settings
from hypothesis import strategies as st
from small_newsroom import EPOCH, article, day

from services.recommendation.index import Index
from services.recommendation.profile import profile
from services.recommendation.score import moment_of, pair_millionths

texts = st.lists(st.sampled_from(["harbour", "ferry", "strike", "mayor", "storm", "budget"]), min_size=1, max_size=4)
groups = st.sampled_from([("north",), ("south",), ("north", "south")])
additions = st.tuples(texts, groups, st.integers(1, 28))


@given(st.lists(additions, min_size=1, max_size=12), st.sets(st.integers(0, 11)), st.lists(additions, max_size=4))
@settings(max_examples=50, deadline=None)
def test_scores_are_those_of_each_pair_of_live_articles_that_share_an_edition(
    first: list[tuple[list[str], tuple[str, ...], int]],
    removed: set[int],
    later: list[tuple[list[str], tuple[str, ...], int]],
) -> None:
    index = Index()
    live = {}

    def add(words: list[str], editions: tuple[str, ...], number: int) -> None:
        found = profile(article("a", " ".join(words)), EPOCH)
        moment = moment_of(day(number))
        live[index.add(found, moment, editions)] = found, moment, editions

    for addition in first:
        add(*addition)
    for slot in removed & live.keys():
        index.remove(slot)
        del live[slot]
    for addition in later:
        add(*addition)
    for found, moment, editions in live.values():
        pairs = {
            slot: pair_millionths(found, other, moment - then)
            for slot, (other, then, theirs) in live.items()
            if set(theirs) & set(editions)
        }
        slots, scores = index.scores(found, moment, editions)
        assert dict(zip(slots.tolist(), scores.tolist(), strict=True)) == {
            slot: score for slot, score in pairs.items() if score >= found.threshold
        }


def test_long_postings_and_more_articles_than_the_first_room() -> None:
    index = Index()
    found = profile(article("a", "ferry"), EPOCH)
    slots = [index.add(found, 0, ("north",)) for _ in range(1500)]
    for slot in slots[::2]:
        index.remove(slot)
    left, scores = index.scores(found, 0, ("north",))
    assert left.tolist() == slots[1::2]
    assert set(scores.tolist()) == {pair_millionths(found, found, 0)}


def test_an_index_that_was_emptied_keeps_no_term() -> None:
    index = Index()
    index.remove(index.add(profile(article("a", "ferry"), EPOCH), 0, ("north",)))
    assert not index._postings
