"""HTML cut into tokens in linear time, whatever the input.

Only good enough to see paragraphs, links and what must go: what decides over safety is nh3, which parses the result
by the standard. Where the two differ this one is kinder to text: `a <b and c` loses nothing.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from services.enrichment.elements import MUTE

CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
"""Characters that no text needs: C0 (but tab and line ends), C1, lone surrogates, byte order marks."""


class Text(NamedTuple):
    """Characters between tags, entities decoded."""

    value: str


class Start(NamedTuple):
    """A start tag; names in lower case, attribute values decoded. `empty`: written as `<x/>`."""

    name: str
    attributes: dict[str, str]
    empty: bool


class End(NamedTuple):
    """An end tag."""

    name: str


Token = Text | Start | End

_OPENING = re.compile(r"<[A-Za-z/!?]")
_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9:._-]*)(?=[\s/>])")
_ATTRIBUTE = re.compile(r"""[\s/"'=]*([^\s/>=<"'][^\s/>=<]*)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s><]*))?""")
_TAG_END = re.compile(r"""[\s/"'=]*>""")
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")


def tokens(html: str) -> Iterator[Token]:
    """The tokens of `html` in their order; comments, declarations and the content of mute elements are left out."""
    html = CONTROLS.sub("", _CDATA.sub("", html))
    unclosed: set[str] = set()
    text_from = position = wasted = 0
    while opening := _OPENING.search(html, position):
        start = opening.start()
        if html[start + 1] in "!?":
            token, end = None, _after_declaration(html, start)
        else:
            token, end = _tag(html, start)
            if token is None:  # not a tag: its "<" is text, as what follows it
                position = start + 1
                wasted += end - start
                if wasted > 4 * len(html):  # quotes inside quotes, made to be read again and again
                    break
                continue
        if text_from < start:
            yield Text(CONTROLS.sub("", unescape(html[text_from:start])))
        if token:
            yield token
        if isinstance(token, Start) and token.name in MUTE:
            end = _after_mute(html, token, end, unclosed)
        text_from = position = end
    if text_from < len(html):
        yield Text(CONTROLS.sub("", unescape(html[text_from:])))


def _after_declaration(html: str, start: int) -> int:
    """Where a comment, doctype or processing instruction ends."""
    closing = "-->" if html.startswith("<!--", start) else ">"
    end = html.find(closing, start + 2)
    return len(html) if end < 0 else end + len(closing)


def _tag(html: str, start: int) -> tuple[Start | End | None, int]:
    """The tag at `start` and where it ends, or None and how far it was read before it turned out to be none."""
    name = _TAG_NAME.match(html, start)
    if name is None:
        return None, start + 1
    attributes: dict[str, str] = {}
    position = name.end()
    while (end := _TAG_END.match(html, position)) is None:
        found = _ATTRIBUTE.match(html, position)
        if found is None:
            return None, position
        key, value = found[1].lower(), found[2] or ""
        if value[:1] in ("'", '"'):
            value = value[1:].removesuffix(value[0])
        attributes.setdefault(key, CONTROLS.sub("", unescape(value)))
        position = found.end()
    if html[start + 1] == "/":
        return End(name[1].lower()), end.end()
    return Start(name[1].lower(), attributes, html[end.end() - 2] == "/"), end.end()


def _after_mute(html: str, tag: Start, position: int, unclosed: set[str]) -> int:
    """Where the content of a mute element ends. A script never closed takes the rest with it, others only their tag."""
    if tag.name not in unclosed:
        closing = re.compile(rf"</{tag.name}(?=[\s/>])", re.IGNORECASE).search(html, position)
        if closing:
            return closing.start()
        unclosed.add(tag.name)
    return len(html) if tag.name in ("script", "style") and not tag.empty else position
