"""Clients that leave in the middle of a request."""

import asyncio
import socket
import struct
from collections.abc import Sequence
from enum import Enum


class Leaves(Enum):
    """When a client leaves, and how."""

    ASKING = "before the request is whole"
    ASKED = "right behind the request"
    RESET = "right behind the request, by a reset"
    WAITING = "a moment later"
    READING = "after the first bytes of the answer"


async def leave(port: int, path: str, when: Leaves, patience: float) -> None:
    """One client. It waits for the first bytes for at most `patience` seconds."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return
    request = f"GET {path} HTTP/1.1\r\nHost: edge\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    writer.write(request[:-10] if when is Leaves.ASKING else request)
    try:
        await writer.drain()
        if when is Leaves.WAITING:
            await asyncio.sleep(0.02)
        if when is Leaves.READING:
            await asyncio.wait_for(reader.read(100), patience)
    except (OSError, TimeoutError):
        pass
    if when in (Leaves.RESET, Leaves.READING):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort() if when in (Leaves.RESET, Leaves.READING) else writer.close()


async def storm(port: int, paths: Sequence[str], count: int, at_once: int, patience: float) -> None:
    """So many clients, in all manners of leaving, `at_once` at a time."""
    manners = list(Leaves)
    numbers = iter(range(count))

    async def some() -> None:
        for number in numbers:
            await leave(port, paths[number % len(paths)], manners[number % len(manners)], patience)

    await asyncio.gather(*(some() for _ in range(at_once)))
