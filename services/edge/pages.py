"""The pages that readers see."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from services.edge import lists, reads
from services.edge.answers import moved, page, surrogate_keys
from services.edge.builds import Shell
from services.edge.connection import Unavailable
from services.edge.list_reads import FRONT_SHELL, latest
from services.edge.page import Gone, MessageKind, Moved, Show, id_in, is_slug, place, verdict
from services.edge.reads import PAGE_SHELL, ArticleRead
from services.edge.site import Site
from shared.editions import Edition
from shared.fragments import Fragment, unpack

FRONT_CARDS = 30
_STATUS: Mapping[MessageKind, int] = {
    "not_found": 404,
    "killed": 410,
    "withheld": 410,
    "expired": 410,
    "unavailable": 503,
}


def routes(site: Site) -> APIRouter:
    """The routes of all pages. They are not part of the API's description."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def home() -> Response:
        first = next(iter((await reads.editions(site.builds)).editions))
        return moved(f"/{first}/", surrogate_keys(editions=[first]), 302)

    @router.get("/{edition}")
    async def front_without_slash(edition: str) -> Response:
        if edition not in (await reads.editions(site.builds)).editions:
            raise HTTPException(404)
        return moved(f"/{edition}/", surrogate_keys(editions=[edition]))

    @router.get("/{edition}/")
    async def front(request: Request, edition: str) -> Response:
        if not is_slug(edition):
            raise HTTPException(404)
        may_show = partial(lists.may_show_card, now=site.now())
        found = await latest(site.builds, edition, None, FRONT_CARDS, may_show, FRONT_SHELL)
        if edition not in found.editions:
            raise HTTPException(404)
        cards = [card.fragment for card in found.cards]
        head, top, rest, opening, closing, foot = _all_of(found.shell, FRONT_SHELL)
        date_line, day = site.date_lines.at(found.editions[edition], site.clock())
        shown = [shown for card in cards for shown in card.shows]
        keys = surrogate_keys(shown, [edition], [edition])
        return page(request, [head, top, date_line, rest, opening, *cards, closing, foot], day, keys)

    @router.get("/{edition}/articles/{name}")
    async def article(request: Request, edition: str, name: str) -> Response:
        article_id = id_in(name)
        if article_id is None or not is_slug(edition):
            return await message(site, request, "not_found", edition)
        fields = [f"article/head:{edition}", f"article/page:{edition}", f"related/page:{edition}"]
        found = await reads.article(site.builds, article_id, fields, _shown, edition)
        if edition not in found.editions:
            return await message(site, request, "not_found", edition, article_id)
        decided = verdict(found.entry, found.gone, site.now())
        if isinstance(decided, Gone):
            return await message(site, request, decided.kind, edition, article_id)
        placed = place(decided.entry, edition, name, found.editions) if isinstance(decided, Show) else decided
        if isinstance(placed, Moved):
            return moved(placed.path, surrogate_keys([article_id], [edition]))
        if not isinstance(placed, Show):
            return await message(site, request, "not_found", edition, article_id)
        return await _article_page(site, request, found, found.editions[edition])

    return router


async def _article_page(site: Site, request: Request, found: ArticleRead, edition: Edition) -> Response:
    own = [found.fields.get(f"article/{part}:{edition.slug}") for part in ("head", "page")]
    head, body = (unpack(field) if field is not None else None for field in own)
    if head is None or body is None:
        raise Unavailable(f"article {found.article_id} is not rendered for {edition.slug}")
    if lists.names([*head.shows, *body.shows], found.killed):
        # A picture of it was killed. The page without its article would be a riddle; publishing renders it anew.
        return await message(site, request, "unavailable", edition.slug, found.article_id)
    top, rest, foot = _all_of(found.shell, PAGE_SHELL)
    date_line, day = site.date_lines.at(edition, site.clock())
    related = [unpack(found.fields[name]) for name in [f"related/page:{edition.slug}"] if name in found.fields]
    related = [fragment for fragment in related if not lists.names(fragment.shows, found.killed)]
    fragments = [head, top, date_line, rest, body, *related, foot]
    shown = [shown for fragment in fragments for shown in fragment.shows]
    return page(request, fragments, day, surrogate_keys([found.article_id, *shown], [edition.slug]))


async def message(
    site: Site, request: Request, kind: MessageKind, edition: str | None = None, article_id: str | None = None
) -> Response:
    """A page that says why there is no article, in the look of the edition, or of the first where that is unknown."""
    names = (f"message_head:{kind}", *PAGE_SHELL, f"message:{kind}")
    found = await reads.shell(site.builds, edition, names)
    head, top, rest, foot, text = _all_of(found.shell, names)
    date_line, day = site.date_lines.at(found.edition, site.clock())
    known = [edition] if edition in found.editions and edition is not None else []
    keys = surrogate_keys([article_id] if article_id else [], known)
    answer = page(request, [head, top, date_line, rest, text, foot], day, keys, _STATUS[kind])
    if kind == "unavailable":
        answer.headers["Retry-After"] = str(site.retry_after)
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _all_of(shell: Shell, names: Sequence[str]) -> list[Fragment]:
    missing = [name for name in names if name not in shell]
    if missing:
        raise Unavailable(f"the live build has no fragment {missing[0]}")
    return [shell[name] for name in names]


def _shown(fields: Mapping[str, bytes]) -> Iterable[str]:
    return [shown for field in fields.values() for shown in unpack(field).shows]
