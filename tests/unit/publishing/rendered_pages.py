"""What the renderer's tests share: articles to render, pages joined as the edge joins them, and a strict reader."""

from collections.abc import Sequence
from datetime import date
from html.parser import HTMLParser

import msgspec

from services.publishing.dates import date_line
from services.publishing.render import Renderer
from shared.editions import Edition, load_editions
from shared.messages import Enriched, Media, Origin, Reason, RelatedItem
from shared.order import Phase
from shared.settings import Settings

EDITIONS = load_editions(Settings().editions)
ENGLISH, CHINESE, ARABIC = EDITIONS["port-ellery"], EDITIONS["chiuwan"], EDITIONS["marsa-noor"]
RENDERER = Renderer(EDITIONS)
DAY = date(2024, 3, 19)
PICTURE = Media(id="p" * 16, kind="picture", href="https://example.org/p.jpg", width=900, height=600, caption="A boat")
VIDEO = Media(id="v" * 16, kind="video", href="/assets/v.webm", poster="/assets/v.svg", seconds=65.0, caption="A film")
ARTICLE = Enriched(
    uri="urn:example:1",
    id="abcdefghijklmnop",
    version=3,
    version_created="2024-03-19T08:00:00.123456Z",
    phase=Phase.LIVE,
    hash="a" * 32,
    published_at="2024-03-19T08:00:00.123456Z",
    editions=("port-ellery", "chiuwan"),
    language="en",
    section="harbour",
    slug="ferry-fares-rise",
    headline="Ferry fares rise",
    origin=Origin(topic="articles.ingest", partition=0, offset=1),
    dek="From Monday a crossing costs a dollar more",
    by="Ada Reporter",
    located="Port Ellery",
    body_html="<p>First paragraph.</p><p>Second paragraph.</p>",
    reading_minutes=4,
)
ITEM = RelatedItem(
    id="qrstuvwxyz234567",
    uri="urn:example:2",
    slug="night-boat-stays",
    editions=("port-ellery",),
    headline="Night boat stays",
    published_at="2024-03-18T20:00:00.000000Z",
    media_type="text",
    language="en",
    score=0.5,
    reasons=(Reason(kind="term", value="boat", weight=0.2), Reason(kind="entity", value="Ferry Pier", weight=0.1)),
)


def article(**changes: object) -> Enriched:
    """ARTICLE with other fields."""
    return msgspec.structs.replace(ARTICLE, **changes)


def item(**changes: object) -> RelatedItem:
    """ITEM with other fields."""
    return msgspec.structs.replace(ITEM, **changes)


def article_page(version: Enriched, edition: Edition = ENGLISH, related: Sequence[RelatedItem] = ()) -> str:
    """The page of an article as the edge joins it; without the related fragment for no items."""
    own, shell = RENDERER.article(version, edition), RENDERER.shell(edition)
    tail = RENDERER.related(related, edition) if related else ""
    return own["head"] + shell["top"] + date_line(edition, DAY) + shell["rest"] + own["article"] + tail + shell["foot"]


def front_page(versions: Sequence[Enriched], edition: Edition = ENGLISH) -> str:
    """The front page with the cards of `versions`."""
    shell = RENDERER.shell(edition)
    cards = "".join(RENDERER.article(version, edition)["card"] for version in versions)
    opening = shell["front_head"] + shell["top"] + date_line(edition, DAY) + shell["rest"] + shell["front_open"]
    return opening + cards + shell["front_close"] + shell["foot"]


def message_page(kind: str, edition: Edition = ENGLISH) -> str:
    """The page that stands in for an article."""
    shell = RENDERER.shell(edition)
    opening = shell[f"message_head:{kind}"] + shell["top"] + date_line(edition, DAY) + shell["rest"]
    return opening + shell[f"message:{kind}"] + shell["foot"]


class Page(HTMLParser):
    """A page that has been read. Raises AssertionError for tags that do not match, and for an id that stands twice."""

    VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open, f"never closed: {self._open}"
        ids = [attributes["id"] for _, attributes in self.tags if "id" in attributes]
        assert len(ids) == len(set(ids)), f"an id stands twice: {sorted(ids)}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1] == tag, f"</{tag}> where <{self._open[-1]}> is open"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())

    def all(self, tag: str, class_name: str = "") -> list[dict[str, str]]:
        """The attributes of every `tag`, or of those with this class alone."""
        found = [attributes for name, attributes in self.tags if name == tag]
        return [a for a in found if not class_name or class_name in a.get("class", "").split()]

    def meta(self, name: str) -> str | None:
        """The content of the meta element with this name or property."""
        return next((a["content"] for a in self.all("meta") if name in (a.get("name"), a.get("property"))), None)

    @property
    def text(self) -> str:
        """The text of the page, its pieces parted by single spaces."""
        return " ".join(self.texts)
