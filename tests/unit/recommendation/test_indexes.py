"""An index under another epoch comes in beside the one in use, and misses nothing that comes meanwhile."""

from collections.abc import Callable
from functools import partial
from itertools import islice, permutations

import pytest

from services.recommendation.epoch import Epoch
from services.recommendation.indexes import Indexes
from services.recommendation.relate import Relations
from tests.support.small_newsroom import EPOCH, article

OLD = [article(f"old-{number}", f"Harbour storm {number}", text="Ferry in the harbour") for number in range(3)]
NEW = article("new", "Harbour strike", text="Ferry strike in the harbour")
LATER = article("old-0", "Mayor and budget", text="Budget of the mayor", version=2)
GONE = OLD[1]


def alone() -> Relations:
    """What all of it comes to."""
    relations = Relations(EPOCH)
    for version in (*OLD, NEW, LATER):
        relations.apply(version)
    relations.kill(GONE.id)
    return relations


def test_what_comes_while_it_is_filled_is_in_it_whatever_the_order() -> None:
    steps: list[Callable[[Indexes], object]] = [
        *(partial(Indexes.fill, article=version) for version in OLD),
        partial(Indexes.apply, article=NEW),
        partial(Indexes.apply, article=LATER),
        partial(Indexes.kill, article_id=GONE.id),
    ]
    expected = alone()
    for order in islice(permutations(steps), 0, None, 23):
        indexes = Indexes(Epoch({}))
        for version in OLD:
            indexes.apply(version)
        indexes.prepare(EPOCH)
        for step in order:
            step(indexes)
        relations = indexes.switch()
        assert indexes.current is relations
        assert set(relations.ids()) == set(expected.ids())
        for article_id in expected.ids():
            assert relations.items(article_id) == expected.items(article_id)


def test_what_was_killed_before_stays_out() -> None:
    indexes = Indexes(Epoch({}))
    indexes.kill(GONE.id)
    indexes.prepare(EPOCH)
    indexes.fill(GONE)
    assert GONE.id not in set(indexes.switch().ids())


def test_a_second_kill_changes_nothing() -> None:
    indexes = Indexes(EPOCH)
    indexes.apply(GONE)
    assert indexes.kill(GONE.id) == {GONE.id}
    assert indexes.kill(GONE.id) == set()


def test_there_is_nothing_to_switch_to_unless_one_is_coming() -> None:
    with pytest.raises(ValueError, match="coming"):
        Indexes(EPOCH).switch()
