"""Faults of services: killed, asleep, slow, broken, with a wrong clock; and instances that come and go."""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import libfaketime

from infra.native import worker_part
from infra.native.newsroom import WORKERS
from infra.native.part import Part
from services.desk.dead_letters_filter import Filter
from services.desk.redrive import Options, redrive
from shared.times import from_text, now
from tests.faults.fault import Fault
from tests.support.newsroom import Newsroom

SERVICES = (*WORKERS, "edge")
A_PAUSE = (0.2, 1.5)
"""Seconds between two kills."""
A_WHILE = 15.0
"""Seconds for which a service is slow or broken, and an instance more is there."""
AWAKE, ASLEEP_FOR = 0.02, 2.0
"""Seconds by turns of a service that is a hundred times too slow."""
FAKETIME = Path(libfaketime.__file__).parent / "vendor" / "libfaketime" / "src" / "libfaketime.so.1"


def killed(kills: int) -> Fault:
    """Services killed by SIGKILL at random moments, each as often as the others, in any order."""

    async def hurt(newsroom: Newsroom, random: Random) -> None:
        victims = [SERVICES[number % len(SERVICES)] for number in range(kills)]
        await _kill(newsroom, random, random.sample(victims, len(victims)))

    return Fault(f"{kills} kills of services", hurt)


def killed_again_and_again(service: str, kills: int) -> Fault:
    """One service killed by SIGKILL at random moments."""

    async def hurt(newsroom: Newsroom, random: Random) -> None:
        await _kill(newsroom, random, [service] * kills)

    return Fault(f"{service} killed {kills} times", hurt)


async def _kill(newsroom: Newsroom, random: Random, victims: Sequence[str]) -> None:
    for victim in victims:
        await asyncio.sleep(random.uniform(*A_PAUSE))
        await newsroom.stack.ready(victim)
        newsroom.stack.kill(victim)


def more_and_fewer(times: int) -> Fault:
    """Second instances come, work for some seconds and go, again and again."""

    async def hurt(newsroom: Newsroom, random: Random) -> None:
        for _ in range(times):
            async with _second_instances(newsroom, *WORKERS):
                await asyncio.sleep(A_WHILE)
            await asyncio.sleep(A_WHILE if times > 1 else 0)

    return Fault(f"second instances of all workers added and removed, {times} times", hurt)


async def _asleep(newsroom: Newsroom, random: Random) -> None:
    async with _second_instances(newsroom, *WORKERS):
        for service in WORKERS:
            newsroom.stack.kill(service, signal.SIGSTOP)
        try:
            await asyncio.sleep(2 * newsroom.settings.session_timeout)
        finally:
            for service in WORKERS:
                newsroom.stack.kill(service, signal.SIGCONT)


async def _slow(newsroom: Newsroom, random: Random) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + A_WHILE
    while loop.time() < end:
        newsroom.stack.kill("publishing", signal.SIGSTOP)
        await asyncio.sleep(ASLEEP_FOR)
        newsroom.stack.kill("publishing", signal.SIGCONT)
        await asyncio.sleep(AWAKE)


async def _failing_deploy(newsroom: Newsroom, random: Random) -> None:
    """An enrichment that fails on every record, again and again; then the good one, and what it buried is redriven."""
    part = replace(
        worker_part("enrichment", newsroom.settings, instance=2),
        name="enrichment-broken",
        command=(sys.executable, "-m", "tests.faults.broken_enrichment"),
    )
    await newsroom.stack.stop_part("enrichment")
    _start(newsroom, part)
    await asyncio.sleep(A_WHILE)
    await newsroom.stack.stop_part(part.name)
    newsroom.stack.start_part("enrichment")
    await newsroom.stack.ready("enrichment")
    await redrive(newsroom.settings, Filter(stage="enrichment", kind="unknown"), Options(as_json=True))


async def _clocks_off(newsroom: Newsroom, random: Random) -> None:
    """Enrichment and publishing an hour ahead of the others."""
    names = ("enrichment", "publishing")
    ahead = {"LD_PRELOAD": str(FAKETIME), "FAKETIME": "+1h", "DONT_FAKE_MONOTONIC": "1"}
    async with _second_instances(newsroom, *names, **ahead):
        for name in names:
            await newsroom.stack.stop_part(name)
        await asyncio.sleep(A_WHILE)
        health = json.loads((newsroom.settings.state_dir / "health" / "publishing-3.json").read_text(encoding="utf-8"))
        assert from_text(health["at"]) - now() > timedelta(minutes=59), "its clock is not off"
        for name in names:
            newsroom.stack.start_part(name)
            await newsroom.stack.ready(name)


def _start(newsroom: Newsroom, part: Part) -> None:
    if part.name not in newsroom.stack.names:
        newsroom.stack.add(part)
    newsroom.stack.start_part(part.name)


@contextlib.asynccontextmanager
async def _second_instances(newsroom: Newsroom, *services: str, **env: str) -> AsyncIterator[None]:
    names = []
    for service in services:
        part = worker_part(service, newsroom.settings, instance=3 if env else 2, extra=env)
        _start(newsroom, part)
        names.append(part.name)
    for name in names:
        await newsroom.stack.ready(name)
    yield
    for name in names:
        await newsroom.stack.stop_part(name)


ASLEEP = Fault("instances of all workers asleep for two session time-outs", _asleep)
SLOW_CONSUMER = Fault(f"publishing a hundred times slower for {A_WHILE:.0f} s", _slow)
FAILING_DEPLOY = Fault(f"an enrichment that fails on every record for {A_WHILE:.0f} s, then redriven", _failing_deploy)
CLOCKS_OFF = Fault("enrichment and publishing an hour ahead", _clocks_off)
