"""A producer's body becomes HTML that can be shown, and its plain text."""

import re
from html import escape, unescape

import nh3

from services.enrichment import elements
from services.enrichment.flow import Flow
from services.enrichment.markup import CONTROLS, tokens
from shared.errors import ContentError
from shared.messages import Body

MAX_TOKENS = 100_000
_CLEANER = nh3.Cleaner(
    tags=set(elements.BLOCKS | elements.INLINE | elements.VOIDS),
    attributes={name: set(allowed) for name, allowed in elements.ATTRIBUTES.items()},
    tag_attribute_values={"a": {"rel": {elements.OUTWARD}}},
    url_schemes=set(elements.SCHEMES),
    link_rel=None,
)
_LAYOUT = re.compile(r"<(?:br|p|div|li|td|h[1-6]|pre|blockquote)\b", re.IGNORECASE)
_TAG = re.compile(r'<(/?[a-z0-9]+)(?:[^<>"]|"[^"]*")*>')
_BREAKING = elements.BLOCKS - {"td", "th"} | {"br", "hr"}


def body_html(body: Body, headline: str) -> str:
    """The body as sanitised, well-formed HTML without ids, classes, styles and scripts; "" where nothing is left.

    A heading at the top, or a first line of plain text, that repeats `headline` is left out. Raises ContentError for
    more than `MAX_TOKENS` pieces of markup, and for markup that multiplies beyond all bounds.
    """
    return _from_text(body.value, headline) if body.content_type == "text/plain" else _from_html(body.value, headline)


def _from_html(html: str, headline: str) -> str:
    if not _LAYOUT.search(html):  # as editors write it: blank lines between the paragraphs
        html = re.sub(r"(?:\n[ \t\r]*){2,}", "<br><br>", html)
    flow = Flow(headline)
    for count, token in enumerate(tokens(html)):
        if count > MAX_TOKENS:
            raise ContentError(f"the body has more than {MAX_TOKENS} pieces of text and markup")
        flow.feed(token)
    return _CLEANER.clean(flow.finish())


def _from_text(text: str, headline: str) -> str:
    """Blank lines part paragraphs; where there are none, every line is one."""
    lines = [line.strip() for line in CONTROLS.sub("", text).splitlines()]
    joint = "\n" if "" in lines[next((i for i, line in enumerate(lines) if line), 0) : _last(lines)] else "\n\n"
    paragraphs = [p for p in (part.strip("\n") for part in joint.join(lines).split("\n\n")) if p]
    if len(paragraphs) > 1 and paragraphs[0].casefold() == headline.strip().casefold():
        del paragraphs[0]
    return "".join(f"<p>{escape(p, quote=False).replace(chr(10), '<br>')}</p>" for p in paragraphs)


def _last(lines: list[str]) -> int:
    """The number of lines without the blank ones at the end."""
    return max((i + 1 for i, line in enumerate(lines) if line), default=0)


def plain_text(html: str) -> str:
    """The text of sanitised HTML: one line for each block, entities decoded, cells parted by a space."""

    def space(tag: re.Match[str]) -> str:
        name = tag[1].removeprefix("/")
        return "\n" if name in _BREAKING else " " if name in ("td", "th") else ""

    lines = (re.sub(r"\s+", " ", line).strip() for line in unescape(_TAG.sub(space, html)).split("\n"))
    return "\n".join(line for line in lines if line)
