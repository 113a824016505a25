"""Scores: the same from either side, bounded, decayed by the distance of publication; and the reasons for them."""

import zlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.recommendation.index import Index
from services.recommendation.profile import UNIT, profile
from services.recommendation.ranker import FEATURES
from services.recommendation.score import MILLION, decay_of, decay_table, pair_features, pair_score, subject
from tests.support.small_newsroom import EPOCH, RANKED, article, day

texts = st.lists(st.sampled_from(["harbour", "ferry", "strike", "mayor", "Xylia", "渡輪罷工", "7"]), max_size=9)


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
    decay = decay_of("en")
    assert decay[0] == MILLION
    assert decay[4 * minutes] == MILLION // 2
    assert decay[-1] == MILLION // 4
    assert len(decay) == 8 * minutes + 1
    assert decay_table(1.0, floor=1.0).tolist() == [MILLION]


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


def test_a_ranker_corrects_a_score_the_same_from_either_side_and_not_below_the_threshold() -> None:
    one, other = article("a", "Ferry strike"), article("b", "Ferry strike over", published_at=day(3))
    plain, ranked = pair_score(one, other, EPOCH), pair_score(one, other, RANKED)
    assert ranked == pair_score(other, one, RANKED) != plain
    assert pair_score(one, article("c", "Storm"), RANKED) == 0


def test_sections_that_are_not_known_are_not_compared() -> None:
    known = subject(article("a", "Ferry"), EPOCH)
    rows = pair_features(
        known, [known, known._replace(section="sport"), known._replace(section="")], np.array([1, 1, 1])
    )
    assert rows[:, FEATURES.index("section")].tolist() == [1, 0, -1]


def test_words_of_one_check_sum_are_two_words() -> None:
    one, other = (subject(article("a", f"Ferry {word}"), EPOCH) for word in ("certain", "conveyor"))
    assert len({zlib.crc32(f"en {word}".encode()) for word in ("certain", "conveyor")}) == 1
    (row,) = pair_features(one, [other], np.array([1]))
    assert row[FEATURES.index("shared")] == 1
    index = Index()
    slots = [index.add(found, ("north",)) for found in (one, other)]
    (shared,) = index.profiles.met(slots[0], slots[1:])
    assert len(shared.places) == len(index.profiles.shared(slots[0], np.array(slots[1:])).rows) == 1
