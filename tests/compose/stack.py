"""The stack of docker-compose.yml under a project, an image and ports of its own."""

import asyncio
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]
PROJECT = "masthead-test"
IMAGE = "masthead-test"
EDGE_PORT, KAFKA_PORT = 18380, 19392
EDGE, KAFKA = f"http://127.0.0.1:{EDGE_PORT}", f"127.0.0.1:{KAFKA_PORT}"

LASTING = ("redis", "kafka", "ingest", "enrichment", "recommendation", "publishing", "edge")
ONE_SHOT = ("settings", "topics")
PROFILES = ("--profile", "demo", "--profile", "desk")

_PASSED_ON = ("DEFAULT_EDITIONS", "PARTITIONS", "EDGE_REDIS_TIMEOUT", "CORS_ORIGINS", "LOG_LEVEL")
_OURS = {
    "COMPOSE_PROJECT_NAME": PROJECT,
    "COMPOSE_FILE": str(ROOT / "docker-compose.yml"),
    "COMPOSE_PROFILES": "",
    "MASTHEAD_IMAGE": IMAGE,
    "MASTHEAD_EDGE_PORT": str(EDGE_PORT),
    "MASTHEAD_KAFKA_PORT": str(KAFKA_PORT),
    "MASTHEAD_SESSION_TIMEOUT": "6",  # the shortest: that long a worker is missed that was ended
    # Empty is as good as unset, and goes before what .env says.
    **{f"MASTHEAD_{name}": "" for name in ("BIND", "HOST", "PUBLIC_URL", "EDITIONS", *_PASSED_ON)},
}


class Done(NamedTuple):
    """A command that has ended."""

    code: int
    out: str
    err: str


async def run(*command: str, env: Mapping[str, str] | None = None) -> Done:
    """Runs a command to its end, whatever its exit code."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env={**os.environ, **_OURS, **(env or {})},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Done(process.returncode or 0, out.decode(errors="replace"), err.decode(errors="replace"))


async def docker(*arguments: str) -> str:
    """Standard output of a `docker` command, which must succeed."""
    done = await run("docker", *arguments)
    assert done.code == 0, f"docker {' '.join(arguments)}: exit code {done.code}\n{done.out}{done.err}"
    return done.out


async def compose(*arguments: str) -> str:
    """Standard output of a `docker compose` command, which must succeed."""
    return await docker("compose", *arguments)


async def containers(*services: str) -> list[dict[str, Any]]:
    """What `docker inspect` says of the containers of these services, or of all; ended ones, too."""
    ids = (await compose(*PROFILES, "ps", "--all", "--quiet", *services)).split()
    found: list[dict[str, Any]] = json.loads(await docker("inspect", *ids)) if ids else []
    return found


async def inside(service: str, *command: str) -> Done:
    """Runs a command in the (first) container of a service that runs."""
    return await run("docker", "compose", "exec", "--no-TTY", service, *command)


async def desk(*command: str) -> Done:
    """Runs `masthead …` in a container of its own, on the stack's network."""
    return await run("docker", "compose", "run", "--rm", "--no-TTY", "desk", "masthead", *command)


async def up(*options: str) -> None:
    """Starts what is not running, and waits until everything is healthy."""
    await compose("up", "--wait", *options)


async def down(*options: str) -> None:
    """Removes every container and network."""
    await compose(*PROFILES, "down", "--remove-orphans", *options)


async def healthy(service: str, within: float = 60) -> None:
    """Waits until every container of a service runs and is healthy."""

    async def check() -> None:
        states = [found["State"] for found in await containers(service)]
        words = [f"{state['Status']}, {state.get('Health', {}).get('Status')}" for state in states]
        assert words, f"{service} has no container"
        assert set(words) == {"running, healthy"}, f"{service}: {words}"

    await eventually(check, within)


def service_of(container: Mapping[str, Any]) -> str:
    """The service that a container belongs to."""
    return str(container["Config"]["Labels"]["com.docker.compose.service"])
