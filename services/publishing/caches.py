"""The caches in front of the edge, and what to tell them of a kill. Pure.

A cache is told by addresses (PURGE, as Varnish, Squid and nginx know it), or by keys (a POST with Surrogate-Key, as
caches of that kind know it). Keys are on every answer that shows an article, so they miss none; addresses can.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, HttpUrl, model_validator

from shared.editions import Edition
from shared.entries import Entry
from shared.identity import page_path

ALL_OTHERS = "*"
"""In the setting: every edition that is not named."""


class Cache(BaseModel):
    """One cache: `purge` or `keys` is where it is told; `headers` go with every request, to prove who we are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    purge: HttpUrl | None = None
    keys: HttpUrl | None = None
    headers: dict[str, str] = {}

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.purge is None) == (self.keys is None):
            raise ValueError("needs purge or keys: an address, and not both")
        return self

    @property
    def kind(self) -> str:
        """What it is told by."""
        return "purge" if self.purge is not None else "keys"


@dataclass(frozen=True)
class Call:
    """One request to a cache; `fine` are the statuses beside 2xx that mean that it has nothing of it."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    fine: Sequence[int] = ()


def by_edition(caches: Mapping[str, Cache], editions: Iterable[str]) -> dict[str, Cache]:
    """The cache of each edition that has one."""
    found = {slug: caches.get(slug, caches.get(ALL_OTHERS)) for slug in editions}
    return {slug: cache for slug, cache in found.items() if cache is not None}


def calls(
    edition: Edition, cache: Cache, killed_id: str, uri: str, entry: Entry | None, showers: Iterable[Entry]
) -> list[Call]:
    """What to tell an edition's cache. `entry` is the killed article's as it stood, if that is known."""
    if cache.keys is not None:
        names = f"article-{killed_id} front-{edition.slug}"
        return [Call("POST", str(cache.keys), {**cache.headers, "Surrogate-Key": names})]
    headers = dict(cache.headers)
    if edition.base_url is not None:
        standard = {"http": 80, "https": 443}[edition.base_url.scheme]
        port = "" if edition.base_url.port in (None, standard) else f":{edition.base_url.port}"
        headers["Host"] = f"{edition.base_url.host}{port}"
    base = str(cache.purge).rstrip("/")
    paths = dict.fromkeys(addresses(edition, killed_id, uri, entry, showers))
    return [Call("PURGE", f"{base}{path}", headers, (404,)) for path in paths]


def addresses(
    edition: Edition, killed_id: str, uri: str, entry: Entry | None, showers: Iterable[Entry]
) -> Iterable[str]:
    """The paths in an edition that may have shown an article. Older parts of lists are not among them."""
    slug = edition.slug
    yield f"/{slug}/articles/{killed_id}"
    if entry is not None:
        yield page_path(slug, entry.slug, killed_id)
        yield f"/{slug}/sitemap-{entry.version_created[:7]}.xml"
    for part in ("", "/related"):
        yield f"/v1/articles/{killed_id}{part}"
    yield f"/v1/articles?uri={quote(uri, safe='')}"
    for root in (f"/{slug}/", *(f"/{slug}/{section.slug}/" for section in edition.sections)):
        yield from (f"{root}{file}" for file in ("", "rss.xml", "feed.json"))
    yield f"/{slug}/news-sitemap.xml"
    yield f"/v1/editions/{slug}/latest"
    for shower in showers:
        if slug in shower.editions:
            yield page_path(slug, shower.slug, shower.id)
        yield from (f"/v1/articles/{shower.id}{part}" for part in ("", "/related"))
