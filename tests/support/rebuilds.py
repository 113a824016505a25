"""Rebuilds of a running stack: the command as a person gives it, and readers meanwhile."""

import asyncio
import json
import sys
from collections.abc import Iterable
from typing import Any

from infra.native import service_env
from infra.native.newsroom import ROOT
from tests.support.newsroom import Newsroom
from tests.support.served import Served, days, differences, served

PATIENCE = 120.0


async def rebuild(room: Newsroom, *options: str) -> tuple[int, dict[str, Any], str]:
    """`masthead rebuild --json`: its exit code, its answer (empty without one), and what it said beside."""
    command = (sys.executable, "-m", "services.desk.app", "rebuild", "--json", *options)
    process = await asyncio.create_subprocess_exec(
        *command,
        env=service_env(room.settings),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode is not None
    return process.returncode, json.loads(out) if out else {}, err.decode()


async def told(room: Newsroom) -> dict[str, Any]:
    """What the edge says of builds."""
    answer = await room.edge.get("/buildz")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def in_the_middle(room: Newsroom) -> None:
    """Returns when a rebuild has begun and not ended: Redis keeps all who write waiting for a second."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for making in (await told(room))["making"]:
                if making["why"] == "rebuild" and making["done"] < making["records"]:
                    await room.redis.execute_command("CLIENT", "PAUSE", 1000, "WRITE")
                    (making,) = (await told(room))["making"]
                    assert making["done"] < making["records"]
                    return
            await asyncio.sleep(0.005)


class Readers:
    """Who reads some paths again and again, and expects what was there before."""

    def __init__(self, room: Newsroom, before: dict[str, Served]) -> None:
        self._room = room
        self._before = before
        self._task: asyncio.Task[None] | None = None
        self.rounds = 0
        self.wrong: list[str] = []

    async def __aenter__(self) -> "Readers":
        self._task = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.wait({self._task})
        if not self._task.cancelled():
            self._task.result()

    async def _read(self) -> None:
        while True:
            today = days()
            now = await served(self._room.edge, self._before)
            if today == days():
                self.wrong += differences(self._before, now)
            self.rounds += 1


async def keys_of(room: Newsroom, build: str) -> list[str]:
    """The keys of a build."""
    return [key.decode() async for key in room.redis.scan_iter(match=f"masthead:{build}:*", count=1000)]


def of_one_edition(paths: Iterable[str], edition: str) -> list[str]:
    """The paths of an edition, and of articles by their id."""
    return [path for path in paths if path.startswith((f"/{edition}/", f"/v1/editions/{edition}/", "/v1/articles/"))]
