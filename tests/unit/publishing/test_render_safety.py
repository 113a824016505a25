"""Nothing that a producer wrote becomes markup or an address that runs, and nothing private is shown."""

import msgspec
import pytest
from rendered_pages import EDITIONS, ENGLISH, PICTURE, RENDERER, VIDEO, Page, article, article_page, front_page, item

from services.publishing.render import MESSAGE_KINDS, Renderer, safe_url

NASTY = """Salt & "pepper" <script>alert('x')</script> &amp; {{ 7 * 7 }}"""


def test_a_headline_reads_as_it_was_written_everywhere() -> None:
    version = article(headline=NASTY, dek=NASTY, by=NASTY, located=NASTY, correction=NASTY)
    media = tuple(msgspec.structs.replace(m, caption=NASTY, credit=NASTY, alt=NASTY) for m in (PICTURE, VIDEO))
    related = [item(headline=NASTY, reasons=(msgspec.structs.replace(item().reasons[0], value=NASTY),))]
    html = article_page(msgspec.structs.replace(version, media=media), related=related)
    page = Page(html)
    assert len(page.all("script")) == 1  # the player
    assert page.meta("og:title") == NASTY
    assert page.all("a", "play")[0]["data-title"] == NASTY
    assert page.text.count(NASTY) >= 8
    assert NASTY in Page(front_page([version])).text


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
    shell = {slug: RENDERER.shell(edition) for slug, edition in EDITIONS.items()}
    pages = [article_page(article(media=(PICTURE, VIDEO)), edition, [item()]) for edition in EDITIONS.values()]
    pages += [front_page([article()], edition) for edition in EDITIONS.values()]
    pages += [shell["chiuwan"][f"message:{kind}"] for kind in MESSAGE_KINDS]
    for page in map(Page, pages):
        assert all(script.get("src", "").startswith("/assets/") for script in page.all("script"))
        assert not page.all("style")
        attributes = {name for _, found in page.tags for name in found}
        assert not {name for name in attributes if name == "style" or name.startswith("on")}


def test_an_edition_s_own_words_are_escaped() -> None:
    edition = ENGLISH.model_copy(update={"name": NASTY, "tagline": NASTY})
    shell = Renderer({"port-ellery": edition}).shell(edition)
    text = Page(shell["front_head"] + shell["top"] + shell["rest"] + shell["foot"]).text
    assert text.count(NASTY) == 4  # title, masthead, tagline, player
