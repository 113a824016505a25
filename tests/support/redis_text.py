"""Looking for a word in all of Redis, whatever it is wrapped in."""

import zlib
from collections.abc import Iterator
from typing import Any

import msgspec
from redis.asyncio import Redis


async def places_of(redis: Redis, word: str) -> list[str]:
    """The keys (and fields) whose value holds `word`: as it is, inside msgpack, or compressed inside msgpack."""
    sought = word.encode()
    found = []
    async for key in redis.scan_iter(count=1000):
        for field, value in await _values(redis, key):
            if any(sought in text for text in _texts(value)):
                found.append(f"{key.decode()} {field.decode()}".strip())
    return sorted(found)


async def _values(redis: Any, key: bytes) -> list[tuple[bytes, bytes]]:
    kind = await redis.type(key)
    if kind == b"hash":
        return list((await redis.hgetall(key)).items())
    if kind == b"set":
        return [(b"", member) for member in await redis.smembers(key)]
    if kind == b"zset":
        return [(b"", member) for member in await redis.zrange(key, 0, -1)]
    assert kind in (b"string", b"none"), f"{key!r} is a {kind!r}: teach this function to read it"
    value = await redis.get(key)
    return [] if value is None else [(b"", value)]


def _texts(value: bytes) -> Iterator[bytes]:
    yield value
    try:
        unpacked = msgspec.msgpack.decode(value)
    except msgspec.DecodeError:
        return
    yield from _unpacked(unpacked)


def _unpacked(value: object) -> Iterator[bytes]:
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list):
        for part in value:
            yield from _unpacked(part)
    elif isinstance(value, str):
        yield value.encode()
    elif isinstance(value, bytes):
        yield value
        try:
            yield zlib.decompressobj(-15).decompress(value)
        except zlib.error:
            return
