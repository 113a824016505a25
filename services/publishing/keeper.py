"""Which build this instance writes, and which one is made beside it: a rebuild, from the wish to the switch.

Whoever reads the wish first begins it in Redis. Every instance then fills its partitions of a second build and keeps
them in step (`services.publishing.beside`); when all are complete one of them compares the two and switches. An
instance that dies leaves what it had filled to the next owners of its partitions.

One rule loses nothing: after each assignment Redis is asked what stands before a record is applied. So nobody writes
the first build alone while partitions of his are complete in a second one.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable

from aiokafka import TopicPartition
from msgspec.structs import replace

from services.publishing import rebuild as rebuilds
from services.publishing.beside import Beside
from services.publishing.comparing import compare
from services.publishing.looking import look_again_and_again
from services.publishing.publisher import Publisher
from services.publishing.registry import Registry, Standing
from services.publishing.store import Store
from services.publishing.upkeep import Upkeep, all_partitions
from services.publishing.wishes import Wishes
from shared import redis_keys as keys
from shared.errors import Revoked, is_infrastructure
from shared.kafka_log import Record
from shared.logs import logger
from shared.rebuilds import Rebuild
from shared.settings import Settings
from shared.tasks import end
from shared.times import now, utc_text

Open = Callable[[str], tuple[Store, Publisher]]
"""Store and publisher of the build with this name."""


class Keeper:
    """The builds of an instance. `killed`: the set that its publishers share. `say_ended` writes the end of a wish."""

    def __init__(
        self,
        settings: Settings,
        group: str,
        registry: Registry,
        wishes: Wishes,
        open_build: Open,
        killed: set[str],
        assignment: Callable[[], set[TopicPartition]],
        excused: Callable[[], None],
        say_ended: Callable[[Rebuild], Awaitable[None]],
    ) -> None:
        self._settings = settings
        self._group = group
        self._registry = registry
        self._wishes = wishes
        self._open = open_build
        self._killed = killed
        self._assignment = assignment
        self._excused = excused
        self._say_ended = say_ended
        self._token = secrets.token_hex(8)
        self._primary = self._upkeep(registry.family)
        self._beside: Beside | None = None
        self._tasks: dict[Upkeep, asyncio.Task[None]] = {}
        self._judging: asyncio.Task[None] | None = None
        self._assignments = 0
        self._asked = asyncio.Event()
        self._changed = asyncio.Event()
        self._said = ""
        self._partitions = 0

    async def apply(self, record: Record) -> None:
        """Applies a record to every build that this instance keeps. Raises Revoked."""
        while True:
            while not self._asked.is_set():
                if record.tp not in self._assignment():
                    raise Revoked(record.place)
                self._changed.set()
                await asyncio.sleep(0.02)
            primary, beside = self._primary, self._beside
            if await primary.apply(record):
                if beside is not None:
                    await beside.follow(record)
                return

    async def take_away(self, killed_id: str) -> None:
        """Kills an article or a medium in every build that this instance keeps: the part that readers see at once."""
        self._killed.add(killed_id)  # at once: a build that is opened meanwhile goes through all of them
        for publisher in self._publishers():
            await publisher.take_away(killed_id)

    async def renew_showers(self, killed_id: str) -> None:
        """The other part of a kill, which may take seconds."""
        for publisher in self._publishers():
            await publisher.renew_showers(killed_id)

    def _publishers(self) -> list[Publisher]:
        return [upkeep.publisher for upkeep in (self._primary, self._beside) if upkeep is not None]

    def assigned(self) -> None:
        """The assignment has changed: no record is applied until Redis was asked what stands."""
        self._assignments += 1
        self._asked.clear()
        self._primary.assigned()
        if self._beside is not None:
            self._beside.assigned()
        self._changed.set()

    def look_soon(self) -> None:
        """Something is wanted, or has come to its end."""
        self._changed.set()

    async def open(self) -> None:
        """Finds out which build is ours; waits for Redis."""
        while True:
            try:
                standing = await self._registry.read(self._registry.family)
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                logger().warning("waiting for Redis", reason=f"{type(error).__name__}: {error}")
                await asyncio.sleep(0.5)
            else:
                self._primary = self._upkeep(standing.build)
                return

    async def run(self) -> None:
        """Keeps the builds until cancelled."""
        try:
            await look_again_and_again(self._look, self._changed, "builds wait")
        finally:
            await end(*self._tasks.values(), *([self._judging] if self._judging else []))

    async def _look(self) -> None:
        assignments = self._assignments
        standing = await self._registry.read(self._primary.store.build)
        if standing.build != self._primary.store.build:
            await self._switch(standing.build)
        await self._join(standing)
        if assignments == self._assignments:
            self._asked.set()
        self._start(self._primary)
        await self._overtake(standing)
        if self._beside is None:
            await self._begin(standing)
        elif standing.rebuild is not None:
            await self._judge(standing.rebuild)

    def _upkeep(self, build: str, taken: Upkeep | None = None) -> Upkeep:
        """The upkeep of a build, or what was made beside, taken over as it is."""
        store, publisher = (taken.store, taken.publisher) if taken is not None else self._open(build)
        trusted = taken.trusted if taken is not None else None
        return Upkeep(
            self._settings, self._group, store, publisher, self._registry, self._assignment, self._excused, trusted
        )

    def _start(self, upkeep: Upkeep) -> None:
        """Runs what is not running; raises what has ended it."""
        task = self._tasks.get(upkeep)
        if task is None:
            self._tasks[upkeep] = asyncio.create_task(upkeep.run())
        elif task.done():
            task.result()

    async def _retire(self, upkeep: Upkeep) -> None:
        """Stops the upkeep of a build that is not ours any more, and drops it: nothing is written to it from here on,
        and whoever is the last to do this leaves nothing behind."""
        upkeep.retired = True
        if task := self._tasks.pop(upkeep, None):
            await end(task)
        await self._registry.drop(upkeep.store.build)

    async def _switch(self, build: str) -> None:
        """Another build stands for ours by now: the one that we have made beside, or one that others have made."""
        before, beside = self._primary, self._beside
        if beside is not None and beside.store.build == build:
            self._primary, self._beside = self._upkeep(build, beside), None
            if task := self._tasks.pop(beside, None):
                await end(task)
        else:
            self._primary = self._upkeep(build)
            await self._primary.publisher.kill_all_again()
        logger().info("switched", build=build, before=before.store.build)
        await self._retire(before)

    async def _join(self, standing: Standing) -> None:
        """Makes what is being made, and nothing else."""
        wanted = ""
        if standing.running and standing.rebuild is not None:
            wanted = standing.rebuild.build if keys.family(standing.rebuild.build) == self._registry.family else ""
        if self._beside is not None and self._beside.store.build != wanted:
            gone, self._beside = self._beside, None
            await self._retire(gone)
        if wanted and self._beside is None:
            store, publisher = self._open(wanted)
            ours = (self._registry, self._assignment, self._excused)
            self._beside = Beside(self._settings, self._group, store, publisher, *ours, filled=self.look_soon)
            logger().info("making another build", build=wanted)
            await publisher.kill_all_again()
        if self._beside is not None:
            await self._beside.settle()
            self._start(self._beside)

    async def _begin(self, standing: Standing) -> None:
        """Begins what is wanted, where readers see our build; says of what has ended that it has."""
        wanted, newest = self._wishes.wanted, standing.rebuild
        if wanted is None or standing.running:
            return
        if newest is not None and newest.id == wanted.id:
            if self._said != wanted.id:
                await self._say_ended(newest)
                self._said = wanted.id
            return
        if standing.live != self._primary.store.build:
            return
        rebuild = rebuilds.begun(wanted, self._registry.family, standing.live, utc_text(now()))
        if not await self._registry.begin(rebuild):
            return
        store = self._primary.store
        if reason := rebuilds.refusal(await store.unlogged(), *await store.memory()):
            await self._registry.tell(rebuilds.over(rebuild, "refused", utc_text(now()), reason))
        self._changed.set()

    async def _overtake(self, standing: Standing) -> None:
        """Ends a rebuild of other code, once readers see our build."""
        found = standing.rebuild
        if not standing.running or found is None or standing.live != self._primary.store.build:
            return
        if keys.family(found.build) != self._registry.family:
            reason = "publishing was started with other code, templates or editions, and has made a build of its own"
            if await self._registry.tell(rebuilds.over(found, "overtaken", utc_text(now()), reason)):
                await self._registry.drop(found.build)

    async def _judge(self, rebuild: Rebuild) -> None:
        """Compares and switches, once the build beside is complete and no other instance does."""
        if self._judging is not None:
            if self._judging.done():
                task, self._judging = self._judging, None
                task.result()
            return
        assert self._beside is not None
        self._partitions = self._partitions or len(await all_partitions(self._settings))
        before, after = self._primary.store, self._beside.store
        if len(await after.complete()) < self._partitions:
            return
        # The filling reads to the end of the log, and the live build may have a backlog: then it is waited for.
        if rebuilds.behind(await before.applied(), await after.applied()):
            return
        if await self._registry.judges(self._token):
            self._judging = asyncio.create_task(self._compare(replace(rebuild, stage="filling"), before, after))

    async def _compare(self, rebuild: Rebuild, before: Store, after: Store) -> None:
        await self._registry.tell(replace(rebuild, stage="comparing"))
        found = await compare(
            self._registry.redis, rebuild.before, rebuild.build, lambda: self._registry.judges(self._token)
        )
        one, other = await before.applied(), await after.applied()
        if found is not None and found.different and (rebuilds.behind(one, other) or rebuilds.behind(other, one)):
            found = None  # an instance stands still between the two: both must have the same records first
        if found is None:
            await self._registry.tell(rebuild)
        else:
            records = sum(end for _, end in other.values())
            ended = rebuilds.compared(rebuild, found, records, utc_text(now()))
            if rebuild.dry_run:
                done = await self._registry.tell(ended)
            else:
                done = await self._registry.promote(rebuild.build, self._partitions, ended)
            if not done:  # a partition was lost meanwhile: it is filled again first
                await self._registry.tell(rebuild)
        self._changed.set()
