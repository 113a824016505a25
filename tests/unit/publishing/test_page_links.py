"""What the edge adds to a page: links to language versions and to older articles."""

import pytest
from rendered_pages import ARABIC, CHINESE, ENGLISH, Page

from services.publishing import page_links
from shared.editions import Edition
from shared.entries import LanguageVersion

ODD = 'https://news.example/a?b=1&c="><script>'


def version(language: str, url: str = "https://news.example/a") -> LanguageVersion:
    return LanguageVersion("a" * 16, language, url, None, None)


def test_the_head_names_each_version_in_the_order_given() -> None:
    page = Page(page_links.alternates([version("zh-Hant"), version("en", ODD)]))
    assert page.links("alternate") == [
        {"rel": "alternate", "hreflang": "zh-Hant", "href": "https://news.example/a"},
        {"rel": "alternate", "hreflang": "en", "href": ODD},
    ]


@pytest.mark.parametrize("edition", [ENGLISH, CHINESE, ARABIC])
def test_a_reader_finds_each_language_by_its_own_name(edition: Edition) -> None:
    page = Page(page_links.other_languages([version("ar"), version("zh-Hant-HK"), version("en", ODD)], edition))
    assert page.texts[1:] == ["العربية", "中文 (繁體)", "English"]
    assert [(link["hreflang"], link["href"]) for link in page.all("a")][2] == ("en", ODD)
    directions = {link["hreflang"]: link.get("dir") for link in page.all("a")}
    assert directions == {"ar": "rtl", "zh-Hant-HK": "ltr", "en": "ltr"} | {edition.locale: None}


def test_no_other_language_is_no_line() -> None:
    assert page_links.other_languages([], ENGLISH) == ""


def test_older_articles_are_behind_a_place() -> None:
    page = Page(page_links.older(ARABIC, "sport", "Y3Vyc29y"))
    assert page.all("a") == [{"rel": "next", "href": "/marsa-noor/sport/?before=Y3Vyc29y"}]
    assert page.text
