"""What the head of a page says to search engines, social networks and newsreaders."""

import json
from urllib.parse import urlsplit

import pytest
from rendered_pages import (
    ARABIC,
    ARTICLE,
    CHINESE,
    EDITIONS,
    ENGLISH,
    PICTURE,
    SITE,
    VIDEO,
    Page,
    article,
    article_page,
    front_page,
    message_page,
    network_page,
    section_page,
)

from services.publishing.render import MESSAGE_KINDS
from shared.editions import Edition
from shared.entries import LanguageVersion

HOME = f"{SITE}/port-ellery/articles/ferry-fares-rise-abcdefghijklmnop"
LANGUAGES = (
    LanguageVersion("abcdefghijklmnop", "en", HOME, None, None),
    LanguageVersion("z" * 16, "zh-Hant-HK", f"{SITE}/chiuwan/articles/ferry-{'z' * 16}", None, None),
    LanguageVersion("y" * 16, "ar", f"{SITE}/marsa-noor/articles/ferry-{'y' * 16}", None, None),
)


def test_the_canonical_address_is_the_home_edition_s() -> None:
    for edition in (ENGLISH, CHINESE):
        assert [link["href"] for link in Page(article_page(ARTICLE, edition)).links("canonical")] == [HOME]
    dropped = Page(article_page(article(editions=("gone", "chiuwan")), CHINESE))
    assert dropped.links("canonical")[0]["href"].startswith(f"{SITE}/chiuwan/articles/")


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=list(EDITIONS))
def test_pages_that_are_no_article_s_have_an_address_and_messages_have_none(edition: Edition) -> None:
    pages = {
        f"/{edition.slug}/": front_page([], edition),
        f"/{edition.slug}/sport/": section_page("sport", [], edition),
        "/editions": network_page(edition),
    }
    for path, html in pages.items():
        page = Page(html)
        assert [link["href"] for link in page.links("canonical")] == [SITE + path]
        assert (page.meta("og:url"), page.meta("og:type"), page.meta("robots")) == (SITE + path, "website", None)
        assert page.meta("og:title")
    for kind in MESSAGE_KINDS:
        page = Page(message_page(kind, edition))
        assert (page.links("canonical"), page.meta("og:url"), page.meta("robots")) == ([], None, "noindex")


def test_open_graph_describes_the_article() -> None:
    page = Page(article_page(article(media=(PICTURE,), tags=("Ferries", "Fares"))))
    described = {
        "og:site_name": "Port Ellery News",
        "og:title": "Ferry fares rise",
        "og:type": "article",
        "og:url": HOME,
        "og:locale": "en",
        "og:description": "From Monday a crossing costs a dollar more",
        "description": "From Monday a crossing costs a dollar more",
        "og:image": "https://example.org/p.jpg",
        "twitter:card": "summary_large_image",
        "article:published_time": "2024-03-19T08:00:00Z",
        "article:modified_time": "2024-03-19T08:00:00Z",
        "article:section": "harbour",
        "article:tag": "Ferries",
        "robots": None,
    }
    assert {name: page.meta(name) for name in described} == described
    tags = [meta["content"] for meta in page.all("meta") if meta.get("property") == "article:tag"]
    assert tags == ["Ferries", "Fares"]
    assert Page(article_page(ARTICLE)).meta("twitter:card") == "summary"
    assert Page(article_page(article(dek="", summary="It begins so."))).meta("description") == "It begins so."


def test_a_still_of_a_recording_stands_for_it_with_an_absolute_address() -> None:
    page = Page(article_page(article(media=(VIDEO,))))
    assert page.meta("og:image") == page.structured["image"][0] == f"{SITE}/assets/v.svg"


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=list(EDITIONS))
def test_feeds_are_those_of_the_edition_and_on_a_section_s_page_of_the_section(edition: Edition) -> None:
    def feeds(html: str) -> dict[str, str]:
        links = [link for link in Page(html).links("alternate") if "hreflang" not in link]
        assert all(link["title"] for link in links)
        return {link["type"]: link["href"] for link in links}

    own = {
        "application/rss+xml": f"/{edition.slug}/rss.xml",
        "application/feed+json": f"/{edition.slug}/feed.json",
    }
    section = {kind: path.replace(f"/{edition.slug}/", f"/{edition.slug}/sport/") for kind, path in own.items()}
    assert feeds(section_page("sport", [], edition)) == section
    for html in (article_page(ARTICLE, edition), front_page([], edition), message_page("killed", edition)):
        assert feeds(html) == own


