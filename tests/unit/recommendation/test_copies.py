"""Copies of one text, and what is none."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.recommendation import lookup
from services.recommendation.copies import KEYS, SIZE, Sketches, are_copies, sketch
from shared.messages import Enriched
from tests.support.small_newsroom import article

BODY = " ".join(
    f"The ferry company of harbour {number} said that fares on line {number * 7} rise in week {number * 13}."
    for number in range(12)
)
CHINESE = (
    "渡輪公司昨日宣佈，由下月起調整港內航線收費，成人單程票加價五角，長者及學童優惠不變。市長表示會繼續監察服務水平。"
    * 2
)


SKETCHES = st.sets(st.integers(0, 150), max_size=SIZE).map(lambda numbers: array("I", sorted(numbers)))


def copies(one: Enriched, other: Enriched) -> bool:
    return are_copies(sketch(one), sketch(other))


def test_one_body_under_two_headlines_is_a_copy() -> None:
    assert copies(article("a", "Opinion | Fares rise", text=BODY), article("b", "Fares rise - Daily", text=BODY))


def test_a_changed_first_sentence_and_other_white_space_and_case_leave_a_copy() -> None:
    changed = "PORT ELLERY (Agency) - Passengers will soon pay more.\n\n" + BODY.replace(" ", "  ").upper()
    assert copies(article("a", text=BODY), article("b", text=changed))


def test_another_report_of_the_same_story_is_no_copy() -> None:
    other = "Fares on the ferry lines of the harbour go up, the company says, and passengers are angry about it. " * 3
    assert not copies(article("a", "Fares", text=BODY), article("b", "Fares", text=other))


def test_traditional_and_simplified_texts_are_copies() -> None:
    simple = CHINESE.translate(str.maketrans("輪佈內線費單價優變長會續監務調", "轮布内线费单价优变长会续监务调"))
    one, other = article("a", text=CHINESE, language="zh-Hant"), article("b", text=simple, language="zh-Hans")
    assert copies(one, other)


def test_without_a_text_the_headline_decides_and_nothing_is_no_copy_of_nothing() -> None:
    assert copies(article("a", "Ferry strike"), article("b", "FERRY strike!"))
    assert not copies(article("a", "Ferry strike"), article("b", "Ferry strike over"))
    assert not copies(article("a"), article("b"))


def test_short_texts_are_copies_only_under_one_headline() -> None:
    short = "Passengers will pay more from Monday."
    assert not copies(article("a", "Fares rise", text=short), article("b", "Bread costs more", text=short))
    assert copies(article("a", "Fares rise", text=short), article("b", "FARES rise", text=short + " "))


@given(SKETCHES, SKETCHES)
def test_copies_share_half_of_the_smallest_numbers_of_both_and_one_of_the_first(
    one: "array[int]", other: "array[int]"
) -> None:
    smallest = sorted({*one, *other})[:SIZE]
    shared = [number for number in smallest if number in one and number in other]
    found = not {*one[:KEYS]}.isdisjoint(other[:KEYS]) and 2 * len(shared) >= len(smallest)
    assert are_copies(one, other) == are_copies(other, one) == found


@pytest.mark.parametrize("latest", [1, 1 << 16])
def test_copies_are_found_among_the_latest_and_those_sorted_in_until_they_are_removed(
    latest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "_LATEST", latest)
    sketches = Sketches()
    for slot in range(100):
        sketches.add(slot, sketch(article(str(slot), f"Headline {slot % 50}")))
    asked = sketch(article("asked", "Headline 7"))
    assert sketches.find(asked) == {7, 57}
    sketches.remove(7)
    assert sketches.find(asked) == {57}
    sketches.add(7, sketch(article("other", "Headline 8")))
    assert sketches.find(asked) == {57}
    assert sketches.find(sketch(article("other", "Headline 8"))) == {7, 8, 58}
