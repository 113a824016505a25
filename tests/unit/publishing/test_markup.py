"""Pieces of markup that templates and the edge share, where no rendered page shows them one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rendered_pages import PICTURE, VIDEO

from services.publishing.markup import clock, language_attributes, language_name, picture_of, still_address
from shared.messages import Media
from shared.ninjs import is_language


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("en", "English"),
        ("en-GB", "English"),
        ("zh-Hant-HK", "中文 (繁體)"),
        ("ar-AE", "العربية"),
        ("sr-Latn", "srpski (latinica)"),
        ("xx", "xx"),
        ("art-lojban", "art-lojban"),
    ],
)
def test_a_language_is_named_in_itself_without_its_region(language: str, name: str) -> None:
    assert language_name(language) == name


@pytest.mark.parametrize(
    ("language", "page", "attributes"),
    [
        ("en", "en", ""),
        ("zh-hant-hk", "zh-Hant-HK", ""),
        ("ar", "en", ' lang="ar" dir="rtl"'),
        ("en-GB", "en", ' lang="en-GB" dir="ltr"'),
        ("xx", "ar", ' lang="xx" dir="ltr"'),
    ],
)
def test_a_language_is_marked_where_it_is_not_the_pages(language: str, page: str, attributes: str) -> None:
    assert language_attributes(language, page) == attributes


@given(st.from_regex(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}", fullmatch=True))
def test_no_tag_that_the_door_takes_is_a_defect(tag: str) -> None:
    assert is_language(tag)
    assert language_name(tag)
    assert language_attributes(tag, "en") == "" or f'lang="{tag}"' in language_attributes(tag, "en")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0, ""),
        (-1, ""),
        (float("nan"), ""),
        (0.4, "0:00"),
        (59.6, "1:00"),
        (65.0, "1:05"),
        (3599.7, "1:00:00"),
        (3725, "1:02:05"),
        (360_000, ""),
    ],
)
def test_a_length_as_readers_write_it(seconds: float | None, text: str) -> None:
    assert clock(seconds) == text


def test_an_article_is_stood_for_by_its_first_still() -> None:
    sound = Media(id="s" * 16, kind="audio", href="/assets/s.wav")
    assert picture_of([sound, VIDEO, PICTURE]) == VIDEO
    assert still_address(picture_of([sound, VIDEO, PICTURE])) == VIDEO.poster
    assert still_address(picture_of([sound, PICTURE])) == PICTURE.href
    assert still_address(picture_of([sound])) == ""
