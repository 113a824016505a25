"""What the renderer's tests share: articles to render, pages joined as the edge joins them, and a strict reader."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from html.parser import HTMLParser
from types import MappingProxyType
from typing import Any

import msgspec

from services.publishing import page_links
from services.publishing.dates import date_line
from services.publishing.render import Renderer
from shared.editions import Edition, load_editions, with_addresses
from shared.entries import LanguageVersion
from shared.messages import Enriched, Media, Origin, Reason, RelatedItem
from shared.order import Phase
from shared.settings import Settings

SITE = "https://news.example"
EDITIONS = with_addresses(load_editions(Settings().editions), SITE)
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


def shell_of(edition: Edition) -> dict[str, str]:
    """The shell of one of EDITIONS, made once."""
    return _shell(edition.slug)


@cache
def _shell(slug: str) -> dict[str, str]:
    return RENDERER.shell(EDITIONS[slug])


def article_page(
    version: Enriched,
    edition: Edition = ENGLISH,
    related: Sequence[RelatedItem] = (),
    languages: Sequence[LanguageVersion] = (),
) -> str:
    """The page of an article as the edge joins it; without related articles or other languages where there are none."""
    own, shell = RENDERER.article(version, edition), shell_of(edition)
    tail = RENDERER.related(related, edition) if related else ""
    others = [found for found in languages if found.id != version.id]
    head = own["head"] + (page_links.alternates(languages) if languages else "")
    line = page_links.other_languages(others, edition)
    return "".join([_opening(head, edition), line, own["article"], tail, shell["foot"]])


def front_page(
    top: Sequence[Enriched],
    edition: Edition = ENGLISH,
    latest: Sequence[Enriched] = (),
    sections: Mapping[str, Sequence[Enriched]] = MappingProxyType({}),
) -> str:
    """The front page with the cards of these articles."""
    shell = shell_of(edition)
    lists = [("front_open", top), ("latest_open", latest)]
    lists += [(f"section_open:{slug}", versions) for slug, versions in sections.items()]
    body = "".join(
        shell[name] + cards(versions, edition) + shell["list_close"]
        for name, versions in lists
        if versions or name == "front_open"
    )
    nothing = "" if top else shell["nothing"]
    return _opening(shell["front_head"], edition) + body + nothing + shell["foot"]


def section_page(section: str, versions: Sequence[Enriched], edition: Edition = ENGLISH, cursor: str = "") -> str:
    """The page of a section; with `cursor` it has a link to older articles."""
    shell = shell_of(edition)
    body = shell[f"section_page:{section}"] + cards(versions, edition) + shell["list_close"]
    nothing = "" if versions else shell["nothing"]
    older = page_links.older(edition, section, cursor) if cursor else ""
    return "".join([_opening(shell[f"section_head:{section}"], edition), body, nothing, older, shell["foot"]])


def message_page(kind: str, edition: Edition = ENGLISH, versions: Sequence[Enriched] = ()) -> str:
    """The page that stands in for an article, the newest articles below."""
    shell = shell_of(edition)
    below = shell["latest_open"] + cards(versions, edition) + shell["list_close"] if versions else ""
    return _opening(shell[f"message_head:{kind}"], edition) + shell[f"message:{kind}"] + below + shell["foot"]


def network_page(edition: Edition = ENGLISH) -> str:
    """The page that lists the network's editions."""
    shell = shell_of(edition)
    return _opening(shell["network_head"], edition) + shell["network"] + shell["foot"]


def cards(versions: Sequence[Enriched], edition: Edition = ENGLISH) -> str:
    """The articles as lists show them."""
    return "".join(RENDERER.article(version, edition)["card"] for version in versions)


def _opening(head: str, edition: Edition) -> str:
    shell = shell_of(edition)
    return head + shell["top"] + date_line(edition, DAY) + shell["rest"]


class Page(HTMLParser):
    """A page that has been read. Raises AssertionError for tags that do not match, and for an id that stands twice."""

    VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.data: list[str] = []
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
        if not data.strip():
            return
        if self._open[-1] == "script":
            self.data.append(data)
        else:
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

    @property
    def structured(self) -> dict[str, Any]:
        """The JSON-LD of the page, which must be its only script with content. Raises ValueError for no JSON."""
        [text] = self.data
        found = json.loads(text)
        assert isinstance(found, dict)
        return found

    def links(self, rel: str) -> list[dict[str, str]]:
        """The link elements of the head with this relation."""
        return [link for link in self.all("link") if link.get("rel") == rel]

    @property
    def hrefs(self) -> list[str]:
        """Where the links of the page lead."""
        return [link["href"] for link in self.all("a") if "href" in link]
