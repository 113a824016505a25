"""What the edge says of builds (`GET /buildz`): which one is live, which ones are made, the newest rebuild."""

import msgspec

from services.desk.edge import Edge
from services.desk.errors import DeskError, Unreachable
from services.desk.outcomes import duration
from shared.messages import Message
from shared.rebuilds import Rebuild


class Making(Message, frozen=True):
    """A build that readers do not see yet: how many records of how many were put back. `why`: `rebuild` or `code`."""

    build: str
    why: str
    done: int
    records: int
    seconds_left: float | None
    partitions: dict[str, dict[str, int]]


class Told(Message, frozen=True):
    """All that the edge says. `live` None: no build is complete."""

    live: str | None
    making: tuple[Making, ...]
    rebuild: Rebuild | None

    @property
    def running(self) -> Rebuild | None:
        """The rebuild that is not over."""
        return self.rebuild if self.rebuild is not None and self.rebuild.stage != "over" else None

    def made(self, build: str) -> Making | None:
        """How far a build is."""
        return next((one for one in self.making if one.build == build), None)


async def ask_builds(edge: Edge) -> Told:
    """What the edge says now. Raises Unreachable, DeskError where it does not say it."""
    code, body = await edge.get("/buildz")
    if code == 503:
        raise Unreachable(f"the edge does not know of builds: {body.get('detail') or 'HTTP 503'}")
    try:
        return msgspec.convert(body, Told)
    except msgspec.ValidationError as error:
        raise DeskError(f"the edge at {edge.address} does not tell of builds (HTTP {code}); is it older?") from error


def left(making: Making) -> str:
    """How long a build will take, as a person says it; nothing where that is not known."""
    return "" if making.seconds_left is None else f"about {duration(round(making.seconds_left))} left"


def course(making: Making) -> str:
    """How far a build is, in one line."""
    whole = sum(1 for one in making.partitions.values() if one["done"] >= one["records"])
    parts = [f"{making.done:,} of {making.records:,} records", f"{whole} of {len(making.partitions)} partitions"]
    return ", ".join(filter(None, [*parts, left(making)]))
