"""A cache in front of the edge, as small as can be: it keeps every answer until it is told to drop it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx


@dataclass
class Kept:
    """An answer of the edge."""

    status: int
    keys: set[str]
    body: bytes


@dataclass
class FakeCache:
    """Takes GET, PURGE of an address and POST of surrogate keys.

    `refusals`: so many purges are answered 500. `slow`: paths of which the edge's answer reaches the cache only when
    the event is set, although the edge was asked at once. `told` is all that it was told, in order,
    `answered` are the paths of which the edge has answered.
    """

    edge: str
    port: int = 0
    refusals: int = 0
    kept: dict[str, Kept] = field(default_factory=dict)
    slow: dict[str, asyncio.Event] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, one answer."""
        try:
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            method, path, _ = first.split(" ")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            answer = await self._answer(method, path, headers)
            head = f"HTTP/1.1 {answer.status} X\r\nContent-Length: {len(answer.body)}\r\nConnection: close\r\n\r\n"
            writer.write(head.encode() + answer.body)
            await writer.drain()
        finally:
            writer.close()

    async def _answer(self, method: str, path: str, headers: dict[str, str]) -> Kept:
        if method == "GET":
            if path not in self.kept:
                self.kept[path] = await self._ask(path)
            return self.kept[path]
        keys = set(headers.get("surrogate-key", "").split())
        self.told.append(f"{method} {' '.join(sorted(keys)) or path}")
        if self.refusals:
            self.refusals -= 1
            return Kept(500, set(), b"")
        if method == "PURGE":
            self.hosts.add(headers["host"])
            return Kept(200 if self.kept.pop(path, None) else 404, set(), b"")
        self.kept = {path: one for path, one in self.kept.items() if not one.keys & keys}
        return Kept(200, set(), b"")

    async def _ask(self, path: str) -> Kept:
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"{self.edge}{path}")
        self.answered.add(path)
        if path in self.slow:
            await self.slow[path].wait()
        return Kept(answer.status_code, set(answer.headers.get("surrogate-key", "").split()), answer.content)


@asynccontextmanager
async def fake_cache(edge: str) -> AsyncIterator[FakeCache]:
    """A cache that listens on a free port of the loopback, in front of the edge at this address."""
    cache = FakeCache(edge)
    server = await asyncio.start_server(cache.handle, "127.0.0.1", 0)
    cache.port = server.sockets[0].getsockname()[1]
    try:
        yield cache
    finally:
        server.close()
