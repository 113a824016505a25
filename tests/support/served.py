"""All that the edge serves of some articles, to be compared before and after a disaster."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tests.support.edge import Edge
from tests.support.waiting import eventually

EDITIONS = {"hk": "Asia/Hong_Kong", "tpe": "Asia/Taipei", "dxb": "Asia/Dubai"}
QUIET = 1.0
LISTS = tuple(path for edition in EDITIONS for path in (f"/{edition}/", f"/v1/editions/{edition}/latest?limit=100"))


class Served(NamedTuple):
    """One answer: a path's status, ETag and bytes (Location for a redirect)."""

    status: int
    etag: str
    content: bytes


async def served(edge: Edge, paths: Iterable[str]) -> dict[str, Served]:
    """What the edge answers for each path."""
    found: dict[str, Served] = {}
    for path in paths:
        answer = await edge.get(path)
        content = answer.headers.get("location", "").encode() or answer.content
        found[path] = Served(answer.status_code, answer.headers.get("etag", ""), content)
    return found


async def when_quiet(edge: Edge, paths: Iterable[str]) -> dict[str, Served]:
    """What the edge answers once it has answered the same for a second: nothing is on its way any more."""
    wanted = list(paths)

    async def check() -> dict[str, Served]:
        before = await served(edge, wanted)
        await asyncio.sleep(QUIET)
        after = await served(edge, wanted)
        assert differences(before, after) == []
        return after

    return await eventually(check, within=60)


def differences(before: dict[str, Served], after: dict[str, Served]) -> list[str]:
    """The paths that are answered otherwise, with both statuses."""
    return [
        f"{path}: {before[path].status}, then {after[path].status}" for path in before if before[path] != after[path]
    ]


def days() -> list[str]:
    """The date in each edition, which stands on every page: bytes are the same only while it is."""
    return [datetime.now(ZoneInfo(zone)).date().isoformat() for zone in EDITIONS.values()]
