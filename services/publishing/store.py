"""What publishing does in Redis: each write one Lua call that compares its own fence and touches one hash tag."""

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from redis.asyncio import Redis
from redis.commands.core import AsyncScript

from services.publishing.publish import KILL_FENCE, Fields, Listing
from shared import redis_keys as keys
from shared.codec import decode
from shared.editions import Edition
from shared.entries import Entry
from shared.messages import RelatedList

_LUA = Path(__file__).parents[2] / "shared" / "lua"
Outcome = Literal["written", "equal", "older", "killed"]
Advance = Literal["ok", "missing", "replaced", "behind"]


@dataclass(frozen=True)
class Put:
    """What became of a write: `stood` is the fence that was there, `entry` the entry that was there, if any."""

    outcome: Outcome
    stood: str
    entry: Entry | None


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

    def _script(self, name: str) -> AsyncScript:
        script: AsyncScript = self.redis.register_script((_LUA / f"{name}.lua").read_text(encoding="utf-8"))
        return script

    async def put(self, article_id: str, group: Literal["article", "related"], fence: str, fields: Fields) -> Put:
        """Writes a group of an article's entry, unless it is older than what stands, or the article is killed."""
        arguments: list[str | bytes] = [group, fence]
        for field, value in fields.items():
            arguments += [field, value]
        names = [keys.entry(self.build, article_id), keys.kill_mark(article_id)]
        outcome, stood, entry = await self._put(keys=names, args=arguments)
        before = decode(entry, Entry) if entry else None
        return Put(outcome.decode(), stood.decode(), before)

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

    async def killed_among(self, ids: list[str]) -> set[str]:
        """Which of the ids are killed."""
        flags = await self.redis.smismember(keys.KILLED, ids) if ids else []
        return {article_id for article_id, flag in zip(ids, flags, strict=True) if flag}

    async def remember_lists(self, article_id: str, names: Collection[str]) -> None:
        """Adds to the lists that ever had the article; before it is put into any."""
        if names:
            await self.redis.sadd(keys.ever_in(self.build, article_id), *names)

    async def lists_of(self, article_id: str, build: str | None = None) -> set[str]:
        """The names of all lists that ever had the article, in our build unless named."""
        return await self._strings(keys.ever_in(build or self.build, article_id))

    async def put_listed(
        self, name: str, article_id: str, fence: str, listing: Listing | None, build: str | None = None
    ) -> None:
        """Puts an article into a list, or takes it out of it (None); in our build unless named."""
        build = build or self.build
        orders, wanted = [], []
        if edition := keys.listed_edition(name):
            for section in ("", *self._sections.get(name, ())):
                orders.append(keys.edition_order(build, edition, section))
                wanted.append(int(listing is not None and section in ("", listing.section)))
        card, member = (listing.card, listing.member) if listing is not None else (b"", "")
        await self._list(keys=[keys.list_cards(build, name), *orders], args=[article_id, fence, card, member, *wanted])

    async def remember_shown(self, shower: str, shown: list[str]) -> None:
        """Notes, under each shown article, who shows it."""
        async with self.redis.pipeline(transaction=False) as pipe:
            for article_id in shown:
                pipe.sadd(keys.shown_by(self.build, article_id), shower)
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

    async def note_logged(self, article_id: str) -> None:
        """The version of an article that stands is one of the log."""
        await self.redis.zrem(keys.unlogged(self.build), article_id)

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

    async def begin(self, tp: str) -> None:
        """A partition is about to be refilled: it is not complete, and where our build is live it no longer is."""
        await self.redis.srem(keys.complete(self.build), tp)
        if await self.live_build() == self.build:
            await self.redis.delete(keys.LIVE)

    async def finish(self, tp: str, identity: str, end: int, last: tuple[int, str] | None) -> None:
        """A partition has everything up to `end`; `last` is offset and digest of the last record before it."""
        if last is None:
            await self.redis.hdel(keys.last(self.build), tp)
        else:
            await self.redis.hset(keys.last(self.build), tp, f"{last[0]}:{last[1]}")
        await self.redis.hset(keys.applied(self.build), tp, f"{identity}:{end}")
        await self.redis.sadd(keys.complete(self.build), tp)

    async def complete(self) -> set[str]:
        """The partitions that are complete in our build."""
        return await self._strings(keys.complete(self.build))

    async def live_build(self) -> str | None:
        """The build that the edge reads."""
        found = await self.redis.get(keys.LIVE)
        return found.decode() if found else None

    async def promote(self) -> None:
        """Makes our build the live one, at once, and drops the one that was."""
        before = await self.redis.set(keys.LIVE, self.build, get=True)
        if before and before.decode() != self.build:
            await self._drop(before.decode())

    async def _drop(self, build: str) -> None:
        async for key in self.redis.scan_iter(match=f"masthead:{build}:*", count=1000):
            await self.redis.unlink(key)

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
