"""The API for programs: JSON as publishing stored it, less what is killed."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator
from starlette.responses import Response

from services.edge import lists, models, reads
from services.edge.answers import document, surrogate_keys
from services.edge.connection import Unavailable
from services.edge.list_reads import latest as latest_of
from services.edge.page import Gone, Missing, is_slug, verdict
from services.edge.problems import problem
from services.edge.reads import ArticleRead, Shows
from services.edge.site import Site
from shared.entries import Entry
from shared.identity import is_public_id, public_id

_PROBLEM = {"content": {"application/problem+json": {"schema": models.Problem.model_json_schema()}}}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    400: {"description": "the request is wrong: `errors` says all that is", **_PROBLEM},
    404: {"description": "nothing is known under this address", **_PROBLEM},
    410: {"description": "taken away: `reason` says how", **_PROBLEM},
    503: {"description": "cannot be answered now: ask again after `Retry-After` seconds", **_PROBLEM},
}


def responses(*but: int) -> dict[int | str, dict[str, Any]]:
    """What a route may answer beside 200, for the description, but for these."""
    return {
        304: {"description": "still what `If-None-Match` names"},
        **{status: text for status, text in _RESPONSES.items() if status not in but},
        "default": {"description": "any other failure", **_PROBLEM},
    }


def routes(site: Site) -> APIRouter:
    """The routes under /v1."""
    router = APIRouter(prefix="/v1", tags=["news"])

    @router.get("/articles", response_model=models.Article, responses=responses())
    async def article_by_uri(
        request: Request, uri: Annotated[str, Query(min_length=1, description="the article's own `uri`")]
    ) -> Response:
        """The article with this `uri`; the same answer as by its id."""
        return await _article(site, request, public_id(uri))

    @router.get("/articles/{article_id}", response_model=models.Article, responses=responses(400))
    async def article(request: Request, article_id: str) -> Response:
        """The newest version of an article."""
        return await _article(site, request, article_id)

    @router.get("/articles/{article_id}/related", response_model=models.Related, responses=responses(400))
    async def related(request: Request, article_id: str) -> Response:
        """The articles related to one, best first, each with its score and the reasons for it."""
        found = await _find(site, article_id, "related/json", _related_ids)
        if isinstance(found, Response):
            return found
        read, _ = found
        answer = lists.read_related(read.fields.get("related/json"), article_id)
        keys = surrogate_keys([article_id, *(i for i in answer.ids if i not in read.killed)])
        return document(request, answer.without(read.killed), keys)

    @router.get("/editions", response_model=models.Editions, responses=responses(400, 404, 410))
    async def editions(request: Request) -> Response:
        """All editions, in the order of the network."""
        found = await reads.counts(site.builds)
        items = [
            models.Edition(
                **edition.model_dump(include={"slug", "name", "tagline", "locale", "time_zone"}),
                direction=edition.direction,
                sections=[models.Section(slug=section.slug, name=section.name) for section in edition.sections],
                url=f"/{slug}/",
                articles=found.counts[slug],
            )
            for slug, edition in found.editions.items()
        ]
        data = models.Editions(items=items).model_dump_json(by_alias=True).encode()
        return document(request, data, surrogate_keys(editions=found.editions, fronts=found.editions))

    @router.get("/editions/{edition}/latest", response_model=models.Latest, responses=responses(410))
    async def latest(
        request: Request,
        edition: str,
        limit: Annotated[int, Query(ge=1, le=100, description="how many articles at most")] = 20,
        cursor: Annotated[
            str | None, Query(description="`next` of the part before"), AfterValidator(lists.read_cursor)
        ] = None,
    ) -> Response:
        """An edition's articles, newest first. What arrives between two requests shifts no part."""
        if not is_slug(edition):
            return problem(404, "no such edition")
        found = await latest_of(site.builds, edition, cursor, limit, partial(lists.may_show, now=site.now()))
        if edition not in found.editions:
            return problem(404, "no such edition")
        following = lists.make_cursor(found.after) if found.after is not None else None
        summaries = [lists.shown_summary(card, found.killed) for card in found.cards]
        shown = [shown for card in found.cards for shown in card.fragment.shows]
        keys = surrogate_keys(shown, [edition], [edition])
        answer = document(request, msgspec.json.encode({"items": summaries, "next": following}), keys)
        if following is not None:
            answer.headers["Link"] = f'</v1/editions/{edition}/latest?limit={limit}&cursor={following}>; rel="next"'
        return answer

    return router


async def _article(site: Site, request: Request, article_id: str) -> Response:
    found = await _find(site, article_id, "article/json", _media_ids)
    if isinstance(found, Response):
        return found
    read, entry = found
    data = read.fields.get("article/json")
    if data is None:
        raise Unavailable(f"article {article_id} has no JSON")
    media = _media_ids(read.fields)
    if lists.names(media, read.killed):
        raise Unavailable(f"a part of article {article_id} was killed; it is being made anew")
    keys = surrogate_keys([article_id, *media], entry.editions)
    return document(request, data, keys)


async def _find(site: Site, article_id: str, field: str, shows: Shows) -> tuple[ArticleRead, Entry] | Response:
    """The article, if it may be seen; else the answer that says why not."""
    if not is_public_id(article_id):
        return problem(404, "no such article")
    found = await reads.article(site.builds, article_id, [field], shows)
    decided = verdict(found.entry, found.gone, site.now())
    headers = {"Cache-Control": "no-cache", "Surrogate-Key": surrogate_keys([article_id])}
    if isinstance(decided, Gone):
        return problem(410, f"this article is {decided.kind}", more={"reason": decided.kind}, headers=headers)
    if isinstance(decided, Missing):
        return problem(404, "no such article", headers=headers)
    return found, decided.entry


class _Media(msgspec.Struct):
    id: str


class _Shown(msgspec.Struct):
    media: tuple[_Media, ...] = ()


def _media_ids(fields: Mapping[str, bytes]) -> list[str]:
    data = fields.get("article/json")
    return [media.id for media in msgspec.json.decode(data, type=_Shown).media] if data is not None else []


def _related_ids(fields: Mapping[str, bytes]) -> Iterable[str]:
    return lists.read_related(fields.get("related/json"), "").ids
