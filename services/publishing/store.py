"""What publishing does in Redis: each write one Lua call that compares its own fence and touches one hash tag.

Writes of several articles go in one pipeline: a call after the other, as fenced as if each went alone.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from redis.asyncio import Redis
from redis.commands.core import AsyncScript

from services.publishing.publish import KILL_FENCE, Fields, Listing
from shared import redis_keys as keys
from shared.codec import decode
from shared.editions import Edition
from shared.entries import Entry
from shared.messages import RelatedList
from shared.scripts import script_text

Outcome = Literal["written", "equal", "older", "killed"]
Advance = Literal["ok", "missing", "replaced", "behind"]
Group = Literal["article", "related"]


@dataclass(frozen=True)
class Put:
    """What became of a write: `stood` is the fence that was there, `entry` the entry that was there, if any."""

    outcome: Outcome
    stood: str
    entry: Entry | None

    @property
    def stands(self) -> bool:
        """Whether what was to be written is there now."""
        return self.outcome in ("written", "equal")


@dataclass(frozen=True)
class Write:
    """A group of an article's entry, as it shall be."""

    id: str
    group: Group
    fence: str
    fields: Fields


@dataclass(frozen=True)
class Place:
    """An article's place in the list of this name; None: it shall not be in it."""

    name: str
    id: str
    fence: str
    listing: Listing | None


