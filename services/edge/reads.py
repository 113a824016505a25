"""What is read from Redis for each kind of request, lists apart. All functions raise Unavailable as `Builds.read`."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Self

import msgspec

from services.edge.builds import Builds, Read, Shell, read_editions, read_shell
from services.edge.connection import Command
from services.edge.page import in_window
from services.edge.shells import FRAME
from services.edge.unlogged import Unlogged, unlogged_commands
from shared import redis_keys as keys
from shared.codec import decode
from shared.editions import Edition
from shared.entries import Entry, LanguageVersion

Shows = Callable[[Mapping[str, bytes]], Iterable[str]]
"""Which ids the fields of an article's hash show."""


@dataclass(frozen=True)
class ShellRead(Read):
    """Fragments of the shell of `edition`."""

    edition: Edition
    shell: Shell


@dataclass(frozen=True)
class CountsRead(Read):
    """How many articles each edition lists, and what the log does not know of."""

    counts: Mapping[str, int]
    unlogged: Unlogged


@dataclass(frozen=True)
class ArticleRead(Read):
    """An article's entry, and of its other fields those that were asked for and exist.

    `languages` are its language versions, itself among them, that are not killed; by id.
    """

    article_id: str
    entry: Entry | None
    marked: bool
    fields: Mapping[str, bytes]
    shell: Shell
    languages: Sequence[LanguageVersion]

    def without(self, killed: Set[str]) -> Self:
        """As for every read; of a killed article no text is left."""
        found = super().without(killed)
        languages = [version for version in self.languages if version.id not in killed]
        if self.article_id in killed:
            return replace(found, entry=None, fields={}, languages=languages)
        return replace(found, languages=languages)

    @property
    def gone(self) -> bool:
        """Whether the article itself is killed."""
        return self.marked or self.article_id in self.killed

    def languages_at(self, now: str) -> list[LanguageVersion]:
        """One version for each language that may be seen at `now`; none where the article is not among them, or alone.

        Of two that claim one language the smaller id has it, on every page alike, so that all links are mutual.
        """
        seen: dict[str, LanguageVersion] = {}
        for version in self.languages:
            if in_window(version.not_before, version.not_after, now):
                seen.setdefault(version.language.lower(), version)
        found = list(seen.values())
        return found if len(found) > 1 and any(version.id == self.article_id for version in found) else []


@dataclass(frozen=True)
class AssetRead(Read):
    """A file that pages name, if the build has it."""

    data: bytes | None


async def editions(builds: Builds) -> Read:
    """The editions alone."""

    async def attempt(build: str) -> tuple[Read, bytes | None]:
        raw, live = await builds.run([("GET", keys.editions(build)), ("GET", keys.LIVE)])
        return Read(build, read_editions(raw), frozenset()), live

    return await builds.read(attempt, ("editions",))


async def counts(builds: Builds) -> CountsRead:
    """The editions, and how many articles each lists. Never from memory: this is what readiness is told by."""

    async def attempt(build: str) -> tuple[CountsRead, bytes | None]:
        (raw,) = await builds.run([("GET", keys.editions(build))])
        found = read_editions(raw)
        sizes: list[Command] = [("ZCARD", keys.edition_order(build, slug)) for slug in found]
        replies = await builds.run([*sizes, *unlogged_commands(build), ("GET", keys.LIVE)])
        counts = dict(zip(found, replies, strict=False))
        unlogged = Unlogged.of(replies[len(sizes) : -1])
        return CountsRead(build, found, frozenset(), counts, unlogged), replies[-1]

    return await builds.read(attempt)


async def shell(builds: Builds, slug: str | None, names: Sequence[str]) -> ShellRead:
    """Fragments of an edition's shell; those of the first edition where `slug` is none of the network."""

    async def attempt(build: str) -> tuple[ShellRead, bytes | None]:
        (raw,) = await builds.run([("GET", keys.editions(build))])
        found = read_editions(raw)
        edition = found.get(slug or "") or next(iter(found.values()))
        values, live = await builds.run([("HMGET", keys.shell(build, edition.slug), *names), ("GET", keys.LIVE)])
        return ShellRead(build, found, frozenset(), edition, read_shell(names, values)), live

    return await builds.read(attempt, ("shell", slug, *names))


async def article(
    builds: Builds, article_id: str, fields: Sequence[str], shows: Shows, edition: str | None = None
) -> ArticleRead:
    """An article with these fields of its hash; with `edition`, also the shell of that edition's article page, and the
    article's language versions.

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
            commands.append(("HMGET", keys.shell(build, edition), *FRAME))
            commands.append(_languages(build, article_id))
        raw, (entry_value, *values), marked, *page = await builds.run(commands)
        entry = decode(entry_value, Entry) if entry_value is not None else None
        found = {name: value for name, value in zip(fields, values, strict=True) if value is not None}
        frame, written = page or (None, {})
        if edition is not None and entry is not None and entry.original != article_id:
            (written,) = await builds.run([_languages(build, entry.original)])
        versions = _versions(written)
        killed, live = await builds.confirm([article_id, *shows(found), *(version.id for version in versions)])
        return ArticleRead(
            build,
            read_editions(raw),
            killed,
            article_id,
            entry,
            bool(marked),
            found,
            read_shell(FRAME, frame) if frame else {},
            [version for version in versions if version.id not in killed],
        ), live

    return await builds.read(attempt, ("article", article_id, edition, *fields))


def _languages(build: str, original: str) -> Command:
    return ("HGETALL", keys.list_cards(build, keys.language_list(original)))


def _versions(written: Mapping[bytes, bytes]) -> list[LanguageVersion]:
    """The versions by id, out of the hash of a list of language versions."""
    cards = [value for field, value in written.items() if field.endswith(b"/card")]
    return sorted((msgspec.msgpack.decode(card, type=LanguageVersion) for card in cards), key=lambda v: v.id)


async def asset(builds: Builds, name: str) -> AssetRead:
    """One of the build's assets."""

    async def attempt(build: str) -> tuple[AssetRead, bytes | None]:
        raw, data, live = await builds.run(
            [("GET", keys.editions(build)), ("HGET", keys.assets(build), name), ("GET", keys.LIVE)]
        )
        return AssetRead(build, read_editions(raw), frozenset(), data), live

    return await builds.read(attempt, ("asset", name))
