"""Where a kill must be seen: every address of the edge that may show the article, and when an answer is clean. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from services.desk.edge import Text
from services.edge.lists import make_cursor
from shared.identity import ID_LENGTH
from shared.redis_keys import list_member

Kind = Literal["page", "API", "list", "front", "section", "feed", "sitemap", "related"]
KINDS: tuple[Kind, ...] = ("page", "API", "list", "front", "section", "feed", "sitemap", "related")
NEWEST_ID = "z" * ID_LENGTH
"""Above every id at the same moment of an order."""


@dataclass(frozen=True)
class Place:
    """An address, as a path. At its `own` the article must be gone (410), at all others it must not be named."""

    kind: Kind
    path: str
    edition: str = ""
    own: bool = False


@dataclass(frozen=True)
class Before:
    """What the edge said before the kill: its editions (`/v1/editions`), and the article, empty if it had none."""

    editions: Sequence[Mapping[str, Any]] = ()
    article: Mapping[str, Any] | None = None


def places(article_id: str, uri: str, before: Before) -> list[Place]:
    """Where the article must be gone from, but for what its showers show. Lists are asked for their newest, and for the
    part in which it stood."""
    article = before.article or {}
    published = article.get("publishedAt", "")
    behind = make_cursor(list_member(published, NEWEST_ID)) if published else ""
    name = _name(article)
    found = [
        Place("API", f"/v1/articles/{article_id}", own=True),
        Place("API", f"/v1/articles?uri={quote(uri, safe='')}", own=True),
        Place("API", f"/v1/articles/{article_id}/related", own=True),
    ]
    for edition in before.editions:
        slug = str(edition["slug"])
        pages = dict.fromkeys([article_id, *([name] if name and slug in article.get("editions", ()) else ())])
        found += [Place("page", f"/{slug}/articles/{page}", slug, own=True) for page in pages]
        latest = f"/v1/editions/{slug}/latest"
        found += [Place("list", latest, slug), *_then(behind, Place("list", f"{latest}?cursor={behind}", slug))]
        found.append(Place("front", f"/{slug}/", slug))
        roots = [f"/{slug}/"]
        for section in edition.get("sections", ()):
            path = f"/{slug}/{section['slug']}/"
            roots.append(path)
            found += [Place("section", path, slug), *_then(behind, Place("section", f"{path}?before={behind}", slug))]
        found += [Place("feed", f"{root}{file}", slug) for root in roots for file in ("rss.xml", "feed.json")]
        found.append(Place("sitemap", f"/{slug}/news-sitemap.xml", slug))
        found += _then(published, Place("sitemap", f"/{slug}/sitemap-{published[:7]}.xml", slug))
    return found


def places_of_shower(shower: Mapping[str, Any]) -> list[Place]:
    """Where an article must not name the killed one any more: its JSON, its related list and its pages."""
    article_id, name = str(shower["id"]), _name(shower)
    found = [Place("related", f"/v1/articles/{article_id}{part}") for part in ("", "/related")]
    editions = shower.get("editions", ())
    return found + [Place("related", f"/{slug}/articles/{name}", str(slug)) for slug in editions]


def is_clean(place: Place, answer: Text, killed_id: str) -> bool:
    """Whether what was answered shows the killed article or medium no more."""
    if place.own:
        return answer.status == 410
    if answer.status not in (200, 404, 410):
        return False
    return killed_id not in answer.text and f"article-{killed_id}" not in answer.keys.split()


def seen(place: Place, answer: Text) -> str:
    """What an answer that is not clean was, in a few words."""
    if answer.status == 0:
        return answer.text
    return f"HTTP {answer.status}" if place.own or answer.status != 200 else "still names it"


def _name(article: Mapping[str, Any]) -> str:
    """`slug-id`, out of the address of the page."""
    return str(article.get("url", "")).rpartition("/")[2]


def _then(known: str, place: Place) -> Iterable[Place]:
    return [place] if known else []
