"""A stream of tokens, however broken, becomes balanced HTML of paragraphs, headings, lists, tables and quotes.

Everything is written late: a block or inline element appears only when something stands in it, so that empty ones
vanish. Depth and size are bounded, since the parser behind this one takes quadratic time on deep trees.
"""

import re
from dataclasses import dataclass
from html import escape, unescape

from services.enrichment import elements
from services.enrichment.markup import End, Text, Token
from shared.errors import ContentError

MAX_DEPTH = 40
MAX_INLINES = 8
MAX_SIZE = 8 * 1024 * 1024
SEAM = "<!---->"
"""Ends a text node: nh3 writes `&` and no-break spaces in quadratic time of a node's length. nh3 drops it."""
_NODE = 1000
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BLANK = " \t\r\n\f\u00a0\u200b\u200c\u200d\u2060"
_TAG = re.compile(r"<[^<>]*>")


@dataclass
class _Block:
    name: str
    tag: str
    start: int = -1
    """Index of its tag in the output, -1 until it is written."""
    begun: bool = False
    """Whether text or a picture stands in it, with no other block since."""


@dataclass
class _Inline:
    name: str
    tag: str
    depth: int
    """Number of blocks that were open when it began; it ends with the innermost of them."""


class Flow:
    """Takes tokens with `feed`, gives the HTML with `finish`. A first heading that repeats `headline` is dropped."""

    def __init__(self, headline: str) -> None:
        self._headline = _plain(headline)
        self._out: list[str] = []
        self._size = 0
        self._node = 0
        self._blocks: list[_Block] = []
        self._inlines: list[_Inline] = []
        self._written = 0
        """How many of the inline elements, from the outermost, are open in the output."""
        self._space = False
        self._breaks = 0

    def feed(self, token: Token) -> None:
        """Takes the next token. Raises ContentError when the result grows beyond `MAX_SIZE` characters."""
        if isinstance(token, Text):
            self._text(token.value)
        elif isinstance(token, End):
            self._end(elements.RENAMED.get(token.name, token.name))
        else:
            name = elements.RENAMED.get(token.name, token.name)
            self._start(name, token.attributes)
            if token.empty and name not in elements.VOIDS:
                self._end(name)

    def finish(self) -> str:
        """Closes what is open and returns the whole."""
        self._close_to(0)
        self._suspend()
        return "".join(self._out)

    @property
    def _top(self) -> str:
        return self._blocks[-1].name if self._blocks else ""

    def _text(self, value: str) -> None:
        if self._top == "pre":
            if not self._blocks[-1].begun:
                value = value.lstrip("\r\n")
            if value.strip() or self._blocks[-1].begun:
                self._phrase(value)
            return
        value = _SPACE.sub(" ", value)
        if not value.strip(_BLANK) and (self._breaks or not (self._blocks and self._blocks[-1].begun)):
            return
        bare = value.strip(" ")
        self._space = self._space or value.startswith(" ")
        if bare:
            self._phrase(bare)
            self._space = value.endswith(" ")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in elements.BLOCKS:
            self._open(name, elements.start_tag(name, attributes) or "")
        elif name in elements.INLINE:
            self._open_inline(name, attributes)
        elif name == "br":
            self._breaks += bool(self._blocks and self._blocks[-1].begun)
            self._space = False
        elif name == "img":
            if tag := elements.start_tag(name, attributes):
                self._phrase(tag, is_text=False)
        elif name == "hr":
            self._boundary()
            self._fill()
            self._realise()
            self._write("<hr>")
            if self._blocks:
                self._blocks[-1].begun = False
        elif name in elements.EMBEDDED:
            self._link(attributes)
        elif name in elements.BOUNDARIES:
            self._boundary()

    def _end(self, name: str) -> None:
        if name in elements.INLINE:
            self._close_inline(name)
        elif name in elements.BLOCKS or name in elements.BOUNDARIES:
            depth = max((i for i, block in enumerate(self._blocks) if block.name == name), default=-1)
            if depth >= 0:
                self._close_to(depth)
            else:
                self._boundary()

    def _open(self, name: str, tag: str) -> None:
        self._boundary()
        if name in elements.HOMES:
            depth = max((i for i, b in enumerate(self._blocks) if b.name in elements.HOMES[name]), default=-1)
            if depth < 0:
                return
            self._close_to(depth + 1)
            if name in ("td", "th") and self._top != "tr":
                self._push("tr")
        else:
            self._fill()
        if len(self._blocks) < MAX_DEPTH:
            self._push(name, tag)
            if name in ("td", "th"):  # an empty cell still moves its neighbours
                self._realise()

    def _push(self, name: str, tag: str = "") -> None:
        self._blocks.append(_Block(name, tag or f"<{name}>"))

    def _fill(self) -> None:
        """Opens what a table or list needs between itself and a text."""
        while filler := elements.FILLERS.get(self._top):
            self._push(filler)

    def _boundary(self) -> None:
        """Ends a paragraph or heading; in a cell or list item, the line."""
        if self._top in elements.LEAVES:
            self._close_to(len(self._blocks) - 1)
        self._suspend()
        self._space = False
        self._breaks = int(bool(self._blocks) and self._blocks[-1].begun)

    def _close_to(self, depth: int) -> None:
        """Closes blocks until `depth` are open."""
        while len(self._blocks) > depth:
            self._suspend()
            block = self._blocks.pop()
            if block.start >= 0:
                self._write(f"</{block.name}>")
                is_heading = block.name[0] == "h" and block.start == 0
                if is_heading and self._headline and _plain("".join(self._out)) == self._headline:
                    self._out.clear()
            self._inlines = [inline for inline in self._inlines if inline.depth <= len(self._blocks)]
            self._space = False
            self._breaks = int(bool(self._blocks) and self._blocks[-1].begun)

    def _open_inline(self, name: str, attributes: dict[str, str]) -> None:
        if name == "a":
            self._close_inline("a")
        tag = elements.start_tag(name, attributes)
        if tag and len(self._inlines) < MAX_INLINES and all(inline.name != name for inline in self._inlines):
            self._inlines.append(_Inline(name, tag, len(self._blocks)))

    def _close_inline(self, name: str) -> None:
        for index, inline in enumerate(self._inlines):
            if inline.name == name:
                self._suspend(index)
                del self._inlines[index]
                return

    def _suspend(self, count: int = 0) -> None:
        """Closes inline elements in the output until `count` are open; the next text opens them again."""
        while self._written > count:
            self._written -= 1
            self._write(f"</{self._inlines[self._written].name}>")

    def _phrase(self, content: str, is_text: bool = True) -> None:
        """Writes text or a picture, after whatever must be open or broken before it."""
        self._fill()
        if self._breaks > 1 and self._top == "p":
            self._split()
        if self._top in ("", "blockquote"):
            self._push("p")
        self._realise()
        block = self._blocks[-1]
        if block.begun and self._breaks:
            self._write("<br>" * min(self._breaks, 2))
        elif block.begun and self._space:
            self._write(" ")
        block.begun, self._breaks, self._space = True, 0, False
        for inline in self._inlines[self._written :]:
            self._write(inline.tag)
            self._written += 1
        if not is_text:
            self._write(content)
            return
        for start in range(0, len(content), _NODE):
            piece = content[start : start + _NODE]
            self._write(escape(piece, quote=False))
            self._node += len(piece)
            if self._node > _NODE:
                self._write(SEAM)
                self._node = 0

    def _split(self) -> None:
        """Two line breaks make two paragraphs; inline elements go on in the second."""
        self._suspend()
        self._write("</p>")
        self._blocks[-1] = _Block("p", self._blocks[-1].tag)

    def _realise(self) -> None:
        for index, block in enumerate(self._blocks):
            if block.start < 0:
                self._suspend()
                block.start = len(self._out)
                self._write(block.tag)
                if index:
                    self._blocks[index - 1].begun = False

    def _link(self, attributes: dict[str, str]) -> None:
        """A paragraph with a link to what was embedded, named by its title or host."""
        source = elements.address(attributes.get("src", "")) or elements.address(attributes.get("data-src", "")) or ""
        if host := re.match(r"https://([^/?#]+)", source, re.IGNORECASE):
            self._boundary()
            self._open_inline("a", {"href": source})
            self._text(attributes.get("title", "").strip() or host[1])
            self._close_inline("a")
            self._boundary()

    def _write(self, markup: str) -> None:
        self._size += len(markup)
        if self._size > MAX_SIZE:
            raise ContentError(f"the body grows beyond {MAX_SIZE} characters when its markup is put in order")
        self._out.append(markup)


def _plain(text: str) -> str:
    """Letters and digits of a text or of escaped HTML, for comparing."""
    return re.sub(r"[\W_]+", "", unescape(_TAG.sub("", text))).casefold()