def test_structured_data_says_what_the_page_says() -> None:
    version = article(media=(PICTURE,), tags=("Ferries",), correction="It was a Monday.", word_count=321)
    found = Page(article_page(version, CHINESE)).structured
    assert found == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Ferry fares rise",
        "description": "From Monday a crossing costs a dollar more",
        "url": HOME,
        "mainEntityOfPage": HOME,
        "datePublished": "2024-03-19T08:00:00Z",
        "dateModified": "2024-03-19T08:00:00Z",
        "inLanguage": "en",
        "articleSection": "港口",
        "keywords": ["Ferries"],
        "author": {"@type": "Person", "name": "Ada Reporter"},
        "publisher": {"@type": "NewsMediaOrganization", "name": "Port Ellery News", "url": f"{SITE}/port-ellery/"},
        "isAccessibleForFree": True,
        "correction": "It was a Monday.",
        "wordCount": 321,
        "image": ["https://example.org/p.jpg"],
    }


def test_structured_data_of_a_recording_and_of_an_article_that_nobody_signed() -> None:
    found = Page(article_page(article(media=(VIDEO,), by=""))).structured
    [video] = found["video"]
    assert (video["@type"], video["contentUrl"], video["duration"]) == ("VideoObject", f"{SITE}/assets/v.webm", "PT65S")
    assert video["thumbnailUrl"] == f"{SITE}/assets/v.svg"
    assert found["author"] == found["publisher"]


def test_all_addresses_that_machines_read_are_absolute() -> None:
    page = Page(article_page(article(media=(VIDEO, PICTURE)), CHINESE, languages=LANGUAGES))
    found: list[str] = []

    def gather(value: object, name: str = "") -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                gather(inner, key)
        elif isinstance(value, list):
            for inner in value:
                gather(inner, name)
        elif name in ("url", "mainEntityOfPage", "image", "contentUrl", "thumbnailUrl"):
            found.append(str(value))

    gather(page.structured)
    found += [str(page.meta(name)) for name in ("og:url", "og:image")]
    found += [link["href"] for link in page.links("canonical")]
    found += [link["href"] for link in page.links("alternate") if "hreflang" in link]
    assert len(found) >= 10
    assert [address for address in found if not urlsplit(address).netloc] == []


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!-- <script>", "]]> & \u2028 \"'", "\\u003c"])
def test_nothing_can_end_the_script_element_and_the_text_comes_back_whole(text: str) -> None:
    html = article_page(article(headline=text, dek=text, by=text, correction=text, tags=(text,)))
    page = Page(html)
    assert len(page.data) == 1
    assert len(page.all("script")) == 2  # structured data, player
    assert not {"<", ">", "&"} & set(page.data[0])
    found = page.structured
    assert [found["headline"], found["description"], found["author"]["name"], found["correction"]] == [text] * 4
    assert found["keywords"] == [text]
    assert json.loads(page.data[0]) == found


def test_language_versions_are_in_the_head_and_the_others_in_a_line_above_the_article() -> None:
    page = Page(article_page(ARTICLE, CHINESE, languages=LANGUAGES))
    alternates = {link["hreflang"]: link["href"] for link in page.links("alternate") if "hreflang" in link}
    assert alternates == {version.language: version.url for version in LANGUAGES}
    assert page.texts.index("其他語言：") < page.texts.index(ARTICLE.headline, page.texts.index("其他語言："))
    links = {link["hreflang"]: link for link in page.all("a") if "hreflang" in link}
    assert set(links) == {"zh-Hant-HK", "ar"}
    assert (links["ar"]["href"], links["ar"]["lang"], links["ar"]["dir"]) == (LANGUAGES[2].url, "ar", "rtl")
    assert "lang" not in links["zh-Hant-HK"]
    assert {"中文 (繁體)", "العربية"} <= set(page.texts)
    alone = Page(article_page(ARTICLE, ARABIC))
    assert not [link for link in alone.links("alternate") if "hreflang" in link]
    assert not alone.all("p", "languages")
