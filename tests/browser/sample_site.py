"""The sample newsroom as a browser asks for it: the real edge answers every request, and nothing listens on a port."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import httpx
from fastapi import FastAPI

from shared.editions import Edition
from shared.identity import page_path
from shared.messages import Enriched
from shared.order import Phase
from tests.support.sample_newsroom import SITE
from tests.support.samples import EDITIONS, newest_versions

KINDS = ("front", "section", "article", "translated", "video", "audio", "live", "missing", "gone", "network")
"""The kinds of pages. `article` has a correction and a picture; `translated` is there in other languages, too."""
STATUS = {"missing": 404, "gone": 410}
"""Of the kinds that are not answered with 200."""


class SampleSite:
    """The edge over the samples, and the addresses of the pages that tests look at."""

    def __init__(self, app: FastAPI) -> None:
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=SITE)
        versions, self._killed = newest_versions()
        self.articles = [version for version in versions if version.phase is Phase.LIVE and not version.not_before]

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """The answer to a GET with these headers."""
        return await self._client.get(path, headers=headers)

    async def close(self) -> None:
        """Ends the client."""
        await self._client.aclose()

    @cached_property
    def pages(self) -> dict[str, dict[str, str]]:
        """The path of a page of each kind, by edition."""
        return {slug: dict(self._kinds(edition)) for slug, edition in EDITIONS.items()}

    def _kinds(self, edition: Edition) -> Iterator[tuple[str, str]]:
        own = [version for version in self.articles if version.editions[0] == edition.slug]
        originals = {version.original for version in self.articles}
        yield "front", f"/{edition.slug}/"
        yield "section", f"/{edition.slug}/harbour/"
        yield "article", _first(v for v in own if v.correction and v.media)
        yield "translated", _first(v for v in own if (v.original or v.id) in originals)
        yield "video", _first(v for v in own if v.media_type == "video")
        yield "audio", _first(v for v in own if v.media_type == "audio")
        yield "live", _first(v for v in own if "live" in v.genres)
        yield "missing", f"/{edition.slug}/articles/nothing"
        yield "gone", f"/{edition.slug}/articles/gone-{min(self._killed)}"
        yield "network", "/editions"


def _first(versions: Iterable[Enriched]) -> str:
    found = next(iter(versions))
    return page_path(found.editions[0], found.slug, found.id)
