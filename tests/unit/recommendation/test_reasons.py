"""Reasons: names and telling words of both articles, and none where only chance words are shared."""

from typing import Any

from services.recommendation.profile import profile
from services.recommendation.reasons import Why, met
from shared.messages import Entity
from tests.support.small_newsroom import EPOCH, article


def entity(name: str) -> Entity:
    return Entity(name=name, kind="organisation", weight=0.5)


def reasons(owner: Any, shown: Any) -> list[tuple[str, str]]:
    mine = profile(owner, EPOCH)
    found = Why(mine).reasons(met(mine, profile(shown, EPOCH)), 500_000)
    return [(reason.kind, reason.value) for reason in found]


def test_reasons_are_telling_words_of_the_owner_strongest_first() -> None:
    owner = article("a", "Ferries halted", text="The mayor watches the harbour")
    shown = article("b", "Ferry halts", text="Harbour quiet")
    assert reasons(owner, shown) == [("term", "halted"), ("term", "Ferries")]


def test_the_terms_of_an_entity_that_both_name_are_one_reason() -> None:
    fields: dict[str, Any] = {"text": "The Harbour Union met", "entities": (entity("Harbour Union"),)}
    found = reasons(article("a", "Strike", **fields), article("b", "Strike", **fields))
    assert ("entity", "Harbour Union") in found
    assert not {"Harbour", "Union"} & {value for _, value in found}


def test_an_entity_of_one_side_alone_is_no_reason() -> None:
    owner = article("a", "Strike", text="The Harbour Union met", entities=(entity("Harbour Union"),))
    assert "entity" not in {kind for kind, _ in reasons(owner, article("b", "Harbour strike"))}


def test_chinese_reasons_are_words_as_the_owner_wrote_them() -> None:
    found = reasons(article("a", "習近平訪港", language="zh-Hant"), article("b", "习近平抵达", language="zh-Hans"))
    assert found == [("term", "習近平")]


def test_a_pair_across_words_is_no_reason() -> None:
    owner = article("a", "習近平在渡輪", language="zh-Hant")
    assert reasons(owner, article("b", "和平在心", language="zh-Hant")) == []
    assert reasons(owner, article("b", "和平在渡輪", language="zh-Hant")) == [("term", "渡輪")]


def test_weights_of_reasons_add_up_to_at_most_the_score() -> None:
    one = profile(article("a", "Ferry strike"), EPOCH)
    found = Why(one).reasons(met(one, one), 400_000)
    assert 0 < sum(round(reason.weight * 1_000_000) for reason in found) <= 400_000


def test_chance_words_are_no_reason() -> None:
    owner = article("a", "Eleven new ferries", text="Mrs Grey saw the boat and the mayor on Monday")
    assert reasons(owner, article("b", "Eleven storms", text="On Monday Mrs Hill took a boat")) == []


def test_a_name_that_both_mention_is_a_reason_where_another_common_word_is_not() -> None:
    owner = article("a", "Budget talks", text="They met at the harbour of Xylia")
    assert reasons(owner, article("b", "Storm", text="The harbour was closed and Xylia dark")) == [("term", "Xylia")]
