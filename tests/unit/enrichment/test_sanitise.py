"""Bodies as real producers and as vandals send them."""

import time

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.enrichment import elements
from services.enrichment.sanitise import plain_text
from shared.errors import ContentError
from tests.unit.enrichment.bodies import from_html, from_text

REL = 'rel="nofollow noopener"'
MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>one<p>two", "<p>one</p><p>two</p>"),
        ("<div>one</div><div>two</div>", "<p>one</p><p>two</p>"),
        ("one<br><br>two<br>three", "<p>one</p><p>two<br>three</p>"),
        ("one\n\ntwo\nmore", "<p>one</p><p>two more</p>"),
        ("<p>&nbsp;</p><p> </p><p></p><p>x</p>", "<p>x</p>"),
        ("<h1>One</h1><h3>Three</h3>", "<h2>One</h2><h3>Three</h3>"),
        ("<p>a <b>b <i>c</b> d</i> e", "<p>a <b>b <i>c</i></b> <i>d</i> e</p>"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        (
            "<table><tr><td>a<td><tr><th colspan=2 style=x>b</table>",
            '<table><tbody><tr><td>a</td><td></td></tr><tr><th colspan="2">b</th></tr></tbody></table>',
        ),
        ("<ul><li>a<ul><li>b</ul>c</ul>", "<ul><li>a<ul><li>b</li></ul>c</li></ul>"),
        ("<p><b>a</p><p>b</p>", "<p><b>a</b></p><p>b</p>"),
        ("<ul>loose</ul><td>stray", "<ul><li>loose</li></ul><p>stray</p>"),
        ("<li>a<div>b</div></li>", "<p>a</p><p>b</p>"),
        ("<ol><li><div>a</div><div>b</div></ol>", "<ol><li>a<br>b</li></ol>"),
        ("<pre>a\n  b</pre>", "<pre>a\n  b</pre>"),
        ("<blockquote>said<hr></blockquote>", "<blockquote><p>said</p><hr></blockquote>"),
        ('<p dir="rtl" lang="ar" class="x" id="y" style="color:red">x</p>', '<p dir="rtl" lang="ar">x</p>'),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby></p>"),
        ('<time datetime="2024-03-19" onclick="x">then</time>', '<p><time datetime="2024-03-19">then</time></p>'),
    ],
)
def test_structure(html: str, expected: str) -> None:
    assert from_html(html) == expected


def test_a_whole_document_gives_its_body_only() -> None:
    document = (
        '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title>Leaky</title>'
        "<style>p{}</style><meta charset='utf-8'/></head><body><!-- hidden --><p>Seen</p><br/><script/></body></html>"
    )
    assert from_html(document) == "<p>Seen</p>"


def test_unknown_tags_leave_their_text_and_cdata_its_markup() -> None:
    nitf = "<nitf><body.content><p>In <location>Rome</location> <org>UN</org></p></body.content></nitf>"
    assert from_html(nitf) == "<p>In Rome UN</p>"
    assert from_html("<![CDATA[<p>x</p>]]>") == "<p>x</p>"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain text with <unescaped", "plain text with <unescaped"),
        ("a <b and c", "a <b and c"),
        ("1 < 2 > 0 & <3", "1 < 2 > 0 & <3"),
        ("write to <desk@news.example>", "write to <desk@news.example>"),
        ('<a href="/x>no quote</a> here', "no quote here"),
    ],
)
def test_text_that_is_no_markup_stays(html: str, text: str) -> None:
    assert plain_text(from_html(html)) == text


