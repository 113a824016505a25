"""Readiness probes: each one asks a part, in its own protocol, whether it works. They need no client library, so that
the supervisor stays small and says nothing into the logs of what it watches."""

import asyncio
import json
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

from infra.native.part import Address, Probe, Reading

ANSWER_WITHIN = 1.5
HEALTH_STALE_AFTER = timedelta(seconds=10)

# Kafka's protocol guide: size, ApiVersions (key 18) version 0, correlation id 1, client id "probe"
_API_VERSIONS = struct.pack(">ihhih5s", 15, 18, 0, 1, 5, b"probe")


async def _ask(address: Address, request: bytes, size: int) -> bytes:
    """Send `request`, return up to `size` bytes of the answer. Raises OSError, also when no answer comes in time."""
    async with asyncio.timeout(ANSWER_WITHIN):
        reader, writer = await asyncio.open_connection(address.host, address.port)
        try:
            writer.write(request)
            await writer.drain()
            return await reader.read(size)
        finally:
            writer.close()


def redis_probe(address: Address) -> Probe:
    """Ready when Redis answers PING with PONG (not while it loads its file)."""

    async def probe(_pid: int) -> Reading:
        try:
            answer = (await _ask(address, b"PING\r\n", 200)).decode(errors="replace").strip()
        except OSError:
            return Reading("starting", "does not answer", alive=False)
        return Reading("ready") if answer == "+PONG" else Reading("starting", answer.lstrip("-"))

    return probe


def kafka_probe(address: Address) -> Probe:
    """Ready when the broker answers ApiVersions without an error."""

    async def probe(_pid: int) -> Reading:
        try:
            answer = await _ask(address, _API_VERSIONS, 10)
        except OSError:
            return Reading("starting", "does not answer", alive=False)
        ready = len(answer) == 10 and answer[4:] == struct.pack(">ih", 1, 0)
        return Reading("ready") if ready else Reading("starting", "no answer to ApiVersions", alive=False)

    return probe


def edge_probe(address: Address) -> Probe:
    """Ready when GET /readyz answers 200, alive when GET /healthz does."""

    async def get(path: str) -> bool:
        request = f"GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        status = (await _ask(address, request.encode(), 12)).split(b" ")
        return len(status) == 2 and status[1] == b"200"

    async def probe(_pid: int) -> Reading:
        try:
            if await get("/readyz"):
                return Reading("ready")
            return Reading("starting", "/readyz does not answer 200", alive=await get("/healthz"))
        except OSError:
            return Reading("starting", "does not answer", alive=False)

    return probe


def read_health(text: str, pid: int, now: datetime) -> Reading:
    """What a worker's health file says: JSON `{"state", "detail", "pid", "at"}`, `at` with a time zone.

    A file of another process or older than ten seconds, and one that cannot be read, is a sign of death.
    """
    try:
        health = json.loads(text)
        state, detail, at = health["state"], str(health.get("detail") or ""), datetime.fromisoformat(health["at"])
        stale = now - at > HEALTH_STALE_AFTER
    except (ValueError, KeyError, TypeError) as error:
        return Reading("failing", f"unreadable health file: {error!r}", alive=False)
    if health.get("pid") != pid:
        return Reading("starting", f"the health file is of process {health.get('pid')}", alive=False)
    if stale:
        return Reading("failing", f"no sign of health since {at.isoformat(timespec='seconds')}", alive=False)
    if state not in ("starting", "ready", "failing"):
        return Reading("failing", f"unknown state {state!r} in the health file", alive=False)
    return Reading(state, detail, alive=state != "failing")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def health_probe(path: Path) -> Probe:
    """Reads the health file that a worker renews every second."""

    async def probe(pid: int) -> Reading:
        try:
            return read_health(_text(path), pid, datetime.now(UTC))
        except OSError:
            return Reading("starting", "no health file yet", alive=False)

    return probe
