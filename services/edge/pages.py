"""The pages of articles, and those that stand in for one."""

from collections.abc import Iterable, Mapping
from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.edge import lists, reads, shells
from services.edge.answers import moved, page, surrogate_keys
from services.edge.connection import Unavailable
from services.edge.list_reads import latest
from services.edge.page import Gone, MessageKind, Moved, Show, id_in, is_slug, place, verdict
from services.edge.reads import ArticleRead
from services.edge.site import Site
from services.publishing import page_links
from shared.editions import Edition
from shared.fragments import make_fragment, unpack

CARDS_WITH_MESSAGE = 6
_STATUS: Mapping[MessageKind, int] = {
    "not_found": 404,
    "killed": 410,
    "withheld": 410,
    "expired": 410,
    "unavailable": 503,
}


def routes(site: Site) -> APIRouter:
    """The routes of articles. They are not part of the API's description."""
    router = APIRouter(include_in_schema=False)

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
    top, rest, foot = shells.all_of(found.shell, shells.FRAME)
    date_line, day = site.date_lines.at(edition, site.clock())
    related = [unpack(found.fields[name]) for name in [f"related/page:{edition.slug}"] if name in found.fields]
    related = [fragment for fragment in related if not lists.names(fragment.shows, found.killed)]
    fragments = [head, top, date_line, rest, body, *related, foot]
    if versions := found.languages_at(site.now()):
        ids = [version.id for version in versions]
        fragments.insert(1, make_fragment(page_links.alternates(versions), ids))
        others = [version for version in versions if version.id != found.article_id]
        fragments.insert(5, make_fragment(page_links.other_languages(others, edition)))
    shown = [shown for fragment in fragments for shown in fragment.shows]
    # A new version in another language is not shown yet, but its original's key is on the pages of all its versions.
    original = found.entry.original if found.entry is not None else found.article_id
    return page(request, fragments, day, surrogate_keys([found.article_id, original, *shown], [edition.slug]))


async def message(
    site: Site, request: Request, kind: MessageKind, edition: str | None = None, article_id: str | None = None
) -> Response:
    """A page that says why there is no article, in the look of the edition, or of the first where that is unknown.

    Below it stands the newest of the edition, so that a reader can go on.
    """
    known = (await reads.editions(site.builds)).editions
    slug = edition if edition in known and edition is not None else next(iter(known))
    names = shells.message(kind)
    may_show = partial(lists.may_show_card, now=site.now())
    found = await latest(site.builds, slug, None, CARDS_WITH_MESSAGE, may_show, names)
    if slug not in found.editions:
        raise Unavailable("the editions have changed meanwhile")
    head, top, rest, foot, text, opening, closing = shells.all_of(found.shell, names)
    date_line, day = site.date_lines.at(found.editions[slug], site.clock())
    cards = [card.fragment for card in found.cards]
    listed = [opening, *cards, closing] if cards else []
    shown = [shown for card in cards for shown in card.shows]
    keys = surrogate_keys([article_id, *shown] if article_id else shown, [slug] if slug == edition else [], [slug])
    answer = page(request, [head, top, date_line, rest, text, *listed, foot], day, keys, _STATUS[kind])
    if kind == "unavailable":
        answer.headers["Retry-After"] = str(site.retry_after)
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _shown(fields: Mapping[str, bytes]) -> Iterable[str]:
    return [shown for field in fields.values() for shown in unpack(field).shows]
