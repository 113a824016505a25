"""Nothing that a producer wrote becomes markup or an address that runs, and nothing private is shown."""

import msgspec
import pytest
from rendered_pages import (
    EDITIONS,
    ENGLISH,
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

from services.publishing.markup import safe_url
from services.publishing.render import MESSAGE_KINDS, Renderer

NASTY = """Salt & "pepper" <script>alert('x')</script> &amp; {{ 7 * 7 }}"""


def test_a_headline_reads_as_it_was_written_everywhere() -> None:
    version = article(headline=NASTY, dek=NASTY, by=NASTY, located=NASTY, correction=NASTY, tags=(NASTY,))
    media = tuple(msgspec.structs.replace(m, caption=NASTY, credit=NASTY, alt=NASTY) for m in (PICTURE, VIDEO))
    related = [item(headline=NASTY, reasons=(msgspec.structs.replace(item().reasons[0], value=NASTY),))]
    html = article_page(msgspec.structs.replace(version, media=media), related=related)
    page = Page(html)
    assert len(page.all("script")) == 2  # structured data, player
    assert page.meta("og:title") == NASTY
    assert page.all("a", "play")[0]["data-title"] == NASTY
    assert page.text.count(NASTY) >= 9
    assert page.structured["headline"] == NASTY
    assert NASTY in Page(front_page([version])).texts


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "http://[broken",
        "https:\\\\example.org",
        "",
        None,
    ],
)
def test_addresses_that_are_not_rendered(address: str | None) -> None:
    assert safe_url(address) == ""
    bad = [msgspec.structs.replace(m, href=address or "") for m in (PICTURE, VIDEO)]
    page = Page(article_page(article(media=tuple(bad))))
    assert not page.all("figure")
    poster = Page(article_page(article(media=(msgspec.structs.replace(VIDEO, poster=address),))))
    assert len(poster.all("figure")) == 1
    assert not poster.all("img")


@pytest.mark.parametrize("address", ["https://example.org/a?b=c&d=e#f", "http://example.org", "/assets/a.svg", "a/b:c"])
def test_addresses_that_are(address: str) -> None:
    assert safe_url(address) == address


def test_what_is_private_is_not_rendered() -> None:
    secret = "the safe is behind the picture"
    version = article(ninjs={"edNote": secret, "x-desk": secret, "usageTerms": secret}, text=secret)
    assert secret not in article_page(version) + front_page([version])


def test_only_the_body_is_taken_as_html() -> None:
    html = article_page(article(body_html="<p>A <em>word</em></p>", summary="<em>s</em>", dek=""))
    assert "<p>A <em>word</em></p>" in html
    assert "<em>s</em>" not in html


def test_a_strict_content_policy_is_possible() -> None:
    pages = [article_page(article(media=(PICTURE, VIDEO)), edition, [item()]) for edition in EDITIONS.values()]
    pages += [front_page([article()], edition) for edition in EDITIONS.values()]
    pages += [section_page("sport", [article()], cursor="Y3Vyc29y"), network_page()]
    pages += [message_page(kind) for kind in MESSAGE_KINDS]
    for page in map(Page, pages):
        scripts = [script for script in page.all("script") if script.get("type") != "application/ld+json"]
        assert all(script["src"].startswith("/assets/") for script in scripts)
        assert len(page.data) == len(page.all("script")) - len(scripts)
        assert not page.all("style")
        attributes = {name for _, found in page.tags for name in found}
        assert not {name for name in attributes if name == "style" or name.startswith("on")}


def test_an_edition_s_own_words_are_escaped() -> None:
    edition = ENGLISH.model_copy(update={"name": NASTY, "tagline": NASTY})
    shell = Renderer({"port-ellery": edition}).shell(edition)
    page = Page(shell["front_head"] + shell["top"] + shell["rest"] + shell["foot"])
    assert page.text.count(NASTY) == 5  # title, masthead, tagline, foot, player
    assert page.meta("og:site_name") == page.meta("description") == NASTY
