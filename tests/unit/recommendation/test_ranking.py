"""What an article's ranking keeps, and what it refuses to guess."""

import numpy as np

from services.recommendation.limits import Limits
from services.recommendation.ranking import Ranking

URI_OF = "abcdef".__getitem__
LIMITS = Limits(visible=2, pool=2, kept=3)


def ranking(*scores: int) -> Ranking:
    """The scores of the slots 0, 1, …"""
    return Ranking.of(np.arange(len(scores)), np.array(scores, np.int64), URI_OF, threshold=10, limits=LIMITS)


def entries(found: Ranking) -> list[tuple[int, int]]:
    return found.entries


def test_best_first_and_ties_by_uri_also_where_the_cut_is() -> None:
    found = ranking(50, 70, 50, 50, 50)
    assert entries(found) == [(1, 70), (0, 50), (2, 50)]
    assert not found.complete


def test_the_floor_is_the_threshold_until_something_is_left_out() -> None:
    found = ranking(50, 70, 60)
    assert (found.complete, found.floor) == (True, 10)
    found.insert(3, 55, 55, URI_OF)
    assert entries(found) == [(1, 70), (2, 60), (3, 55)]
    assert (found.complete, found.floor) == (False, 55)


def test_below_what_is_kept_nothing_enters_since_what_was_left_out_may_stand_between() -> None:
    found = ranking(50, 70, 60, 50)
    found.remove(0)
    found.insert(4, 50, 50, URI_OF)
    assert entries(found) == [(2, 60), (0, 50)]
    found.insert(5, 51, 51, URI_OF)
    assert entries(found) == [(2, 60), (5, 51), (0, 50)]


def test_it_is_used_up_when_something_left_out_may_have_to_be_shown() -> None:
    full, overflowing = ranking(50, 70), ranking(50, 70, 60, 40)
    for found in (full, overflowing):
        found.remove(0)
    assert not full.used_up
    assert not overflowing.used_up
    overflowing.remove(0)
    full.remove(0)
    assert not full.used_up
    assert overflowing.used_up


def test_a_place_is_known_only_with_the_score_it_has() -> None:
    found = ranking(50, 70)
    assert found.place(0, 50) == 1
    assert found.place(0, 51) is None
    assert found.place(2, 50) is None


def test_the_pool_is_chosen_by_base_score_and_ordered_by_final_score() -> None:
    found = ranking(50, 70, 60, 20)
    found.judge([55, 90, 90])  # of slots 1, 2 and 0
    assert found.pool(URI_OF) == ([2, 1], [90, 55])
    assert found.finals[1] == 55
    assert found.insert(4, 65, 90, URI_OF)
    assert found.pool(URI_OF) == ([4, 1], [90, 55])
    assert not found.insert(5, 62, 99, URI_OF)
    assert found.insert(5, 69, 90, URI_OF)
    assert found.pool(URI_OF) == ([5, 1], [90, 55])
