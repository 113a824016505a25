"""What the edge may answer while Redis is hurt: the truth, or what it has just read, or 503; in time, and never 500."""

import asyncio
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import httpx

from services.edge.memory import OLDEST
from tests.support.edge_process import TIMEOUT
from tests.support.redis_server import HOME, version

BOUND = TIMEOUT + 5.0
"""Seconds within which each answer is there, on a machine that is busy with other things, too."""
FEW = 8
ARTICLE = f"/{HOME}/articles/{version(1).slug}-{version(1).id}"
REMEMBERED = (
    "/",
    f"/{HOME}/",
    f"/{HOME}/news/",
    ARTICLE,
    "/nothing/at/all",
    f"/{HOME}/rss.xml",
    f"/v1/articles/{version(1).id}",
    f"/v1/articles/{version(1).id}/related",
    f"/v1/editions/{HOME}/latest",
)
"""What is given again from memory."""
NEVER = ("/readyz", "/v1/editions")
"""What is not: what readiness is told by."""
UNREAD = f"/{HOME}/articles/{version(2).slug}-{version(2).id}"
"""An article that no test reads while all is well."""


@dataclass(frozen=True)
class Answer:
    """One answer, and after how many seconds it was there."""

    path: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    seconds: float

    @property
    def stale(self) -> bool:
        """Whether it is from memory."""
        return "cache-status" in self.headers


async def ask(address: str, paths: Iterable[str], bound: float = BOUND) -> list[Answer]:
    """All at once, each on a connection of its own. Raises TimeoutError where one is not there in `bound` seconds."""

    async def one(client: httpx.AsyncClient, path: str) -> Answer:
        began = time.monotonic()
        async with asyncio.timeout(bound):
            got = await client.get(address + path)
        return Answer(path, got.status_code, got.headers, got.content, time.monotonic() - began)

    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    headers = {"accept-encoding": "identity"}
    async with httpx.AsyncClient(timeout=None, limits=limits, headers=headers) as client:
        return await asyncio.gather(*(one(client, path) for path in paths))


async def ask_fresh(address: str, paths: Iterable[str]) -> dict[str, Answer]:
    """The true answers, none of them from memory, and none 503. A few at a time: a busy machine must come along."""
    wanted = list(paths)
    parts = [wanted[start : start + FEW] for start in range(0, len(wanted), FEW)]
    found = {answer.path: answer for part in parts for answer in await ask(address, part)}
    assert [a for a in found.values() if a.stale or a.status >= 500] == []
    return found


def check(answer: Answer, fresh: Mapping[str, Answer]) -> None:
    """That an answer is one of those that may be given."""
    if answer.status == 503:
        assert not answer.stale
        assert (answer.headers["retry-after"], answer.headers["cache-control"]) == ("2", "no-store")
        return
    assert (answer.status, answer.content) == (fresh[answer.path].status, fresh[answer.path].content), answer.path
    if answer.stale:
        assert age(answer) <= OLDEST
        assert answer.headers["cache-control"] == "no-store"


def age(answer: Answer) -> int:
    """How many seconds old an answer from memory says it is."""
    match = re.fullmatch(r"masthead; hit; ttl=-(\d+)", answer.headers["cache-status"])
    assert match, answer.headers["cache-status"]
    return int(match[1])
