"""Text to terms: what meets and what is shown."""

import pytest

from services.recommendation.tokens import count, family_of, forms_of, tokens


def terms(text: str, family: str) -> list[str]:
    return [term for term, _ in tokens(text, family)]


def forms(text: str, family: str) -> dict[str, str]:
    return dict(tokens(text, family))


@pytest.mark.parametrize(
    ("language", "family"),
    [("en", "en"), ("en-GB", "en"), ("zh-Hant-HK", "zh"), ("zh_CN", "zh"), ("yue", "zh"), ("nb", "no"), ("", "und")],
)
def test_family_of_a_language(language: str, family: str) -> None:
    assert family_of(language) == family


def test_inflected_english_words_meet_in_one_stem_and_keep_their_forms() -> None:
    assert set(terms("Ferries ferry FERRY", "en")) == {"ferri"}
    assert count("Ferries ferry ferry", "en") == {"ferri": 3}
    found = forms_of(tokens("Ferries ferry ferry", "en"))
    assert found["ferri"] == {"Ferries": 1, "ferry": 2}


def test_common_words_single_letters_and_endless_ones_are_left_out() -> None:
    assert terms("The mayor and I will have a " + "x" * 41, "en") == ["mayor"]


def test_possessives_apostrophes_and_accents() -> None:
    found = forms("NATO's O'Brien café", "en")
    assert found == {"nato": "NATO", "obrien": "O'Brien", "café": "café"}


def test_full_width_letters_are_ordinary_ones() -> None:
    assert terms("ＮＡＴＯ", "en") == ["nato"]


def test_traditional_and_simplified_chinese_have_the_same_terms() -> None:
    assert terms("香港渡輪工人罷工", "zh") == terms("香港渡轮工人罢工", "zh")


def test_a_pair_of_characters_shows_the_word_around_it_as_it_was_written() -> None:
    found = forms("習近平在香港", "zh")
    assert found["习近"] == found["近平"] == found["习近平"] == "習近平"
    assert found["香港"] == "香港"
    assert found["平在"] == ""


def test_latin_words_in_chinese_text_are_words() -> None:
    assert "nato" in terms("北約NATO峰會", "zh")


def test_arabic_words_are_stemmed_without_their_vowel_signs() -> None:
    assert terms("الميناء", "ar") == terms("ميناء", "ar")
    assert terms("الرَّئِيسُ", "ar") == terms("الرئيس", "ar")
    assert terms("في على", "ar") == []


def test_words_with_vowel_signs_stay_whole() -> None:
    assert list(forms("हिन्दी", "hi").values()) == ["हिन्दी"]


def test_scripts_without_spaces_outside_chinese_are_pairs() -> None:
    assert terms("東京都", "ja") == ["東京", "京都"]


def test_nothing_gives_nothing() -> None:
    assert terms("", "en") == terms("…—!", "zh") == terms("   ", "ar") == []
