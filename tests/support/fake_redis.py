"""A Redis of dictionaries that knows the edge's commands."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from services.edge.connection import Command, RedisAway


class FakeRedis:
    """`run` answers as a Redis would; `steps` are called one before each round trip, to change something meanwhile."""

    def __init__(self) -> None:
        self.strings: dict[str, bytes] = {}
        self.hashes: dict[str, dict[str, bytes]] = {}
        self.sets: dict[str, set[str]] = {}
        self.orders: dict[str, set[str]] = {}
        self.scores: dict[str, dict[str, int]] = {}
        self.steps: list[Callable[[], None]] = []
        self.clock = 1_800_000_000
        self.trips = 0
        self.away = False
        self.hangs = False

    async def run(self, commands: Sequence[Command]) -> list[Any]:
        self.trips += 1
        if self.steps:
            self.steps.pop(0)()
        if self.away:
            raise RedisAway("Redis is away")
        if self.hangs:
            await asyncio.Event().wait()
        return [self._answer(*command) for command in commands]

    def _answer(self, name: str | int, key: str | int = "", *rest: Any) -> Any:
        key = str(key)
        match name:
            case "GET":
                return self.strings.get(key)
            case "EXISTS":
                return int(key in self.strings)
            case "HGET":
                return self.hashes.get(key, {}).get(rest[0])
            case "HGETALL":
                return {name.encode(): value for name, value in self.hashes.get(key, {}).items()}
            case "HKEYS":
                return [name.encode() for name in self.hashes.get(key, {})]
            case "HMGET":
                assert rest, "Redis refuses HMGET without a field"
                return [self.hashes.get(key, {}).get(name) for name in rest]
            case "SMISMEMBER":
                return [int(member in self.sets.get(key, set())) for member in rest]
            case "ZCARD":
                return len(self.orders.get(key, ()))
            case "ZRANGE":
                return [member.encode() for member in sorted(self.orders.get(key, ()))[rest[0] : rest[1] + 1]]
            case "ZREVRANGEBYLEX":
                return self._order(key, *rest)
            case "ZRANGEBYSCORE":
                assert rest[1:] == ("+inf", "WITHSCORES")
                pairs = sorted((score, member) for member, score in self.scores.get(key, {}).items())
                return [[member.encode(), float(score)] for score, member in pairs if score >= rest[0]]
            case "TIME":
                return self.clock, 0
            case "ZSCORE":
                return self.scores.get(key, {}).get(rest[0])
            case "SMEMBERS":
                return {member.encode() for member in self.sets.get(key, set())}
            case "EVAL":  # register.lua
                (_, name, process, state, milliseconds) = rest
                until = str(self.clock * 1000 + milliseconds)
                self.hashes.setdefault(name, {})[process] = f"{until}:{state}".encode()
            case "HDEL":
                self.hashes[key].pop(rest[0], None)
            case _:
                raise AssertionError(f"the edge has sent {name}")
        return 1

    def _order(self, key: str, top: str, bottom: str, limit: str, offset: int, count: int) -> list[bytes]:
        assert top == "+" or top.startswith("(")
        assert bottom == "-" or bottom.startswith("[")
        assert (limit, offset) == ("LIMIT", 0)
        below = [m for m in self.orders.get(key, ()) if top == "+" or m < top.removeprefix("(")]
        between = [m for m in below if bottom == "-" or m >= bottom.removeprefix("[")]
        return [member.encode() for member in sorted(between, reverse=True)[:count]]

    def drop(self, build_name: str) -> None:
        """Deletes the keys of a build."""
        for kept in (self.strings, self.hashes, self.sets, self.orders):
            for key in [key for key in kept if key.startswith(f"masthead:{build_name}:")]:
                del kept[key]  # type: ignore[attr-defined]
