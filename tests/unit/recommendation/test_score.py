"""Scores: the same from either side, bounded, decayed by the distance of publication; and the reasons for them."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from small_newsroom import EPOCH, article, day

from services.recommendation.profile import UNIT, profile
from services.recommendation.score import DECAY, MILLION, Why, decay_table, pair_millionths, pair_score
from shared.messages import Entity

texts = st.lists(st.sampled_from(["harbour", "ferry", "strike", "mayor", "Xylia", "渡輪罷工", "7"]), max_size=9)


def entity(name: str) -> Entity:
    return Entity(name=name, kind="organisation", weight=0.5)


def reasons(owner: Any, shown: Any) -> list[tuple[str, str]]:
    found = Why(profile(owner, EPOCH)).reasons(profile(shown, EPOCH), 0)
    return [(reason.kind, reason.value) for reason in found]


@given(texts, texts, st.sampled_from(["en", "zh"]), st.integers(1, 28))
def test_a_pair_scores_the_same_from_either_side_and_at_most_one(
    one: list[str], other: list[str], language: str, number: int
) -> None:
    left = article("left", " ".join(one), language=language, published_at=day(number, 7))
    right = article("right", "ferry", text=" ".join(other), language=language)
    score = pair_score(left, right, EPOCH)
    assert score == pair_score(right, left, EPOCH)
    assert 0 <= score <= 1
    assert score == round(score, 6)


@given(texts.filter(bool))
def test_a_profile_has_nearly_the_length_of_one_and_never_more(words: list[str]) -> None:
    weights = profile(article("a", " ".join(words)), EPOCH).weights
    length = sum(weight**2 for weight in weights)
    assert UNIT**2 * 0.999 < length <= UNIT**2 or not weights


def test_the_same_text_at_the_same_time_scores_nearly_one() -> None:
    score = pair_score(article("a", "Ferry strike"), article("b", "Ferry strike"), EPOCH)
    assert 0.9999 < score <= 1


def test_decay_halves_in_four_days_and_ends_at_a_quarter() -> None:
    minutes = 24 * 60
    assert DECAY[0] == MILLION
    assert DECAY[4 * minutes] == MILLION // 2
    assert DECAY[-1] == MILLION // 4
    assert len(DECAY) == 8 * minutes + 1
    assert decay_table(floor=1.0).tolist() == [MILLION]


def test_distance_in_time_lowers_a_score_down_to_the_floor() -> None:
    first = article("a", "Ferry strike", published_at=day(1))
    near, far, farther = (
        pair_score(first, article("b", "Ferry strike", published_at=day(number)), EPOCH) for number in (2, 12, 28)
    )
    assert near > far == farther > 0


def test_families_never_meet() -> None:
    english, chinese = article("a", "NATO", language="en"), article("b", "NATO", language="zh-Hant")
    assert pair_score(english, chinese, EPOCH) == 0


def test_headline_words_weigh_more_than_those_of_the_text() -> None:
    found = profile(article("a", "strike", text="harbour"), EPOCH)
    weights = dict(zip(found.forms, found.weights, strict=True))
    assert weights["strike"] > weights["harbour"]


def test_at_most_two_hundred_terms_the_weightiest() -> None:
    words = " ".join(f"w{number}" for number in range(400))
    found = profile(article("a", "Ferry", text=words), EPOCH)
    assert len(found.terms) == 200
    assert "Ferry" in found.forms


def test_reasons_are_words_of_the_owner_strongest_first() -> None:
    owner = article("a", "Ferries halted", text="The mayor watches the harbour")
    shown = article("b", "Ferry halts", text="Harbour quiet")
    assert reasons(owner, shown) == [("term", "halted"), ("term", "Ferries"), ("term", "harbour")]


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


def test_a_pair_across_words_is_a_reason_only_where_there_is_no_other() -> None:
    owner = article("a", "習近平在香港", language="zh-Hant")
    assert reasons(owner, article("b", "和平在心", language="zh-Hant")) == [("term", "平在")]
    assert reasons(owner, article("b", "和平在香港", language="zh-Hant")) == [("term", "香港")]


def test_weights_of_reasons_add_up_to_at_most_the_score() -> None:
    one = profile(article("a", "Ferry strike"), EPOCH)
    found = Why(one).reasons(one, 5)
    assert sum(round(reason.weight * MILLION) for reason in found) <= pair_millionths(one, one, 5)
