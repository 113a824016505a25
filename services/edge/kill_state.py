"""How far a kill has come, for operators: which processes of the edge have confirmed it, and who showed the article."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from services.edge import models
from services.edge.api import responses
from services.edge.builds import Builds, Read
from services.edge.connection import Command
from services.edge.problems import NO_STORE, problem
from services.edge.site import Site
from shared import redis_keys as keys
from shared.codec import decode
from shared.edges import Registered, registered
from shared.identity import is_public_id
from shared.purges import PurgeState
from shared.times import utc_text


@dataclass(frozen=True)
class KillRead(Read):
    """`told` is the place of the kill in `KILL_ORDER`, None where Redis knows of none; `showers` are the articles that
    may have shown what is killed: in their related lists, as a picture, or as a version in another language.
    `caches` are the editions with one, and what it is told by; `purges` what became of them, by `EDITION/ROUND`."""

    told: int | None
    edges: list[Registered]
    showers: list[str]
    caches: Mapping[str, str]
    purges: Mapping[str, PurgeState]


async def kill(builds: Builds, killed_id: str) -> KillRead:
    """What Redis knows of the kill of an article or medium. Raises Unavailable."""

    async def attempt(build: str) -> tuple[KillRead, bytes | None]:
        told, raw, clock, shown_by, ever_in, caches, purges = await builds.run(
            [
                ("ZSCORE", keys.KILL_ORDER, killed_id),
                ("HGETALL", keys.EDGES),
                ("TIME",),
                ("SMEMBERS", keys.shown_by(build, killed_id)),
                ("SMEMBERS", keys.ever_in(build, killed_id)),
                ("GET", keys.CACHES),
                ("HGETALL", keys.purges(killed_id)),
            ]
        )
        names = [name for name in (raw_name.decode() for raw_name in ever_in) if not keys.listed_edition(name)]
        versions: list[Command] = [("HKEYS", keys.list_cards(build, name)) for name in names]
        *fields, live = await builds.run([*versions, ("GET", keys.LIVE)])
        showers = {shower.decode() for shower in shown_by}
        showers |= {field.decode().partition("/")[0] for found in fields for field in found}
        return KillRead(
            build,
            {},
            frozenset(),
            int(told) if told is not None else None,
            registered(raw, clock),
            sorted(showers - {killed_id}),
            decode(caches, dict[str, str]) if caches is not None else {},
            {name.decode(): decode(state, PurgeState) for name, state in purges.items()},
        ), live

    return await builds.read(attempt)


def as_json(found: KillRead, killed_id: str) -> dict[str, object]:
    """The answer. Seconds are Redis' own, so that no clock of another machine counts."""
    told = found.told
    return {
        "id": killed_id,
        "killed": told is not None,
        "toldAt": utc_text(datetime.fromtimestamp(told / 1_000_000, UTC)) if told is not None else None,
        "edges": [
            {
                "id": one.state.id,
                "host": one.state.host,
                "address": one.state.address,
                "confirmed": told is not None and one.state.kills >= told,
                "silentFor": one.silent_for,
                "secondsLeft": one.seconds_left,
            }
            for one in found.edges
        ],
        "showers": found.showers,
        "caches": [
            {"edition": edition, "kind": kind, **{turn: _purge(found, edition, turn) for turn in ("first", "second")}}
            for edition, kind in found.caches.items()
        ],
    }


def _purge(found: KillRead, edition: str, turn: str) -> object:
    state = found.purges.get(f"{edition}/{turn}")
    return msgspec.to_builtins(state) if state is not None else None


def routes(site: Site) -> APIRouter:
    """The route."""
    router = APIRouter(prefix="/v1", tags=["operators"])

    @router.get("/kills/{killed_id}", response_model=models.Kill, responses=responses(400, 410))
    async def killed(killed_id: str) -> Response:
        """How far the kill of an article or a medium has come.

        `edges` are the processes that readers may be answered by. One is `confirmed` when its memory is clean of this
        kill. One that is silent, because it has crashed or is cut off from Redis, counts for `secondsLeft`: for so long
        it may still give what it has read before. `showers` are the articles that may have shown what is killed.
        `caches` are told twice: once the edge shows it no more, and when nothing from before can be under way.
        """
        if not is_public_id(killed_id):
            return problem(404, "not a public id")
        found = await kill(site.builds, killed_id)
        return JSONResponse(as_json(found, killed_id), headers={"Cache-Control": NO_STORE})

    return router
