"""The feeds of editions and of their sections."""

from collections.abc import Awaitable, Callable
from functools import partial

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from services.edge import json_feed, lists, rss
from services.edge.answers import document, surrogate_keys
from services.edge.feed import Feed
from services.edge.list_reads import latest
from services.edge.page import is_slug
from services.edge.site import Site
from shared.editions import Edition, Section

NEWEST = 50


def routes(site: Site) -> APIRouter:
    """The routes. They are not part of the API's description, and go before those of sections."""
    router = APIRouter(include_in_schema=False)
    for file, write, media_type in (
        (rss.FILE, rss.write, rss.MEDIA_TYPE),
        (json_feed.FILE, json_feed.write, json_feed.MEDIA_TYPE),
    ):
        answer = _answer(site, write, media_type)
        router.add_api_route(f"/{{edition}}/{file}", answer, methods=["GET"])
        router.add_api_route(f"/{{edition}}/{{section}}/{file}", answer, methods=["GET"])
    return router


def _answer(
    site: Site, write: Callable[[Feed], bytes], media_type: str
) -> Callable[[Request, str, str], Awaitable[Response]]:
    async def answer(request: Request, edition: str, section: str = "") -> Response:
        if not is_slug(edition) or not (is_slug(section) or section == ""):
            raise HTTPException(404)
        may_show = partial(lists.may_show, now=site.now())
        found = await latest(site.builds, edition, None, NEWEST, may_show, section=section)
        home = found.editions.get(edition)
        part = _section(home, section)
        if home is None or (section and part is None):
            raise HTTPException(404)
        feed = Feed(home, part, [lists.shown_summary(card, found.killed) for card in found.cards])
        shown = [shown for card in found.cards for shown in card.fragment.shows]
        return document(request, write(feed), surrogate_keys(shown, [edition], [edition]), media_type)

    return answer


def _section(edition: Edition | None, slug: str) -> Section | None:
    return next((section for section in edition.sections if section.slug == slug), None) if edition else None
