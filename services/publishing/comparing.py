"""Compares two builds in one Redis, while both are written to.

A record is applied to one build and then to the other, so at any moment some piece may be newer in one of them. Both
are read in one step; a piece that differs is read again until it is equal, or has stood still in both for some seconds:
then it differs in truth.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

from services.publishing import content
from services.publishing.content import Piece
from shared.rebuilds import NAMED, Comparison

AT_ONCE = 50
"""Entries that are read in one step; of a list so many cards."""
STANDS_STILL = 3.0
PATIENCE = 60.0
AGAIN_EVERY = 0.25

Pieces = dict[Piece, str]


async def compare(redis: Any, before: str, after: str, still: Callable[[], Awaitable[bool]]) -> Comparison | None:
    """What differs between the builds with these names. `still` is asked now and then; None once it says no."""
    builds = (before, after)
    whole: Pieces = {}
    doubtful: dict[str, dict[Piece, tuple[str, str]]] = {}
    async for suffix in _suffixes(redis, builds):
        if not await still():
            return None
        async for old, new in _read(redis, builds, suffix):
            whole |= new
            if apart := _apart(old, new):
                doubtful.setdefault(suffix, {}).update(apart)
    if not await _settle(redis, builds, doubtful, whole, still):
        return None
    old = {piece: pair[0] for found in doubtful.values() for piece, pair in found.items() if pair[0]}
    new = {piece: pair[1] for found in doubtful.values() for piece, pair in found.items() if pair[1]}
    found = content.differences(old, new)
    articles = {name for kind, name, _ in whole if kind == "article"}
    lists = {part for kind, _, part in whole if kind == "card"}
    return Comparison(
        digest=content.digest_of(whole),
        articles=len(articles),
        lists=len(lists),
        items=len(whole),
        different=len(found),
        differences=tuple(found[:NAMED]),
    )


async def pieces(redis: Any, build: str) -> Pieces:
    """All pieces of one build."""
    whole: Pieces = {}
    async for suffix in _suffixes(redis, (build,)):
        async for (found,) in _read(redis, (build,), suffix):
            whole |= found
    return whole


def _apart(old: Pieces, new: Pieces) -> dict[Piece, tuple[str, str]]:
    """The pieces that differ, with both digests; nothing stands for a piece that is not there."""
    return {
        piece: (old.get(piece, ""), new.get(piece, ""))
        for piece in old.keys() | new.keys()
        if old.get(piece) != new.get(piece)
    }


async def _settle(
    redis: Any,
    builds: Sequence[str],
    doubtful: dict[str, dict[Piece, tuple[str, str]]],
    whole: Pieces,
    still: Callable[[], Awaitable[bool]],
) -> bool:
    """Reads what is doubtful again until it is equal or stands still; then only what differs in truth is left in it."""
    began = time.monotonic()
    since = {piece: began for found in doubtful.values() for piece in found}
    while any(time.monotonic() - since[piece] < STANDS_STILL for found in doubtful.values() for piece in found):
        if time.monotonic() - began > PATIENCE:
            break
        if not await still():
            return False
        await asyncio.sleep(AGAIN_EVERY)
        for suffix, known in list(doubtful.items()):
            now: dict[Piece, tuple[str, str]] = {}
            there: Pieces = {}
            async for old, new in _read(redis, builds, suffix):
                now |= _apart(old, new)
                there |= new
            for piece in known:
                whole.pop(piece, None)
            whole |= {piece: there[piece] for piece in known.keys() & there.keys()}
            for piece, pair in list(known.items()):
                if piece not in now:
                    del known[piece]
                elif now[piece] != pair:
                    known[piece], since[piece] = now[piece], time.monotonic()
            if not known:
                del doubtful[suffix]
    return True


async def _suffixes(redis: Any, builds: Sequence[str]) -> AsyncIterator[str]:
    """What follows the builds in the names of all keys that are compared; entries come several in one, with spaces."""
    seen: set[str] = set()
    for build in builds:
        start = len(f"masthead:{build}:")
        async for key in redis.scan_iter(match=f"masthead:{build}:*", count=1000):
            suffix = key.decode()[start:]
            if content.kind_of(suffix):
                seen.add(suffix)
    entries = sorted(suffix for suffix in seen if content.kind_of(suffix) == "entry")
    for first in range(0, len(entries), AT_ONCE):
        yield " ".join(entries[first : first + AT_ONCE])
    for suffix in sorted(seen.difference(entries)):
        yield suffix


async def _read(redis: Any, builds: Sequence[str], suffix: str) -> AsyncIterator[list[Pieces]]:
    """The pieces under a key, or several, in each of the builds, as they are at one moment; a long list in parts."""
    if content.kind_of(suffix) == "cards":
        async for found in _read_cards(redis, builds, suffix):
            yield found
        return
    names = suffix.split(" ")
    async with redis.pipeline(transaction=True) as pipe:
        for build in builds:
            for name in names:
                _ask(pipe, f"masthead:{build}:{name}", name)
        replies = await pipe.execute()
    found = [Pieces() for _ in builds]
    for at, reply in enumerate(replies):
        found[at // len(names)] |= _pieces(names[at % len(names)], reply)
    yield found


async def _read_cards(redis: Any, builds: Sequence[str], suffix: str) -> AsyncIterator[list[Pieces]]:
    ids: set[str] = set()
    for build in builds:
        fields = await redis.hkeys(f"masthead:{build}:{suffix}")
        ids |= {field.decode().partition("/")[0] for field in fields}
    ordered = sorted(ids)
    for first in range(0, len(ordered), AT_ONCE):
        names = [f"{i}/{part}" for i in ordered[first : first + AT_ONCE] for part in ("fence", "member", "card")]
        async with redis.pipeline(transaction=True) as pipe:
            for build in builds:
                pipe.hmget(f"masthead:{build}:{suffix}", names)
            replies = await pipe.execute()
        yield [
            content.pieces_of_hash(
                suffix, {n.encode(): value for n, value in zip(names, values, strict=True) if value is not None}
            )
            for values in replies
        ]


def _ask(pipe: Any, key: str, suffix: str) -> None:
    match content.kind_of(suffix):
        case "order":
            pipe.zrange(key, 0, -1)
        case "editions":
            pipe.get(key)
        case _:
            pipe.hgetall(key)


def _pieces(suffix: str, reply: Any) -> Pieces:
    match content.kind_of(suffix):
        case "order":
            return content.pieces_of_order(suffix, reply)
        case "editions":
            return content.pieces_of_text(suffix, reply)
        case _:
            return content.pieces_of_hash(suffix, reply)
