"""What search engines ask for: robots.txt, the index of the sitemaps, and the sitemaps."""

import asyncio
import re
from datetime import timedelta
from functools import partial

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from services.edge import lists, reads, sitemap, sitemap_reads
from services.edge.answers import document, surrogate_keys
from services.edge.list_reads import MayShow
from services.edge.site import Site
from shared.editions import Edition, absolute_url
from shared.times import utc_text

NEWS_FOR = timedelta(days=2)
_XML = "application/xml; charset=utf-8"
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def routes(site: Site) -> APIRouter:
    """The routes. They are not part of the API's description, and go before those of sections."""
    router = APIRouter(include_in_schema=False)

    @router.get("/robots.txt")
    async def robots(request: Request) -> Response:
        # One file for all hosts: each host so vouches for what the index of another says of it.
        editions = (await reads.editions(site.builds)).editions
        addresses = dict.fromkeys(absolute_url(edition, "/sitemap.xml") for edition in editions.values())
        lines = ["User-agent: *", "Disallow: /v1/", "", *(f"Sitemap: {address}" for address in addresses), ""]
        return document(request, "\n".join(lines).encode(), surrogate_keys(editions=editions), "text/plain")

    @router.get("/sitemap.xml")
    async def index(request: Request) -> Response:
        found = await sitemap_reads.months(site.builds)
        addresses = [
            absolute_url(edition, f"/{slug}/{name}.xml")
            for slug, edition in found.editions.items()
            for name in ("sitemap", "news-sitemap", *(f"sitemap-{month}" for month in found.months[slug]))
        ]
        return document(request, sitemap.index(addresses), surrogate_keys((), found.editions, found.editions), _XML)

    @router.get("/{edition}/sitemap.xml")
    async def pages(request: Request, edition: str) -> Response:
        home = await _edition(site, edition)
        return document(request, sitemap.lists(home), surrogate_keys(editions=[edition]), _XML)

    @router.get("/{edition}/sitemap-{month}.xml")
    async def month(request: Request, edition: str, month: str) -> Response:
        home = await _edition(site, edition)
        if not _MONTH.fullmatch(month):
            raise HTTPException(404)
        first, last = f"{month}-", f"{month}-~"
        found = await sitemap_reads.articles(site.builds, home, first, last, sitemap.MOST, _may_show(site))
        if found is None:
            raise HTTPException(404)
        data = await asyncio.to_thread(sitemap.articles, home, found)  # of 50,000: 0.2 s
        return document(request, data, surrogate_keys((), [edition], [edition]), _XML)

    @router.get("/{edition}/news-sitemap.xml")
    async def news(request: Request, edition: str) -> Response:
        home, now = await _edition(site, edition), site.clock()
        first, last = utc_text(now - NEWS_FOR), f"{utc_text(now)}/~"
        found = await sitemap_reads.articles(site.builds, home, first, last, sitemap.MOST_NEWS, _may_show(site))
        return document(request, sitemap.news(home, found or []), surrogate_keys((), [edition], [edition]), _XML)

    return router


def _may_show(site: Site) -> MayShow:
    return partial(lists.may_show, now=site.now())


async def _edition(site: Site, slug: str) -> Edition:
    edition = (await reads.editions(site.builds)).editions.get(slug)
    if edition is None:
        raise HTTPException(404)
    return edition
