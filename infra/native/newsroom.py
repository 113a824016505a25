"""The parts of Masthead in the order of their start: Redis, Kafka, the topics, the four workers, the edge."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from infra.native.jars import kafka_jars
from infra.native.kafka import kafka_part
from infra.native.part import Part
from infra.native.ports import loopback_address
from infra.native.probes import edge_probe, health_probe
from infra.native.programs import find_java, find_redis
from infra.native.progress import Progress
from infra.native.redis import redis_part
from infra.native.stack import Stack
from shared.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
"""The checkout, which every service has as its working folder."""

WORKERS = ("ingest", "enrichment", "recommendation", "publishing")


def service_env(settings: Settings, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a service: this process's own, the settings as `MASTHEAD_…`, and `extra` above both."""
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    for name, value in settings.model_dump(exclude_none=True, exclude={"health_file"}).items():
        value = ",".join(value) if isinstance(value, tuple) else value
        env[f"MASTHEAD_{name.upper()}"] = str(value.absolute()) if isinstance(value, Path) else str(value)
    return env | dict(extra or {})


def storage_parts(settings: Settings, progress: Progress) -> list[Part]:
    """Redis and Kafka. Fetches what the machine lacks. StackError when that fails, BadSetting when an address is not
    loopback."""
    redis_address = loopback_address(settings.redis, "MASTHEAD_REDIS")
    kafka_address = loopback_address(settings.kafka, "MASTHEAD_KAFKA")
    state_dir = settings.state_dir.absolute()
    return [
        redis_part(find_redis(progress), redis_address, state_dir),
        kafka_part(find_java(progress), kafka_jars(progress), kafka_address, state_dir),
    ]


def topics_part(settings: Settings, extra: Mapping[str, str] | None = None) -> Part:
    """Creates the topics that are missing and asserts their configuration, once."""
    command = (sys.executable, "-m", "infra.kafka.topics")
    return Part("topics", "topics", command, env=service_env(settings, extra), cwd=ROOT)


def worker_part(name: str, settings: Settings, instance: int = 1, extra: Mapping[str, str] | None = None) -> Part:
    """A worker by its name. Instances above the first are called like "ingest-2"."""
    part_name = name if instance == 1 else f"{name}-{instance}"
    health = settings.state_dir.absolute() / "health" / f"{part_name}.json"

    async def prepare(_log: Path) -> None:
        health.parent.mkdir(parents=True, exist_ok=True)
        health.unlink(missing_ok=True)

    return Part(
        name=part_name,
        title=part_name,
        command=(sys.executable, "-m", f"services.{name}.app"),
        env=service_env(settings, {"MASTHEAD_HEALTH_FILE": str(health), **(extra or {})}),
        cwd=ROOT,
        probe=health_probe(health),
        prepare=prepare,
    )


def edge_part(settings: Settings, extra: Mapping[str, str] | None = None) -> Part:
    """The HTTP edge."""
    address = loopback_address(settings.edge, "MASTHEAD_EDGE")
    return Part(
        name="edge",
        title="edge",
        command=(sys.executable, "-m", "services.edge.app"),
        env=service_env(settings, extra),
        cwd=ROOT,
        probe=edge_probe(address),
        address=address,
    )


def storage_stack(settings: Settings, progress: Progress) -> Stack:
    """Redis and Kafka alone, as a log is put back into them, not started yet."""
    return Stack(storage_parts(settings, progress), settings.state_dir, progress)


def native_stack(settings: Settings, progress: Progress | None = None, extra: Mapping[str, str] | None = None) -> Stack:
    """All of Masthead on the addresses and the state folder of `settings`, not started yet.

    `extra` goes into the environment of every service. May fetch programs: it can take a minute on a new machine.
    """
    progress = progress or Progress()
    parts = [
        *storage_parts(settings, progress),
        topics_part(settings, extra),
        *(worker_part(name, settings, extra=extra) for name in WORKERS),
        edge_part(settings, extra),
    ]
    return Stack(parts, settings.state_dir, progress)
