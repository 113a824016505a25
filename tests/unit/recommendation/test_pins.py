"""An editor's pins and switches, copies and the own story: what stands in a list beside relevance."""

import msgspec

from services.recommendation.limits import Limits
from services.recommendation.relate import Relations
from shared.messages import Enriched
from shared.order import Phase
from tests.support.small_newsroom import EPOCH, article, day

BODY = (
    "The ferry company said on the quay that its fares rise, and passengers on the early boat were not pleased at all."
    " The harbour board will publish the tables on its notice board, and who bought a ticket for the month before"
    " the change need not pay the difference until it ends. Children under six travel without a ticket as before."
)
STORM = article("storm", "Storm warning", published_at=day(2))
BUDGET = article("budget", "Budget talks", published_at=day(4), editions=("south",))
FERRY = article("ferry", "Ferry strike", published_at=day(3), pins=(BUDGET.id, STORM.id))


def related(*events: Enriched) -> Relations:
    relations = Relations(EPOCH)
    for event in events:
        relations.apply(event)
    return relations


def entries(relations: Relations, owner: Enriched) -> list[tuple[str, str]]:
    return [(item.slug, item.reasons[0].kind if item.reasons else "") for item in relations.items(owner.id)]


def test_pins_come_first_in_their_order_and_from_other_editions_too() -> None:
    relations = related(FERRY, STORM, BUDGET, article("again", "Ferry strike ends", published_at=day(3)))
    assert entries(relations, FERRY) == [("budget", "pinned"), ("storm", "pinned"), ("again", "term")]


def test_a_pin_appears_when_its_article_arrives_and_goes_with_it() -> None:
    relations = related(FERRY)
    assert entries(relations, FERRY) == []
    assert relations.apply(BUDGET) == {BUDGET.id, FERRY.id}
    assert relations.apply(msgspec.structs.replace(BUDGET, version=2, phase=Phase.WITHHELD)) == {BUDGET.id, FERRY.id}
    assert entries(relations, FERRY) == []
    assert relations.apply(msgspec.structs.replace(BUDGET, version=3)) == {BUDGET.id, FERRY.id}
    assert relations.kill(BUDGET.id) == {BUDGET.id, FERRY.id}
    assert entries(relations, FERRY) == []


def test_two_articles_that_pin_each_other_show_each_other_and_no_chain() -> None:
    last = article("last", "Harbour", editions=("east",))
    second = msgspec.structs.replace(BUDGET, pins=(FERRY.id, last.id))
    relations = related(FERRY, second, last)
    assert entries(relations, FERRY) == [("budget", "pinned")]
    assert entries(relations, second) == [("ferry", "pinned"), ("last", "pinned")]


def test_an_unlisted_article_is_shown_nowhere_not_even_pinned_and_has_a_list_itself() -> None:
    hidden = msgspec.structs.replace(STORM, unlisted=True, published_at=day(9), headline="Ferry storm")
    relations = related(FERRY, hidden)
    assert entries(relations, FERRY) == []
    assert entries(relations, hidden) == [("ferry", "term")]
    assert relations.apply(msgspec.structs.replace(hidden, version=2, unlisted=False)) == {hidden.id, FERRY.id}
    assert entries(relations, FERRY) == [("storm", "pinned")]


def test_an_article_that_shows_none_has_an_empty_list_and_stands_in_others() -> None:
    alone = msgspec.structs.replace(FERRY, shows_none=True)
    relations = related(alone, STORM, BUDGET)
    assert entries(relations, alone) == []
    assert entries(related(alone, article("later", "Budget", published_at=day(8))), article("later")) == [
        ("ferry", "recent")
    ]


def test_of_two_copies_the_one_of_the_readers_edition_stands_and_the_earliest_of_equals() -> None:
    owner = article("owner", "Ferry fares", published_at=day(5))
    both = article("both", "Opinion | Ferry fares", text=BODY, published_at=day(3), editions=("south", "north"))
    away = article("away", "Ferry fares - Daily", text=BODY, published_at=day(2), editions=("south", "north"))
    here = article("here", "Ferry fares up", text=BODY, published_at=day(4))
    relations = related(owner, here, both, away)
    assert entries(relations, owner) == [("away", "term")]
    relations.kill(away.id)
    assert entries(relations, owner) == [("both", "term")]
    relations.apply(msgspec.structs.replace(both, version=2, editions=("south",)))
    assert entries(relations, owner) == [("here", "term")]


def test_an_article_never_shows_its_own_copy() -> None:
    one = article("one", "Ferry fares", text=BODY)
    other = article("other", "Opinion | Ferry fares", text="It is official. " + BODY, published_at=day(2))
    relations = related(one, other)
    assert entries(relations, one) == entries(relations, other) == []


def test_after_a_few_of_the_own_story_others_come() -> None:
    relations = Relations(EPOCH, Limits(own_story=2))
    story = [article(f"s{n}", "Ferry strike harbour", text="abcde"[n] * 50) for n in range(5)]
    for found in [*story, article("other", "Mayor, budget, storm, Xylia, ferry")]:
        relations.apply(found)
    assert [item.slug for item in relations.items(story[0].id)] == ["s1", "s2", "other", "s3", "s4"]
