"""A page as a reader meets it: its visible texts in order, its title, its links."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"meta", "link", "img", "br", "hr", "input"})
_SILENT = frozenset({"head", "script", "style"})


@dataclass
class Page:
    """What a document says: every piece of text in the order of the document, and where its links go."""

    title: str = ""
    texts: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def positions(self, *texts: str) -> list[int]:
        """Where each of the texts stands, each looked for behind the one before. Raises AssertionError for one that
        does not come."""
        found, start = [], 0
        for text in texts:
            assert text in self.texts[start:], (
                f"{text!r} does not come after {self.texts[:start]}; then: {self.texts[start:]}"
            )
            start = self.texts.index(text, start) + 1
            found.append(start - 1)
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self._open.append(tag)
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.page.links.append(href)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1] == tag, f"</{tag}> inside {self._open}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not text:
            return
        if self._open[-1] == "title":
            self.page.title = text
        elif not _SILENT & set(self._open):
            self.page.texts.append(text)


def read_page(html: str) -> Page:
    """Reads a document. Raises AssertionError where a tag is not closed in its place."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert not reader._open, f"never closed: {reader._open}"
    return reader.page
