"""Which build readers see, which ones are being made and how far they are, and what became of the newest rebuild.

For operators: never from memory, and told also while no build is complete.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from services.edge.connection import Command, Run
from shared import redis_keys as keys
from shared.codec import decode
from shared.rebuilds import Rebuild
from shared.times import from_text


@dataclass(frozen=True)
class Making:
    """A build that readers do not see. `partitions`: records that were put back, and of how many, by
    `TOPIC/PARTITION`; `seconds_left` is None before anything can be said."""

    build: str
    partitions: Mapping[str, tuple[int, int]]
    seconds_left: float | None

    def as_json(self, rebuild: Rebuild | None) -> dict[str, object]:
        """For programs; `rebuild` is the newest one."""
        return {
            "build": self.build,
            "why": "rebuild" if rebuild is not None and rebuild.build == self.build else "code",
            "done": sum(done for done, _ in self.partitions.values()),
            "records": sum(total for _, total in self.partitions.values()),
            "secondsLeft": self.seconds_left,
            "partitions": {tp: {"done": done, "records": total} for tp, (done, total) in self.partitions.items()},
        }


def making_of(build: str, fields: Mapping[bytes, bytes]) -> Making:
    """A build by its hash `keys.filling`. What is left is estimated from the partitions that are not done."""
    told = {name.decode(): value.decode() for name, value in fields.items()}
    partitions = {
        name: (int(done), int(total))
        for name, (done, _, total) in sorted((name, value.partition(":")) for name, value in told.items())
        if name.rpartition("/")[2].isdecimal()
    }
    open_ones = [name for name, (done, total) in partitions.items() if done < total]
    if not open_ones:
        return Making(build, partitions, 0.0 if partitions else None)
    since = min((told[f"{name}/since"] for name in open_ones if f"{name}/since" in told), default="")
    done, total = (sum(partitions[name][part] for name in open_ones) for part in (0, 1))
    if not (since and done and "now" in told):
        return Making(build, partitions, None)
    spent = max(timedelta(0), from_text(told["now"]) - from_text(since)).total_seconds()
    return Making(build, partitions, round(spent * (total - done) / done, 1))


async def makings(run: Run) -> dict[str, object]:
    """All of it, for programs. Raises RedisAway."""
    live, names, (state, running) = await run(
        [("GET", keys.LIVE), ("HGETALL", keys.NAMES), ("HMGET", keys.REBUILD, "state", "running")]
    )
    rebuild = decode(state, Rebuild) if state is not None else None
    wanted = {name.decode() for name in names.values()}
    if rebuild is not None and running is not None:
        wanted.add(rebuild.build)
    builds = sorted(wanted - {live.decode() if live else ""})
    asked: list[Command] = [("HGETALL", keys.filling(build)) for build in builds]
    found: list[Any] = await run(asked) if asked else []
    return {
        "live": live.decode() if live else None,
        "making": [making_of(build, fields).as_json(rebuild) for build, fields in zip(builds, found, strict=True)],
        "rebuild": msgspec.to_builtins(rebuild) if rebuild is not None else None,
    }
