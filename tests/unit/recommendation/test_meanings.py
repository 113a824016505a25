"""What articles are about: sums of their terms' vectors, in whole numbers; and what ships."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.recommendation.epoch import load_epoch
from services.recommendation.meanings import LENGTH, Meanings, dots
from services.recommendation.profile import profile
from services.recommendation.score import final_scores, pair_features, subject
from tests.support.small_newsroom import MEANINGS, RANKED, article

SHIPPED = load_epoch()
weights = st.lists(st.integers(1, 65_535), min_size=6, max_size=6)


def numbers(meaning: bytes) -> list[int]:
    return [byte - 256 if byte > 127 else byte for byte in meaning]


def about(headline: str, text: str) -> bytes:
    """The meaning of a Chinese article."""
    return profile(article("a", headline, text=text, language="zh-Hant"), SHIPPED).meaning


@given(weights, st.permutations([*MEANINGS.terms, "unheard"]))
def test_it_is_the_sum_of_the_vectors_at_length_and_no_order_matters(found: list[int], terms: list[str]) -> None:
    vectors = dict(zip(MEANINGS.terms, MEANINGS.rows.tolist(), strict=True))
    pairs = list(zip(terms, found, strict=True))
    sums = [sum(weight * vectors.get(term, [0, 0, 0])[at] for term, weight in pairs) for at in range(3)]
    expected = [LENGTH * value / max(math.hypot(*sums), 1) for value in sums]
    if math.hypot(*sums) > 100_000:  # of short ones the bits that are left out are more than what is rounded
        assert numbers(MEANINGS.of(terms, found)) == pytest.approx(expected, abs=1)
    pairs.sort()
    assert MEANINGS.of([term for term, _ in pairs], [weight for _, weight in pairs]) == MEANINGS.of(terms, found)


def test_who_has_no_known_term_is_about_nothing() -> None:
    nothing = bytes(3)
    assert MEANINGS.of(["unheard"], [65_535]) == MEANINGS.of([], []) == nothing
    assert dots(nothing, [MEANINGS.of(["ferri"], [65_535]), nothing]).tolist() == [0, 0]
    assert profile(article("a", "Hafen", language="de"), RANKED).meaning == b""
    assert dots(b"", [b"", b""]).tolist() == [0, 0]


def test_the_strongest_weights_do_not_overflow() -> None:
    strong = Meanings([str(number) for number in range(200)], np.full((200, 256), -128, np.int8))
    meaning = strong.of(strong.terms, [65_535] * 200)
    assert set(numbers(meaning)) == {round(-LENGTH / 16)}
    assert dots(meaning, [meaning])[0] == 256 * round(LENGTH / 16) ** 2


def test_they_come_back_from_their_bytes_and_equal_ones_have_the_same() -> None:
    again = Meanings.unpacked(MEANINGS.packed())
    assert (again.terms, again.rows.tolist()) == (MEANINGS.terms, MEANINGS.rows.tolist())
    assert again.to_bytes() == MEANINGS.to_bytes()
    with pytest.raises(ValueError, match="reshape"):
        Meanings.from_bytes(Meanings(["one", "two"], MEANINGS.rows).to_bytes())


def test_the_ranker_sees_how_alike_two_are_about_and_from_either_side_the_same() -> None:
    one, near, far = (
        subject(article(name, text), RANKED)
        for name, text in (("a", "Ferry strike"), ("b", "Harbour strike"), ("c", "Budget strike"))
    )
    base = np.array([200_000, 200_000], np.int64)
    alike = pair_features(one, [near, far], base)[:, -1]
    assert alike[0] > 12_000 > alike[1]
    assert pair_features(near, [one], base[:1])[0, -1] == alike[0]
    nearer, farther = final_scores(one, [near, far], base, RANKED)
    assert nearer > farther


def test_what_ships_knows_other_words_for_the_same() -> None:
    """No two of these have a word in common; the first two are about a rocket, the third about a vaccine."""
    rocket = about("火箭升空", "火箭已經運抵海南")
    launch = about("長征五號發射成功", "發射場的任務圓滿結束")
    vaccine = about("張文宏談新冠", "疫苗接種率達九成")
    near, far = dots(rocket, [launch, vaccine]).tolist()
    assert near > LENGTH**2 / 2 > 5 * abs(far)