def test_a_repeated_headline_goes_and_other_headings_stay() -> None:
    html = "<header><h1>Ferry &amp; fares <b>rise</b></h1></header><p>x</p><h2>Ferry &amp; fares rise</h2>"
    assert from_html(html, "Ferry & Fares rise") == "<p>x</p><h2>Ferry &amp; fares rise</h2>"
    assert from_html("<h1>Another</h1><p>x</p>", "Ferry") == "<h2>Another</h2><p>x</p>"
    assert from_text("Ferry fares rise\nFrom Monday.\nMore.", "Ferry fares rise") == "<p>From Monday.</p><p>More.</p>"
    assert from_text("Ferry fares rise", "Ferry fares rise") == "<p>Ferry fares rise</p>"


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<ScRiPt src=//evil.example></sCrIpT >",
        "<img src=x onerror=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<svg/onload=alert(1)>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<iframe src='javascript:alert(1)'></iframe>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<object data=evil.swf><param name=x></object><embed src='http://evil.example/x.swf'>",
        "<form action=/steal><input name=alert(1)></form>",
        "<style>@import 'evil'</style><link rel=stylesheet href=evil><base href=//evil>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
        "<!--><img src=x onerror=alert(1)>-->",
        "<select><option><script>alert(1)</script></select>",
        "<template><script>alert(1)</script></template>",
        "<p style='background:url(javascript:alert(1))' onmouseover=alert(1)></p>",
        "<a href='java\nscript:alert(1)'></a><a href=' &#1;javascript:alert(1)'></a>",
        "<a href='data:text/html,<script>alert(1)</script>'></a><a href=vbscript:x></a>",
        "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
        "<xmp><img src=x onerror=alert(1)></xmp><plaintext>",
    ],
)
def test_nothing_that_acts_is_left(html: str) -> None:
    left = from_html(f"<p>before</p>{html}<p>after</p>")
    assert "<p>before</p>" in left
    tags = left.replace("<p>", "").replace("</p>", "")
    assert "<" not in tags
    assert "alert" not in tags or "&lt;" in tags


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="https://a.example/?x=1&amp;y=2">x</a>', f'<a href="https://a.example/?x=1&amp;y=2" {REL}>x</a>'),
        ('<a href="//a.example" target=_blank rel=me>x</a>', f'<a href="https://a.example" {REL}>x</a>'),
        ('<a href="mailto:desk@news.example">x</a>', '<a href="mailto:desk@news.example">x</a>'),
        ('<a href="tel:+85212345678">x</a>', '<a href="tel:+85212345678">x</a>'),
        ('<a href="/archive/1">x</a>', '<a href="/archive/1">x</a>'),
        ('<a href="/\t/a.example">x</a>', f'<a href="https://a.example" {REL}>x</a>'),
        ('<a href="/\\a.example">x</a>', "x"),
        ('<a href="#note">x</a><a href="next.html">y</a><a href="ftp://a.example">z</a>', "xyz"),
        ('<img src="https://a.example/1.jpg" alt="A &quot;B&quot;" width=640 height=100%>',
         '<img alt="A &quot;B&quot;" src="https://a.example/1.jpg" width="640">'),
        ('<img src="data:image/gif;base64,R0" data-src="/real.jpg">', '<img alt="" src="/real.jpg">'),
        ('x<img src="https://count.example/p" width=1 height=1><img src="cid:1">', "x"),
    ],
)  # fmt: skip
def test_addresses(html: str, expected: str) -> None:
    assert from_html(html) == f"<p>{expected}</p>"


def test_a_link_around_blocks_goes_into_them() -> None:
    link = '<a href="/x">%s</a>'
    assert from_html('<a href="/x"><h3>T</h3><p>u</p></a>v') == f"<h3>{link % 'T'}</h3><p>{link % 'u'}</p><p>v</p>"


def test_a_quoted_post_keeps_text_and_link() -> None:
    post = (
        '<blockquote class="twitter-tweet" data-lang="en"><p lang="en" dir="ltr">Ferries stop '
        '<a href="https://t.example/a">pic</a></p>&mdash; Harbour (@harbour) '
        '<a href="https://social.example/harbour/1?ref=x">19 March</a></blockquote>\n'
        '<script async src="https://platform.social.example/widgets.js" charset="utf-8"></script>'
    )
    assert from_html(post) == (
        f'<blockquote><p dir="ltr" lang="en">Ferries stop <a href="https://t.example/a" {REL}>pic</a></p>'
        f'<p>— Harbour (@harbour) <a href="https://social.example/harbour/1?ref=x" {REL}>19 March</a></p></blockquote>'
    )


