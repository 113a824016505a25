"""What the edge serves, compared with an edge over what Redis must hold."""

from collections.abc import Iterable, Iterator, Mapping

import httpx

from services.edge.app import build
from services.edge.settings import EdgeSettings
from shared.editions import Edition
from shared.identity import page_path
from shared.messages import Enriched
from shared.times import now
from tests.support.content import apart
from tests.support.edge import Edge
from tests.support.fake_redis import FakeRedis
from tests.support.served import served


async def edge_differences(edge: Edge, expected: FakeRedis, paths: Iterable[str]) -> list[str]:
    """How the edge's answers for these paths differ, a line for each."""
    wanted = Edge("http://oracle.test", httpx.ASGITransport(app=build(EdgeSettings(), run=expected.run, clock=now)))
    asked = list(paths)
    right, found = await served(wanted, asked), await served(edge, asked)
    await wanted.client.aclose()
    return [
        f"{path}: status {found[path].status}, expected {right[path].status}; "
        f"{apart(right[path].content, found[path].content)}"
        for path in asked
        if right[path] != found[path]
    ]


def list_paths(editions: Mapping[str, Edition]) -> Iterator[str]:
    """Every page that shows many articles."""
    yield from ("/", "/sitemap.xml", "/robots.txt")
    for slug, edition in editions.items():
        yield from (f"/{slug}/", f"/v1/editions/{slug}/latest?limit=100", f"/{slug}/sitemap.xml")
        yield from (f"/{slug}/rss.xml", f"/{slug}/feed.json")
        yield from (f"/{slug}/{section.slug}/" for section in edition.sections)


def article_paths(version: Enriched) -> Iterator[str]:
    """Every address of an article."""
    yield from (f"/v1/articles/{version.id}", f"/v1/articles/{version.id}/related")
    yield from (page_path(slug, version.slug, version.id) for slug in version.editions)