class Store:
    """Redis, as publishing sees it, for one build of these editions. Errors of redis-py pass through."""

    def __init__(self, redis: Redis, build: str, editions: Mapping[str, Edition]) -> None:
        self.redis: Any = redis
        self.build = build
        self._sections = {
            keys.edition_list(slug): tuple(section.slug for section in edition.sections)
            for slug, edition in editions.items()
        }
        self._put = self._script("put_if_newer")
        self._kill = self._script("kill")
        self._note_kill = self._script("note_kill")
        self._list = self._script("list_if_newer")
        self._advance = self._script("advance")
        self._finish = self._script("finish")

    def _script(self, name: str) -> AsyncScript:
        script: AsyncScript = self.redis.register_script(script_text(name))
        return script

    async def put(self, article_id: str, group: Group, fence: str, fields: Fields) -> Put:
        """Writes a group of an article's entry, unless it is older than what stands, or the article is killed."""
        (put,) = await self.put_all([Write(article_id, group, fence, fields)])
        return put

    async def put_all(self, writes: Iterable[Write]) -> list[Put]:
        """The same for several groups; what became of each, in their order."""
        async with self.redis.pipeline(transaction=False) as pipe:
            for write in writes:
                arguments: list[str | bytes] = [write.group, write.fence]
                for field, value in write.fields.items():
                    arguments += [field, value]
                names = [keys.entry(self.build, write.id), keys.kill_mark(write.id)]
                await self._put(keys=names, args=arguments, client=pipe)
            replies = await pipe.execute()
        return [
            Put(outcome.decode(), stood.decode(), decode(entry, Entry) if entry else None)
            for outcome, stood, entry in replies
        ]

    async def kill(self, article_id: str) -> None:
        """Takes an article's text away, in our build and in the live one, and leaves the mark."""
        builds = await self._builds()
        for build in builds:
            await self._kill(keys=[keys.entry(build, article_id), keys.kill_mark(article_id)])
        await self.redis.sadd(keys.KILLED, article_id)
        await self._note_kill(keys=[keys.KILL_ORDER], args=[article_id])
        await self.redis.zrem(keys.UNLOGGED_KILLS, article_id)
        for build in builds:
            await self.redis.zrem(keys.unlogged(build), article_id)
            for name in await self.lists_of(article_id, build):
                await self.put_listed(name, article_id, KILL_FENCE, None, build)

    async def killed_among(self, ids: Sequence[str]) -> set[str]:
        """Which of the ids are killed."""
        flags = await self.redis.smismember(keys.KILLED, list(ids)) if ids else []
        return {article_id for article_id, flag in zip(ids, flags, strict=True) if flag}

    async def remember(self, lists: Mapping[str, Collection[str]], shown: Mapping[str, Collection[str]]) -> None:
        """Adds to the lists that ever had an article, before it is put into any; and notes, under each shown article,
        who shows it. Both by the id of the article that is about to be written."""
        showers_of: dict[str, list[str]] = {}
        for shower, ids in shown.items():
            for article_id in ids:
                showers_of.setdefault(article_id, []).append(shower)
        async with self.redis.pipeline(transaction=False) as pipe:
            for article_id, names in lists.items():
                if names:
                    pipe.sadd(keys.ever_in(self.build, article_id), *names)
            for article_id, showers in showers_of.items():
                pipe.sadd(keys.shown_by(self.build, article_id), *showers)
            await pipe.execute()

    async def lists_of(self, article_id: str, build: str | None = None) -> set[str]:
        """The names of all lists that ever had the article, in our build unless named."""
        return await self._strings(keys.ever_in(build or self.build, article_id))

    async def lists_of_all(self, ids: Sequence[str]) -> dict[str, set[str]]:
        """The same of several articles, in our build."""
        async with self.redis.pipeline(transaction=False) as pipe:
            for article_id in ids:
                pipe.smembers(keys.ever_in(self.build, article_id))
            replies = await pipe.execute()
        return {i: {name.decode() for name in names} for i, names in zip(ids, replies, strict=True)}

    async def put_listed(
        self, name: str, article_id: str, fence: str, listing: Listing | None, build: str | None = None
    ) -> None:
        """Puts an article into a list, or takes it out of it (None); in our build unless named."""
        await self.put_listed_all([Place(name, article_id, fence, listing)], build)

    async def put_listed_all(self, places: Iterable[Place], build: str | None = None) -> None:
        """The same for several places."""
        build = build or self.build
        async with self.redis.pipeline(transaction=False) as pipe:
            for place in places:
                orders, wanted = [], []
                listing = place.listing
                if edition := keys.listed_edition(place.name):
                    for section in ("", *self._sections.get(place.name, ())):
                        orders.append(keys.edition_order(build, edition, section))
                        wanted.append(int(listing is not None and section in ("", listing.section)))
                card, member = (listing.card, listing.member) if listing is not None else (b"", "")
                names = [keys.list_cards(build, place.name), *orders]
                await self._list(keys=names, args=[place.id, place.fence, card, member, *wanted], client=pipe)
            await pipe.execute()

    async def showers(self, article_id: str) -> set[str]:
        """The articles whose related list may name this one."""
        return await self._strings(keys.shown_by(self.build, article_id))

    async def what_shows(self, article_id: str, shown_id: str) -> tuple[Entry | None, RelatedList | None]:
        """Of an article, what says where that can be rendered again from which shows another, or a medium: its entry,
        where its own text does so, and its related list as it came."""
        name = keys.entry(self.build, article_id)
        fields = ["article/entry", "article/json", "related/list"]
        entry, text, listed = await self.redis.hmget(name, fields)
        own = entry is not None and text is not None and shown_id.encode() in text
        return (decode(entry, Entry) if own else None), (decode(listed, RelatedList) if listed else None)

    async def killed(self) -> set[str]:
        """The ids of all killed articles and media."""
        return await self._strings(keys.KILLED)

    async def standing_from(self, partitions: Collection[int]) -> set[str]:
        """The ids of all articles that stand as a record of these partitions of `articles.enriched` left them."""
        found: set[str] = set()
        async for _, raw in self._entries("article/entry"):
            if raw is not None and (entry := decode(raw, Entry)).source.partition in partitions:
                found.add(entry.id)
        return found

    async def forget_related_fences(self) -> None:
        """Whatever list comes next stands, also one whose writer's term is lower; what is shown stays until then."""
        async for name, fence in self._entries("related"):
            if fence is not None:
                await self.redis.hdel(name, "related")

    async def note_unlogged(self, articles: Collection[str], kills: Collection[str]) -> None:
        """Notes what stands here and not in the log."""
        for key, ids in ((keys.unlogged(self.build), articles), (keys.UNLOGGED_KILLS, kills)):
            if ids:
                await self.redis.zadd(key, dict.fromkeys(ids, 0))

    async def memory(self) -> tuple[int, int]:
        """Bytes that Redis uses, and that it may use at most; 0 for no limit."""
        found = await self.redis.info("memory")
        return int(found["used_memory"]), int(found["maxmemory"])

    async def unlogged(self) -> int:
        """How many articles stand here in a version that the log does not have."""
        count: int = await self.redis.zcard(keys.unlogged(self.build))
        return count

    async def note_logged(self, ids: Collection[str]) -> None:
        """The versions of these articles that stand are of the log."""
        if ids:
            await self.redis.zrem(keys.unlogged(self.build), *ids)

    async def advance(self, tp: str, identity: str, offset: int, digest: str) -> Advance:
        """Moves a partition's applied offset past the record at `offset`, by compare-and-set."""
        names = [keys.applied(self.build), keys.last(self.build)]
        outcome = await self._advance(keys=names, args=[tp, identity, offset, digest])
        result: Advance = outcome.decode()
        return result

    async def applied(self) -> dict[str, tuple[str, int]]:
        """For each `TOPIC/PARTITION`, the identity of the log and the next offset to apply."""
        found = await self.redis.hgetall(keys.applied(self.build))
        pairs = {tp.decode(): value.decode().rpartition(":") for tp, value in found.items()}
        return {tp: (identity, int(offset)) for tp, (identity, _, offset) in pairs.items()}

    async def last(self) -> dict[str, tuple[int, str]]:
        """For each `TOPIC/PARTITION`, offset and digest of the last record that was applied."""
        found = await self.redis.hgetall(keys.last(self.build))
        pairs = {tp.decode(): value.decode().partition(":") for tp, value in found.items()}
        return {tp: (int(offset), digest) for tp, (offset, _, digest) in pairs.items()}

    async def forget(self, tp: str) -> None:
        """A partition is not complete."""
        await self.redis.srem(keys.complete(self.build), tp)

    async def begin(self, tp: str, token: str, moment: str) -> None:
        """A partition is about to be filled, by who has this token: it is not complete, and where our build is live it
        no longer is. `moment` is now, as text."""
        await self.forget(tp)
        await self.redis.hset(keys.filling(self.build), mapping={f"{tp}/by": token, f"{tp}/since": moment})
        if await self.live_build() == self.build:
            await self.redis.delete(keys.LIVE)

    async def tell_filling(self, done: Mapping[str, tuple[int, int]], moment: str) -> None:
        """How many records of each partition were put back, of how many; `moment` is now, as text."""
        told = {tp: f"{count}:{total}" for tp, (count, total) in done.items()}
        await self.redis.hset(keys.filling(self.build), mapping={**told, "now": moment})

    async def reach(self, tp: str, identity: str, end: int, last: tuple[int, str] | None) -> None:
        """A partition has everything up to `end`; `last` is offset and digest of the last record before it."""
        if last is None:
            await self.redis.hdel(keys.last(self.build), tp)
        else:
            await self.redis.hset(keys.last(self.build), tp, f"{last[0]}:{last[1]}")
        await self.redis.hset(keys.applied(self.build), tp, f"{identity}:{end}")

    async def finish(self, tp: str, token: str) -> bool:
        """A partition that was filled is complete; false where another instance has begun to fill it since."""
        names = [keys.filling(self.build), keys.complete(self.build)]
        return bool(await self._finish(keys=names, args=[tp, token]))

    async def complete(self) -> set[str]:
        """The partitions that are complete in our build."""
        return await self._strings(keys.complete(self.build))

    async def live_build(self) -> str | None:
        """The build that the edge reads."""
        found = await self.redis.get(keys.LIVE)
        return found.decode() if found else None

    async def write_shell(
        self, shells: Mapping[str, Mapping[str, bytes]], editions: bytes, assets: Mapping[str, bytes]
    ) -> None:
        """Writes what depends on the editions and templates alone; the same for every instance of a build."""
        async with self.redis.pipeline(transaction=False) as pipe:
            for slug, fragments in shells.items():
                pipe.hset(keys.shell(self.build, slug), mapping=dict(fragments))
            pipe.hset(keys.assets(self.build), mapping=dict(assets))
            pipe.set(keys.editions(self.build), editions)
            await pipe.execute()

    async def _entries(self, field: str) -> AsyncIterator[tuple[bytes, bytes | None]]:
        """The keys of all entries of our build, each with one of its fields."""
        async for name in self.redis.scan_iter(match=keys.entry(self.build, "*"), count=1000):
            yield name, await self.redis.hget(name, field)

    async def _builds(self) -> list[str]:
        live = await self.live_build()
        return [self.build] if live in (None, self.build) else [self.build, str(live)]

    async def _strings(self, key: str) -> set[str]:
        return {member.decode() for member in await self.redis.smembers(key)}
