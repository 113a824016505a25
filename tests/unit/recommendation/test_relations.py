"""Related lists, case by case: what a desk would ask of them. The promise itself is in test_related_promise.py."""

import msgspec
import pytest

from services.recommendation.relate import Relations
from shared.messages import Enriched
from shared.order import Phase
from tests.support.small_newsroom import EPOCH, article, day

FERRY = article("ferry", "Ferry strike in the harbour", published_at=day(3))
FOLLOW_UP = article("follow-up", "Ferry strike ends", published_at=day(4))
STORM = article("storm", "Storm warning", published_at=day(2))


def related(*events: Enriched) -> Relations:
    relations = Relations(EPOCH)
    for event in events:
        relations.apply(event)
    return relations


def entries(relations: Relations, owner: Enriched) -> list[tuple[str, str]]:
    return [(item.slug, item.reasons[0].kind) for item in relations.items(owner.id)]


def test_a_follow_up_enters_the_list_of_the_older_article_at_once() -> None:
    relations = related(STORM, FERRY)
    assert relations.apply(FOLLOW_UP) == {FOLLOW_UP.id, FERRY.id}
    assert entries(relations, FERRY) == [("follow-up", "term"), ("storm", "recent")]


def test_a_list_that_similarity_does_not_fill_goes_on_with_what_came_before() -> None:
    relations = related(STORM, FERRY, article("later", "Budget", published_at=day(5)))
    assert entries(relations, FERRY) == [("storm", "recent")]
    [item] = relations.items(FERRY.id)
    assert item.score == 0
    assert [(reason.value, reason.weight) for reason in item.reasons] == [("north", 0)]


def test_no_list_is_longer_than_fifty() -> None:
    past = [article(f"p{n}", f"Budget {f'{n:02d}town' * 4}", published_at=day(1, n % 60)) for n in range(70)]
    relations = related(*past, article("last", "Storm", published_at=day(9)))
    assert len(relations.items(article("last").id)) == 50
    assert len(relations.items(past[0].id)) == 50


@pytest.mark.parametrize("phase", [Phase.WITHHELD, Phase.EXPIRED])
def test_what_is_not_live_leaves_every_list_and_has_none(phase: Phase) -> None:
    relations = related(FERRY, FOLLOW_UP)
    gone = msgspec.structs.replace(FOLLOW_UP, phase=phase)
    assert relations.apply(gone) == {FERRY.id, FOLLOW_UP.id}
    assert relations.items(FERRY.id) == relations.items(FOLLOW_UP.id) == ()
    assert list(relations.ids()) == [FERRY.id]
    back = msgspec.structs.replace(FOLLOW_UP, version=2)
    assert relations.apply(back) == {FERRY.id, FOLLOW_UP.id}
    assert entries(relations, FERRY) == [("follow-up", "term")]


def test_a_kill_is_for_good_also_of_what_was_never_seen() -> None:
    relations = related(FERRY, FOLLOW_UP)
    assert relations.kill(FOLLOW_UP.id) == {FERRY.id, FOLLOW_UP.id}
    assert relations.kill(FOLLOW_UP.id) == {FOLLOW_UP.id}
    assert relations.kill(STORM.id) == {STORM.id}
    assert relations.apply(msgspec.structs.replace(FOLLOW_UP, version=99)) == set()
    assert relations.apply(STORM) == set()
    assert relations.items(FERRY.id) == ()


def test_an_older_version_is_dropped_and_an_equal_one_named_again() -> None:
    newer = msgspec.structs.replace(FOLLOW_UP, version=2, headline="Ferry strike over")
    relations = related(FERRY, newer)
    assert relations.apply(FOLLOW_UP) == set()
    assert relations.apply(newer) == {newer.id}
    assert relations.items(FERRY.id)[0].headline == "Ferry strike over"


@pytest.mark.parametrize("change", [{"slug": "other"}, {"media_type": "video"}, {"editions": ("north", "south")}])
def test_what_a_list_shows_of_an_article_changes_the_lists_that_show_it(change: dict[str, object]) -> None:
    relations = related(FERRY, FOLLOW_UP, STORM)
    assert relations.apply(msgspec.structs.replace(FOLLOW_UP, version=2, **change)) == {FERRY.id, FOLLOW_UP.id}


def test_what_a_list_does_not_show_changes_no_other_list() -> None:
    relations = related(FERRY, FOLLOW_UP)
    assert relations.apply(msgspec.structs.replace(FOLLOW_UP, version=2, by="A. Writer")) == {FOLLOW_UP.id}


def test_an_article_of_another_edition_is_never_related() -> None:
    relations = related(FERRY, msgspec.structs.replace(FOLLOW_UP, editions=("south",)))
    assert relations.items(FERRY.id) == relations.items(FOLLOW_UP.id) == ()


def test_a_headline_alone_is_enough_and_no_words_at_all_are_no_harm() -> None:
    wordless = article("wordless", "", published_at=day(9))
    relations = related(STORM, wordless)
    assert entries(relations, wordless) == [("storm", "recent")]


def test_a_version_that_cannot_be_read_changes_nothing() -> None:
    relations = related(FERRY, FOLLOW_UP)
    before = relations.items(FERRY.id)
    with pytest.raises(ValueError, match="not a time"):
        relations.apply(msgspec.structs.replace(FOLLOW_UP, version=2, published_at="yesterday"))
    assert relations.items(FERRY.id) == before
    assert relations.apply(FOLLOW_UP) == {FOLLOW_UP.id}


def test_the_epoch_is_named() -> None:
    assert related().epoch == EPOCH.id
