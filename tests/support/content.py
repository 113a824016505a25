"""What a Redis holds for readers, and how two contents differ, in words.

The name of the build is no part of it, nor are other builds than the live one. Left out is what may differ where
nothing is wrong: how far partitions are applied, where records lie in the log, the term and the count of who wrote a
related list, the fences of articles that a list does not have.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import msgspec

from services.publishing.content import masked
from shared import redis_keys as keys
from shared.fragments import unpack
from shared.identity import ID_LENGTH
from tests.support.fake_redis import FakeRedis

AT_ONCE = 500
CONTEXT = 60
Kind = Literal["lost", "wrong", "came back"]
Place = tuple[str, str]
"""A key without its build, and a field or member of it."""
_NOTES = (":ever-in", ":shown-by")
_HASHES = (":entry", ":cards", ":shell", ":assets")


@dataclass(frozen=True)
class Content:
    """What a Redis holds: `meant` by place; `notes`, which may say more than they need to, never less; the killed."""

    meant: dict[Place, bytes] = field(default_factory=dict)
    notes: dict[str, set[str]] = field(default_factory=dict)
    killed: set[str] = field(default_factory=set)


class Difference(NamedTuple):
    """What is otherwise: of which article (or key), where, and what is there instead of what."""

    kind: Kind
    subject: str
    where: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}: {self.detail}"


async def held(redis: Any) -> Content:
    """What a Redis holds in its live build; nothing but kills where none is live."""
    return content_of(await copy_of(redis))


def differences(expected: Content, found: Content) -> list[str]:
    """Where a Redis differs from what it must hold, a line for each place; empty where all is well.

    A line begins with `lost` (missing), `came back` (of a killed article) or `wrong`.
    """
    return [str(difference) for difference in compare(expected, found)]


def compare(expected: Content, found: Content) -> Iterator[Difference]:
    """The same, with their parts."""
    for place in sorted(expected.meant.keys() | found.meant.keys()):
        one, other = expected.meant.get(place), found.meant.get(place)
        if one == other:
            continue
        subject, where = _subject(place), " ".join(filter(None, place))
        if other is None:
            yield Difference("lost", subject, where, f"missing; expected {_words(one)}")
        elif one is None:
            kind: Kind = "came back" if subject in expected.killed else "wrong"
            yield Difference(kind, subject, where, f"there: {_words(other)}")
        else:
            yield Difference("wrong", subject, where, apart(one, other))
    for key, members in expected.notes.items():
        if missing := members - found.notes.get(key, set()):
            yield Difference("lost", _subject((key, "")), key, f"without {', '.join(sorted(missing))}")
    for article_id in sorted(expected.killed - found.killed):
        yield Difference("lost", article_id, keys.KILLED, f"without {article_id}")
    for article_id in sorted(found.killed - expected.killed):
        yield Difference("wrong", article_id, keys.KILLED, f"with {article_id}")


async def copy_of(redis: Any) -> FakeRedis:
    """All that a Redis holds of its live build, and of all kills."""
    found = FakeRedis()
    live = await redis.get(keys.LIVE)
    wanted = (f"masthead:{(live or b'').decode()}:", "masthead:{", keys.KILLED, keys.LIVE)
    names = [key async for key in redis.scan_iter(count=1000) if key.decode().startswith(wanted)]
    for start in range(0, len(names), AT_ONCE):
        batch = names[start : start + AT_ONCE]
        async with redis.pipeline(transaction=False) as pipe:
            for key in batch:
                pipe.type(key)
            kinds = await pipe.execute()
        async with redis.pipeline(transaction=False) as pipe:
            for key, kind in zip(batch, kinds, strict=True):
                _ask(pipe, key, kind)
            values = await pipe.execute()
        for key, kind, value in zip(batch, kinds, values, strict=True):
            _keep(found, key.decode(), kind, value)
    return found


def content_of(redis: FakeRedis) -> Content:
    """What a Redis means that has only the live build and kills."""
    build = redis.strings.get(keys.LIVE, b"").decode()
    before = f"masthead:{build}:"
    content = Content(killed=redis.sets.get(keys.KILLED, set()))
    marks = {key for key in redis.strings if key.startswith("masthead:{")}
    for key in {*marks, keys.editions(build)} & redis.strings.keys():
        content.meant[key.removeprefix(before), ""] = redis.strings[key]
    for key, fields in redis.hashes.items():
        if key.startswith(before) and key.endswith(_HASHES):
            short = key.removeprefix(before)
            content.meant.update(
                {(short, name): masked(name, value) for name, value in fields.items() if _means(name, fields)}
            )
    for key, members in redis.orders.items():
        if ":order" in key:
            content.meant.update({(key.removeprefix(before), member): b"" for member in members})
    content.notes.update({key.removeprefix(before): found for key, found in redis.sets.items() if key.endswith(_NOTES)})
    return content


def is_content(key: str) -> bool:
    """Whether what a key holds, in any build, is part of the content."""
    return key == keys.LIVE or ":order" in key or key.endswith((*_HASHES, *_NOTES, ":editions", ":killed"))


def apart(one: bytes, other: bytes) -> str:
    """Where two values part, as a person reads them."""
    first, second = _text(one), _text(other)
    at = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second)))
    start = max(0, at - CONTEXT // 2)
    return f"expected …{first[start : at + CONTEXT]!r}, found …{second[start : at + CONTEXT]!r}"


def _means(name: str, fields: dict[str, bytes]) -> bool:
    """The fence of a related list says who wrote it; where an article has left a list its fence remains."""
    if name == "related":
        return False
    article_id, _, part = name.partition("/")
    return part != "fence" or f"{article_id}/card" in fields


def _subject(place: Place) -> str:
    """The article that a place is about; the key where it is about none."""
    key, name = place
    tagged = key.partition("{")[2].partition("}")[0]
    if len(tagged) == ID_LENGTH:
        return tagged
    if ":cards" in key:
        return name.partition("/")[0]
    return keys.member_id(name) if ":order" in key else key


def _words(value: bytes | None) -> str:
    """The beginning of a value as a person reads it."""
    return repr(_text(value or b"")[: 2 * CONTEXT])


def _text(value: bytes) -> str:
    for read in _READINGS:
        try:
            return read(value)
        except (ValueError, msgspec.MsgspecError):
            continue
    return repr(value)


def _fragment(value: bytes) -> str:
    found = unpack(value)
    return f"{found.plain().decode()} [shows {', '.join(found.shows)}]"


_READINGS: tuple[Callable[[bytes], str], ...] = (
    _fragment,
    lambda value: json.dumps(json.loads(value), ensure_ascii=False),
    lambda value: str(msgspec.msgpack.decode(value)),
    bytes.decode,
)


def _ask(pipe: Any, key: bytes, kind: bytes) -> None:
    match kind:
        case b"hash":
            pipe.hgetall(key)
        case b"set":
            pipe.smembers(key)
        case b"zset":
            pipe.zrange(key, 0, -1)
        case _:
            pipe.get(key)


def _keep(found: FakeRedis, key: str, kind: bytes, value: Any) -> None:
    match kind:
        case b"hash":
            found.hashes[key] = {name.decode(): content for name, content in value.items()}
        case b"set":
            found.sets[key] = {member.decode() for member in value}
        case b"zset":
            found.orders[key] = {member.decode() for member in value}
        case _ if value is not None:
            found.strings[key] = value
