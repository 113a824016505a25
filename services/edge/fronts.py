"""Front pages, the pages of sections, and the page of the network."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator
from starlette.exceptions import HTTPException
from starlette.responses import Response

from services.edge import front as front_page
from services.edge import list_reads, lists, reads, shells
from services.edge.answers import moved, page, surrogate_keys
from services.edge.page import is_slug
from services.edge.site import Site
from services.publishing import page_links
from shared.editions import Edition
from shared.fragments import make_fragment

SECTION_CARDS = 24
_FROM_SECTION = front_page.OF_SECTION + front_page.TOP + front_page.LATEST
"""Cards of a section that are read for a front: its block is full though the newest of them stand above."""


def routes(site: Site) -> APIRouter:
    """The routes. They are not part of the API's description."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def home() -> Response:
        first = next(iter((await reads.editions(site.builds)).editions))
        return moved(f"/{first}/", surrogate_keys(editions=[first]), 302)

    @router.get("/editions/")
    async def network_with_slash() -> Response:
        return moved("/editions")

    @router.get("/editions")
    async def network(request: Request) -> Response:
        found = await reads.shell(site.builds, None, shells.NETWORK)
        head, top, rest, foot, listed = shells.all_of(found.shell, shells.NETWORK)
        date_line, day = site.date_lines.at(found.edition, site.clock())
        keys = surrogate_keys(editions=found.editions)
        return page(request, [head, top, date_line, rest, listed, foot], day, keys)

    @router.get("/{edition}")
    async def front_without_slash(edition: str) -> Response:
        if edition not in (await reads.editions(site.builds)).editions:
            raise HTTPException(404)
        return moved(f"/{edition}/", surrogate_keys(editions=[edition]))

    @router.get("/{edition}/")
    async def front(request: Request, edition: str) -> Response:
        if not is_slug(edition):
            raise HTTPException(404)
        found = await list_reads.front(
            site.builds,
            edition,
            front_page.NEWEST,
            _FROM_SECTION,
            partial(lists.may_show_card, now=site.now()),
            shells.front,
        )
        if edition not in found.editions:
            raise HTTPException(404)
        names = shells.front(found.editions[edition])
        own = dict(zip(names, shells.all_of(found.shell, names), strict=True))
        date_line, day = site.date_lines.at(found.editions[edition], site.clock())
        arranged = front_page.arrange(found.latest, found.sections)
        fragments = [own["front_head"], own["top"], date_line, own["rest"]]
        lists_shown = [("front_open", arranged.top), ("latest_open", arranged.latest)]
        lists_shown += [(f"section_open:{slug}", cards) for slug, cards in arranged.blocks]
        for opening, cards in lists_shown:
            if cards or opening == "front_open":
                fragments += [own[opening], *(card.fragment for card in cards), own["list_close"]]
        fragments += [own["foot"]] if arranged.top else [own["nothing"], own["foot"]]
        shown = [shown for card in arranged.cards for shown in card.fragment.shows]
        return page(request, fragments, day, surrogate_keys(shown, [edition], [edition]))

    @router.get("/{edition}/{section}")
    async def section_without_slash(edition: str, section: str) -> Response:
        _require_section((await reads.editions(site.builds)).editions.get(edition), section)
        return moved(f"/{edition}/{section}/", surrogate_keys(editions=[edition]))

    @router.get("/{edition}/{section}/")
    async def section(
        request: Request,
        edition: str,
        section: str,
        before: Annotated[str | None, Query(), AfterValidator(lists.read_cursor)] = None,
    ) -> Response:
        if not is_slug(edition) or not is_slug(section):
            raise HTTPException(404)
        names, may_show = shells.section(section), partial(lists.may_show_card, now=site.now())
        found = await list_reads.latest(site.builds, edition, before, SECTION_CARDS, may_show, names, section)
        home = _require_section(found.editions.get(edition), section)
        head, top, rest, foot, opening, closing, nothing = shells.all_of(found.shell, names)
        date_line, day = site.date_lines.at(home, site.clock())
        cards = [card.fragment for card in found.cards]
        fragments = [head, top, date_line, rest, opening, *cards, closing]
        if not cards:
            fragments.append(nothing)
        if found.after is not None:
            fragments.append(make_fragment(page_links.older(home, section, lists.make_cursor(found.after))))
        shown = [shown for card in cards for shown in card.shows]
        return page(request, [*fragments, foot], day, surrogate_keys(shown, [edition], [edition]))

    return router


def _require_section(edition: Edition | None, slug: str) -> Edition:
    """The edition, if there is one and it has the section. Raises HTTPException (404)."""
    if edition is None or all(section.slug != slug for section in edition.sections):
        raise HTTPException(404)
    return edition