def test_what_was_embedded_becomes_a_link() -> None:
    html = (
        '<p>a</p><iframe src="//video.example/embed/1" title="A ride" allowfullscreen>no frames</iframe>'
        '<iframe src="http://plain.example/"></iframe><video src="https://v.example/1.mp4">no video</video>'
    )
    assert from_html(html) == (
        f'<p>a</p><p><a href="https://video.example/embed/1" {REL}>A ride</a></p>'
        f'<p><a href="https://v.example/1.mp4" {REL}>v.example</a></p>'
    )


def test_plain_text() -> None:
    assert from_text("one\ntwo\r\nthree") == "<p>one</p><p>two</p><p>three</p>"
    assert from_text('\n\none\ntwo\n \n\nthree <b> & "q"\n') == '<p>one<br>two</p><p>three &lt;b&gt; &amp; "q"</p>'
    assert from_text(" \n\t\n") == ""


def test_control_characters_go() -> None:
    dirty = "a\x00\x07b\x85\x9fc\x7f\ufeffd\ud800"
    assert from_text(dirty) == "<p>abcd</p>"
    assert from_html(f"<p>{dirty}&#0;&#7;&#x81;</p>") == "<p>abcd\ufffd</p>"


def test_the_plain_text_of_a_body() -> None:
    html = (
        "<h2>A &amp; B</h2><p>x <b>y</b>z<br>w</p><ul><li>1</li><li>2</li></ul><table><tr><td>a</td><td>b</td></table>"
    )
    assert plain_text(from_html(html)) == "A & B\nx yz\nw\n1\n2\na b"
    assert plain_text(from_html('<p>x <img src="/i.png" alt="a > b"> y</p>')) == "x y"


@pytest.mark.parametrize(
    ("piece", "kibibytes"),
    [("x\u00a0", 512), ("&", 256), ("<", 256), ("<!--", 1024), ("<svg>", 256), ("<a/b=", 256), ("<a b=\"c='", 256),
     ("<a ", 256), ('<a =" x="<a "x="', 256), ("<x&", 128), ("<ul><li>x", 64), ("<td>", 64), ("<b><p>x", 64),
     ("x\n\n", 64)],
)  # fmt: skip
def test_hostile_text_takes_linear_time(piece: str, kibibytes: int) -> None:
    html = piece * (kibibytes * 1024 // len(piece.encode()))
    began = time.process_time()
    plain_text(from_html(html, "x"))
    assert time.process_time() - began < 2


def test_more_markup_than_any_article_has_is_refused() -> None:
    with pytest.raises(ContentError, match="pieces of text and markup"):
        from_html("<p>x" * 60_000)


def test_deep_trees_are_flattened_and_formatting_does_not_multiply() -> None:
    assert from_html("<div>" * 100_000 + "x") == "<p>x</p>"
    deep = from_html("<blockquote>" * 30_000 + "x")
    assert deep.count("<blockquote>") < 50
    with pytest.raises(ContentError, match="grows beyond"):
        from_html("<a href='/" + "y" * 4000 + "'>" + "<p>x" * 30_000)
    assert len(from_html("<img src=/x alt='" + "&" * MIB + "'>")) < 20_000


_names = "a b i p div h1 ul ol li table tr td caption blockquote figure figcaption pre br hr img script iframe svg"
_attributes = ["", ' href="https://a/b?x=1&y=2"', " src=/i.png", " onclick=x", " dir=rtl", ' alt="a > b"', " x='"]
_texts = ["text", " ", "\n\n", "&amp;", "&lt;b&gt;", "<", "<!--", "-->", "中文", "\u00a0", "x < y", "'", '"']
_pieces = st.one_of(
    st.builds("<{}{}>".format, st.sampled_from(_names.split()), st.sampled_from(_attributes)),
    st.builds("</{}>".format, st.sampled_from(_names.split())),
    st.sampled_from(_texts),
)


@settings(max_examples=200)
@given(st.lists(_pieces, max_size=25).map("".join))
def test_the_result_is_stable_and_safe_whatever_comes(html: str) -> None:
    once = from_html(html)
    assert from_html(once) == once
    allowed = elements.BLOCKS | elements.INLINE | elements.VOIDS
    attributes = {name: set(kept) | {"rel"} for name, kept in elements.ATTRIBUTES.items()}
    assert nh3.clean(once, tags=set(allowed), attributes=attributes, link_rel=None) == once
