"""What is read from Redis for each kind of request, lists apart. All functions raise Unavailable as `Builds.read`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.edge.builds import Builds, Read, Shell, read_editions, read_shell
from services.edge.connection import Command
from shared import redis_keys as keys
from shared.codec import decode
from shared.editions import Edition
from shared.entries import Entry

PAGE_SHELL = ("top", "rest", "foot")
"""The shell's fragments on every page of an article or message, in their order."""

Shows = Callable[[Mapping[str, bytes]], Iterable[str]]
"""Which ids the fields of an article's hash show."""


@dataclass(frozen=True)
class ShellRead(Read):
    """Fragments of the shell of `edition`."""

    edition: Edition
    shell: Shell


@dataclass(frozen=True)
class CountsRead(Read):
    """How many articles each edition lists."""

    counts: Mapping[str, int]


@dataclass(frozen=True)
class ArticleRead(Read):
    """An article's entry, and of its other fields those that were asked for and exist."""

    article_id: str
    entry: Entry | None
    marked: bool
    fields: Mapping[str, bytes]
    shell: Shell

    @property
    def gone(self) -> bool:
        """Whether the article itself is killed."""
        return self.marked or self.article_id in self.killed


@dataclass(frozen=True)
class AssetRead(Read):
    """A file that pages name, if the build has it."""

    data: bytes | None


async def editions(builds: Builds) -> Read:
    """The editions alone."""

    async def attempt(build: str) -> tuple[Read, bytes | None]:
        raw, live = await builds.run([("GET", keys.editions(build)), ("GET", keys.LIVE)])
        return Read(build, read_editions(raw), frozenset()), live

    return await builds.read(attempt)


async def counts(builds: Builds) -> CountsRead:
    """The editions, and how many articles each lists."""

    async def attempt(build: str) -> tuple[CountsRead, bytes | None]:
        (raw,) = await builds.run([("GET", keys.editions(build))])
        found = read_editions(raw)
        sizes: list[Command] = [("ZCARD", keys.edition_order(build, slug)) for slug in found]
        *numbers, live = await builds.run([*sizes, ("GET", keys.LIVE)])
        return CountsRead(build, found, frozenset(), dict(zip(found, numbers, strict=True))), live

    return await builds.read(attempt)


async def shell(builds: Builds, slug: str | None, names: Sequence[str]) -> ShellRead:
    """Fragments of an edition's shell; those of the first edition where `slug` is none of the network."""

    async def attempt(build: str) -> tuple[ShellRead, bytes | None]:
        (raw,) = await builds.run([("GET", keys.editions(build))])
        found = read_editions(raw)
        edition = found.get(slug or "") or next(iter(found.values()))
        values, live = await builds.run([("HMGET", keys.shell(build, edition.slug), *names), ("GET", keys.LIVE)])
        return ShellRead(build, found, frozenset(), edition, read_shell(names, values)), live

    return await builds.read(attempt)


async def article(
    builds: Builds, article_id: str, fields: Sequence[str], shows: Shows, edition: str | None = None
) -> ArticleRead:
    """An article with these fields of its hash; with `edition`, also the shell of that edition's article page.

    `shows` says which ids these fields show; they are looked up among the killed, and so is the article.
    """

    async def attempt(build: str) -> tuple[ArticleRead, bytes | None]:
        # The mark is read after the text: a kill between the two is seen.
        commands: list[Command] = [
            ("GET", keys.editions(build)),
            ("HMGET", keys.entry(build, article_id), "article/entry", *fields),
            ("EXISTS", keys.kill_mark(article_id)),
        ]
        if edition is not None:
            commands.append(("HMGET", keys.shell(build, edition), *PAGE_SHELL))
        raw, (entry, *values), marked, *shells = await builds.run(commands)
        found = {name: value for name, value in zip(fields, values, strict=True) if value is not None}
        killed, live = await builds.confirm([article_id, *shows(found)])
        return ArticleRead(
            build,
            read_editions(raw),
            killed,
            article_id,
            decode(entry, Entry) if entry is not None else None,
            bool(marked),
            found,
            read_shell(PAGE_SHELL, shells[0]) if shells else {},
        ), live

    return await builds.read(attempt)


async def asset(builds: Builds, name: str) -> AssetRead:
    """One of the build's assets."""

    async def attempt(build: str) -> tuple[AssetRead, bytes | None]:
        raw, data, live = await builds.run(
            [("GET", keys.editions(build)), ("HGET", keys.assets(build), name), ("GET", keys.LIVE)]
        )
        return AssetRead(build, read_editions(raw), frozenset(), data), live

    return await builds.read(attempt)
