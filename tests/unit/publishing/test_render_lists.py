"""Cards, and the pages that are lists of them: fronts, sections, the network; and the lists below an article."""

import msgspec
import pytest
from rendered_pages import (
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
    cards,
    front_page,
    item,
    network_page,
    section_page,
)

from services.publishing.render import MOST_OF_THE_STORY, OF_THE_STORY
from shared.editions import Edition


def test_a_card_leads_to_the_article_in_the_edition_that_shows_it() -> None:
    page = Page(cards([ARTICLE], CHINESE))
    assert page.hrefs == ["/chiuwan/articles/ferry-fares-rise-abcdefghijklmnop"]
    assert page.texts[:3] == ["港口", "Ferry fares rise", "From Monday a crossing costs a dollar more"]
    assert page.all("time") == [{"datetime": "2024-03-19T08:00:00Z"}]
    assert page.all("li")[0]["data-section"] == "harbour"


def test_a_card_has_a_picture_or_a_recording_s_still_or_neither() -> None:
    pictured = Page(cards([article(media=(PICTURE,))]))
    assert "pictured" in pictured.all("li")[0]["class"].split()
    [image] = pictured.all("img")
    assert (image["src"], image["alt"], image["width"], image["height"]) == (PICTURE.href, "", "900", "600")
    assert [image["src"] for image in Page(cards([article(media=(VIDEO, PICTURE))])).all("img")] == [VIDEO.poster]
    bare = Page(cards([ARTICLE, article(media=(msgspec.structs.replace(VIDEO, poster=None),))]))
    assert not bare.all("img")
    assert [li["class"].split() for li in bare.all("li")] == [["card"], ["card"]]


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"dek": "A dek", "summary": "A summary"}, "A dek"),
        ({"dek": "", "summary": "A summary"}, "A summary"),
        ({"dek": "", "summary": ""}, None),
    ],
)
def test_a_card_says_what_it_is_about_in_the_dek_s_words(changes: dict[str, str], shown: str | None) -> None:
    page = Page(cards([article(**changes)]))
    assert len(page.all("p", "summary")) == (shown is not None)
    assert shown is None or shown in page.texts


@pytest.mark.parametrize(("kind", "word"), [("text", None), ("video", "影片"), ("audio", "錄音")])
def test_a_card_marks_recordings(kind: str, word: str | None) -> None:
    page = Page(cards([article(media_type=kind)], CHINESE))
    assert len(page.all("span", "mark")) == (word is not None)
    assert word is None or word in page.texts


def test_a_front_names_its_lists_and_links_the_sections_to_their_pages() -> None:
    html = front_page(
        [ARTICLE], latest=[article(id="b" * 16)], sections={"sport": [article(id="c" * 16, section="sport")]}
    )
    page = Page(html)
    headings = {heading["id"] for heading in page.all("h2") if "id" in heading}
    assert {found["aria-labelledby"] for found in page.all("section", "list")} == headings
    assert headings == {"top-stories", "list-latest", "list-sport"}
    assert [found.get("data-section") for found in page.all("section", "list")] == [None, None, "sport"]
    assert page.hrefs.count("/port-ellery/sport/") == 2  # navigation and heading
    assert len(page.all("li", "card")) == 3
    assert not page.all("p", "nothing")


def test_a_front_and_a_section_without_articles_say_so() -> None:
    for html in (front_page([], CHINESE), section_page("sport", [], CHINESE)):
        assert "暫無報道。" in Page(html).texts


def test_a_section_s_page_has_its_name_and_leads_to_older_articles_where_there_are_some() -> None:
    page = Page(section_page("harbour", [ARTICLE], CHINESE, "Y3Vyc29y"))
    assert page.all("h1") == [{"class": "section-name"}]
    assert "港口 · 潮灣日報" in page.texts  # the title
    [older] = [link for link in page.all("a") if link.get("rel") == "next"]
    assert older["href"] == "/chiuwan/harbour/?before=Y3Vyc29y"
    assert "較早的報道" in page.texts
    assert not [link for link in Page(section_page("harbour", [ARTICLE])).all("a") if link.get("rel") == "next"]


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=list(EDITIONS))
def test_the_network_s_page_lists_every_edition_in_its_own_language(edition: Edition) -> None:
    page = Page(network_page(edition))
    own = [li for li in page.all("li") if "lang" in li]
    others = [other for other in EDITIONS.values() if other is not edition]
    assert own == [{"lang": other.locale, "dir": other.direction} for other in others]
    for other in EDITIONS.values():
        assert f"/{other.slug}/" in page.hrefs
        assert {other.name, other.tagline} <= set(page.texts)
        assert {f"/{other.slug}/{section.slug}/" for section in other.sections} <= set(page.hrefs)


def test_an_article_alone_has_no_list_below_it() -> None:
    assert RENDERER.related([], ENGLISH) == ""


def test_what_is_of_the_story_is_parted_from_what_is_merely_related() -> None:
    scores = [0.9, OF_THE_STORY, OF_THE_STORY - 0.01, 0.1]
    page = Page(RENDERER.related([item(id=str(n) * 16, score=score) for n, score in enumerate(scores, 2)], ENGLISH))
    assert [section["class"] for section in page.all("section")] == ["more", "related"]
    assert len(page.all("li")) == len(scores)
    assert page.texts.index("Related Articles") == [n for n, t in enumerate(page.texts) if t == ITEM.headline][2] - 1


@pytest.mark.parametrize("score", [0.9, 0.1])
def test_a_list_that_is_all_of_one_kind_is_not_parted(score: float) -> None:
    page = Page(RENDERER.related([item(score=score)], ENGLISH))
    assert [section["class"] for section in page.all("section")] == ["related"]


def test_a_long_story_is_cut_and_goes_on_among_the_related() -> None:
    items = [item(id=chr(97 + n) * 16, score=0.9, headline=f"Part {n}") for n in range(MOST_OF_THE_STORY + 2)]
    page = Page(RENDERER.related(items, ENGLISH))
    assert page.texts.index("Related Articles") > page.texts.index(f"Part {MOST_OF_THE_STORY - 1}")
    assert page.texts.index("Related Articles") < page.texts.index(f"Part {MOST_OF_THE_STORY}")


def test_related_entries_are_marked_linked_and_give_their_reasons() -> None:
    elsewhere = item(id="e" * 16, editions=("marsa-noor",), media_type="audio", reasons=())
    page = Page(RENDERER.related([item(media_type="video"), elsewhere], ENGLISH))
    assert page.hrefs == [
        "/port-ellery/articles/night-boat-stays-qrstuvwxyz234567",
        "/marsa-noor/articles/night-boat-stays-" + "e" * 16,
    ]
    assert len(page.all("span", "video")) == len(page.all("span", "audio")) == 1
    assert "In common: boat, Ferry Pier" in page.texts
    assert len(page.all("span", "reasons")) == 1


@pytest.mark.parametrize(
    ("kinds", "line"),
    [(["recent"], None), (["pinned", "term"], "編輯推薦"), (["story", "term"], "共通：渡輪"), ([], None)],
)
def test_reasons_in_the_language_of_the_page(kinds: list[str], line: str | None) -> None:
    reason = ITEM.reasons[0]
    reasons = tuple(msgspec.structs.replace(reason, kind=kind, value="渡輪") for kind in kinds)
    page = Page(RENDERER.related([item(reasons=reasons)], CHINESE))
    assert (line in page.texts) if line else not page.all("span", "reasons")
