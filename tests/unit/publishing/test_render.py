"""A page joined from fragments is one document with every part of a page, in the order a reader expects."""

import re

import pytest
from rendered_pages import (
    ARABIC,
    ARTICLE,
    CHINESE,
    EDITIONS,
    ENGLISH,
    ITEM,
    PICTURE,
    VIDEO,
    Page,
    article,
    article_page,
    front_page,
    item,
    message_page,
    network_page,
    section_page,
)

from services.publishing.render import MESSAGE_KINDS
from shared.editions import Edition


def test_the_parts_of_an_article_page_stand_in_the_order_of_the_page() -> None:
    version = article(correction="It was a Monday.", media=(PICTURE,), tags=("Ferries",))
    page = Page(article_page(version, related=[ITEM, item(id="r" * 16, headline="Tides turn", score=0.1)]))
    place = page.text.index("Skip to the article")  # the head's title comes first, but is not on the page
    for part in (
        "Port Ellery News",
        "Nonpartisan, noncommercial, near you.",
        "Tuesday, Mar 19, 2024",
        "News",
        "Harbour",
        "Ferry fares rise",
        "From Monday a crossing costs a dollar more",
        "Ada Reporter",
        "Port Ellery",
        "March 19, 2024, 4:00",
        "4 min read",
        "Correction",
        "It was a Monday.",
        "A boat",
        "First paragraph.",
        "Second paragraph.",
        "Topics",
        "Ferries",
        "Newsletter",
        "More on this story",
        "Night boat stays",
        "Related Articles",
        "Tides turn",
        "Port Ellery News",
        "Front page",
        "0:00",
        "0:00",
        "Close",
    ):
        place = page.text.index(part, place) + len(part)


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=list(EDITIONS))
def test_every_kind_of_page_is_one_well_formed_document(edition: Edition) -> None:
    full = article(correction="x", media=(PICTURE, VIDEO), media_type="video", tags=("a", "b"), genres=("live",))
    other = article(id="c" * 16)
    pages = [article_page(full, edition, [ITEM, item(id="b" * 16, score=0.0)]), article_page(ARTICLE, edition)]
    pages += [front_page([full], edition, [other], {"harbour": [article(id="d" * 16)]}), front_page([], edition)]
    pages += [section_page("harbour", [full, other], edition, "Y3Vyc29y"), section_page("sport", [], edition)]
    pages += [message_page(kind, edition, [full]) for kind in MESSAGE_KINDS]
    pages += [message_page("not_found", edition), network_page(edition)]
    for html in pages:
        page = Page(html)
        assert html.startswith("<!doctype html>\n<html ")
        assert html.rstrip().endswith("</html>")
        assert [len(page.all(tag)) for tag in ("html", "head", "body", "main", "h1", "dialog")] == [1] * 6
        assert page.all("html")[0]["lang"] == edition.locale
        assert page.all("html")[0]["dir"] == ("rtl" if edition is ARABIC else "ltr")
        assert page.all("a")[0]["href"] == "#" + page.all("main")[0]["id"]


def test_the_kind_of_page_and_the_section_are_marked_for_the_stylesheet() -> None:
    kinds = [page.all("html")[0] for page in map(Page, (article_page(ARTICLE), front_page([]), network_page()))]
    assert [root["data-page"] for root in kinds] == ["article", "front", "network"]
    assert [root.get("data-section") for root in kinds] == ["harbour", None, None]
    assert Page(section_page("sport", [])).all("html")[0] | {"lang": "", "dir": ""} == {
        "lang": "",
        "dir": "",
        "data-page": "section",
        "data-section": "sport",
    }
    assert Page(message_page("killed")).all("html")[0]["data-page"] == "message"


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=list(EDITIONS))
def test_the_navigation_leads_to_every_section_of_the_edition(edition: Edition) -> None:
    page = Page(front_page([], edition))
    for section in edition.sections:
        assert f"/{edition.slug}/{section.slug}/" in page.hrefs
        assert {"data-section": section.slug} in page.all("li")
        assert section.name in page.texts


def test_an_article_in_another_language_says_so_and_the_words_around_it_stay_the_page_s() -> None:
    version = article(correction="x", tags=("Ferries",), media=(VIDEO,), genres=("live",))
    page = Page(article_page(version, ARABIC))
    assert page.all("article") == [{"class": "article", "lang": "en", "dir": "ltr"}]
    own = {"lang": "ar", "dir": "rtl"}
    for tag, class_name in (("p", "kicker"), ("p", "byline"), ("span", "play-label")):
        found = page.all(tag, class_name)[0]
        assert {name: found.get(name) for name in own} == own, class_name
    assert [own for found in page.all("strong") if own.items() <= found.items()] == [own]
    assert "lang" not in Page(article_page(ARTICLE, ENGLISH)).all("article")[0]
    assert Page(front_page([ARTICLE], CHINESE)).all("article")[0] == {"lang": "en", "dir": "ltr"}
    # A language that nobody knows is no reason to fail.
    assert Page(article_page(article(language="x-none"), ENGLISH)).all("article")[0]["dir"] == "ltr"


def test_an_update_shows_its_time_and_a_first_version_does_not() -> None:
    assert "Updated" not in Page(article_page(ARTICLE)).text
    assert "Updated" not in Page(article_page(article(version_created="2024-03-19T08:00:40.000000Z"))).text
    updated = Page(article_page(article(version_created="2024-03-19T10:30:00.000000Z")))
    assert "Updated March 19, 2024, 6:30" in updated.text


def test_a_correction_comes_with_its_time_before_the_text() -> None:
    version = article(correction="It was a Monday.", version_created="2024-03-20T01:05:00.000000Z")
    page = Page(article_page(version))
    found = re.search(r"Correction (.*) It was a Monday\. .*First paragraph", page.text)
    assert found is not None
    assert found[1].replace("\u202f", " ") == "March 20, 2024, 9:05 AM"
    assert {"datetime": "2024-03-20T01:05:00Z"} in page.all("time")
    assert Page(article_page(version, CHINESE)).text.count("更正") == 1
    assert not Page(article_page(ARTICLE)).all("aside")


def test_tags_stand_below_the_text_and_nothing_where_there_are_none() -> None:
    page = Page(article_page(article(tags=("Night ferry", "Harbour Board"))))
    assert page.texts.index("Night ferry") > page.texts.index("Second paragraph.")
    assert page.texts.index("Harbour Board") == page.texts.index("Night ferry") + 1
    assert not Page(article_page(ARTICLE)).all("footer", "tags")


def test_live_coverage_is_marked_on_its_page_and_on_its_card() -> None:
    live = article(genres=("live", "report"))
    for html in (article_page(live), front_page([live])):
        page = Page(html)
        assert len(page.all("span", "live")) == 1
        assert "Live" in page.texts
    assert not Page(article_page(ARTICLE) + "").all("span", "live")


def test_an_unknown_section_is_simply_not_named() -> None:
    version = article(section="chess")
    kickers = [Page(html).text for html in (article_page(version), front_page([version]))]
    assert not any("chess" in text.lower() for text in kickers)


@pytest.mark.parametrize("kind", MESSAGE_KINDS)
def test_a_message_says_what_is_the_matter_and_leads_on(kind: str) -> None:
    page = Page(message_page(kind, CHINESE, [article(editions=("chiuwan",))]))
    assert "/chiuwan/" in page.hrefs
    assert "返回頭版" in page.texts
    assert page.texts.index("最新消息") < page.texts.index("Ferry fares rise")
    assert "最新消息" not in Page(message_page(kind, CHINESE)).texts
