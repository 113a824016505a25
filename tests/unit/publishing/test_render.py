"""A page joined from fragments is one document with every part of a page, in the order a reader expects."""

import msgspec
import pytest
from pydantic import HttpUrl
from rendered_pages import (
    ARABIC,
    ARTICLE,
    CHINESE,
    EDITIONS,
    ENGLISH,
    ITEM,
    PICTURE,
    RENDERER,
    VIDEO,
    Page,
    article,
    article_page,
    front_page,
    item,
    message_page,
)

from services.publishing.render import MESSAGE_KINDS, Renderer
from shared.editions import Edition


def test_the_parts_of_an_article_page_stand_in_the_order_of_the_page() -> None:
    page = Page(article_page(article(correction="It was a Monday.", media=(PICTURE,)), related=[ITEM]))
    place = page.text.index("Skip to the article")  # the head's title comes first, but is not on the page
    for part in (
        "Port Ellery News",
        "Nonpartisan, noncommercial, near you.",
        "Tuesday, Mar 19, 2024",
        "Harbour",
        "Ferry fares rise",
        "From Monday a crossing costs a dollar more",
        "Ada Reporter",
        "Port Ellery",
        "March 19, 2024, 4:00",
        "4 min read",
        "Correction It was a Monday.",
        "A boat",
        "First paragraph.",
        "Second paragraph.",
        "Newsletter",
        "Related Articles",
        "Night boat stays",
        "Port Ellery News",
        "0:00",
        "0:00",
        "Close",
    ):
        place = page.text.index(part, place) + len(part)


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=list(EDITIONS))
def test_every_kind_of_page_is_one_well_formed_document(edition: Edition) -> None:
    full = article(correction="x", media=(PICTURE, VIDEO), media_type="video")
    pages = [article_page(full, edition, [ITEM, item(id="b" * 16)]), article_page(ARTICLE, edition)]
    pages += [front_page([full, article(id="c" * 16)], edition), front_page([], edition)]
    pages += [message_page(kind, edition) for kind in MESSAGE_KINDS]
    for html in pages:
        page = Page(html)
        assert html.startswith("<!doctype html>\n<html ")
        assert html.endswith("</html>\n\n") or html.endswith("</html>\n")
        assert [len(page.all(tag)) for tag in ("html", "head", "body", "main", "h1", "dialog")] == [1] * 6
        assert page.all("html")[0]["lang"] == edition.locale
        assert page.all("html")[0]["dir"] == ("rtl" if edition is ARABIC else "ltr")


def test_an_article_alone_has_no_related_section_and_says_nothing_of_it() -> None:
    assert RENDERER.related([], ENGLISH) == ""
    assert "Related" not in Page(article_page(ARTICLE)).text


def test_sections_of_the_navigation_lead_to_anchors_of_the_front_page() -> None:
    front = Page(front_page([ARTICLE]))
    anchors = {attributes["id"] for attributes in front.all("span") if "id" in attributes}
    links = [a["href"] for a in front.all("a") if a.get("href", "").startswith("/port-ellery/#")]
    assert len(links) == len(ENGLISH.sections)
    assert {link.partition("#")[2] for link in links} == anchors


def test_an_article_in_another_language_says_so_and_the_words_around_it_stay_the_page_s() -> None:
    page = Page(article_page(ARTICLE, ARABIC))
    assert page.all("article") == [{"class": "article", "lang": "en", "dir": "ltr"}]
    assert page.all("p", "byline")[0] | {"class": ""} == {"class": "", "lang": "ar", "dir": "rtl"}
    assert "lang" not in Page(article_page(ARTICLE, ENGLISH)).all("article")[0]
    # A language that nobody knows is no reason to fail.
    assert Page(article_page(article(language="x-none"), ENGLISH)).all("article")[0]["dir"] == "ltr"


def test_the_canonical_address_is_the_home_edition_s() -> None:
    home = Renderer(
        {**EDITIONS, "port-ellery": ENGLISH.model_copy(update={"base_url": HttpUrl("https://ellery.example/")})}
    )
    for edition in (ENGLISH, CHINESE):
        head = Page(home.article(ARTICLE, edition)["head"] + "</body></html>")
        links = [link["href"] for link in head.all("link") if link["rel"] == "canonical"]
        assert links == ["https://ellery.example/port-ellery/articles/ferry-fares-rise-abcdefghijklmnop"]
    bare = Page(article_page(ARTICLE, CHINESE))
    assert {"rel": "canonical", "href": "/port-ellery/articles/ferry-fares-rise-abcdefghijklmnop"} in bare.all("link")
    dropped = Page(article_page(article(editions=("gone", "chiuwan")), CHINESE))
    assert "/chiuwan/articles/" in next(link["href"] for link in dropped.all("link") if link["rel"] == "canonical")


def test_the_head_describes_the_article() -> None:
    page = Page(article_page(article(media=(PICTURE,))))
    assert page.meta("og:title") == "Ferry fares rise"
    assert page.meta("og:type") == "article"
    assert page.meta("og:image") == "https://example.org/p.jpg"
    assert page.meta("description") == "From Monday a crossing costs a dollar more"
    assert page.meta("article:published_time") == "2024-03-19T08:00:00Z"
    assert page.meta("robots") is None
    assert Page(message_page("killed")).meta("robots") == "noindex"


def test_an_update_shows_its_time_and_a_first_version_does_not() -> None:
    assert "Updated" not in Page(article_page(ARTICLE)).text
    assert (
        "Updated March 19, 2024, 6:30"
        in Page(article_page(article(version_created="2024-03-19T10:30:00.000000Z"))).text
    )


def test_pictures_reserve_their_room_and_recordings_are_links_to_their_files() -> None:
    page = Page(article_page(article(media=(PICTURE, VIDEO))))
    assert (page.all("img")[0]["width"], page.all("img")[0]["height"]) == ("900", "600")
    play = page.all("a", "play")[0]
    assert (play["href"], play["data-player"], play["data-poster"]) == ("/assets/v.webm", "video", "/assets/v.svg")
    assert "Play video 1:05" in page.text


def test_related_entries_are_marked_linked_and_give_their_reasons() -> None:
    elsewhere = item(id="e" * 16, editions=("marsa-noor",), media_type="audio", reasons=())
    html = RENDERER.related([item(media_type="video"), elsewhere], ENGLISH)
    page = Page(html)
    links = [a["href"] for a in page.all("a")]
    assert links == [
        "/port-ellery/articles/night-boat-stays-qrstuvwxyz234567",
        "/marsa-noor/articles/night-boat-stays-" + "e" * 16,
    ]
    assert len(page.all("span", "video")) == len(page.all("span", "audio")) == 1
    assert "In common: boat, Ferry Pier" in page.text
    assert len(page.all("span", "reasons")) == 1


@pytest.mark.parametrize(
    ("kinds", "line"),
    [(["recent"], None), (["pinned", "term"], "編輯推薦"), (["story", "term"], "共通：渡輪"), ([], None)],
)
def test_reasons_in_the_language_of_the_page(kinds: list[str], line: str | None) -> None:
    reason = ITEM.reasons[0]
    reasons = tuple(msgspec.structs.replace(reason, kind=kind, value="渡輪") for kind in kinds)
    page = Page(RENDERER.related([item(reasons=reasons)], CHINESE))
    assert (line in page.text) if line else not page.all("span", "reasons")


def test_an_unknown_section_is_simply_not_named() -> None:
    version = article(section="chess")
    for html in (article_page(version), front_page([version])):
        assert not Page(html).all("p", "kicker")
