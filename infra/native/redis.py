"""Redis (or Valkey) as a part: an append-only file in the state folder, loopback only, nothing evicted."""

import os
from pathlib import Path

from infra.native.part import Address, Part
from infra.native.probes import redis_probe
from infra.native.programs import Program


def redis_conf(address: Address, folder: Path) -> str:
    """The text of redis.conf. Up to a second of writes may be lost on a crash: publishing notices, and refills."""
    quoted = str(folder).replace("\\", "\\\\").replace('"', '\\"')
    return f"""\
bind {address.host}
port {address.port}
protected-mode yes
daemonize no
dir "{quoted}"
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


def redis_part(program: Program, address: Address, state_dir: Path) -> Part:
    """Redis with its data in `state_dir`/redis. LC_ALL=C: scripts compare strings by the server's locale."""
    folder = state_dir / "redis"
    conf = folder / "redis.conf"

    async def prepare(_log: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        conf.write_text(redis_conf(address, folder), encoding="utf-8")

    return Part(
        name="redis",
        title=program.title,
        command=(str(program.path), str(conf)),
        env={**os.environ, "LC_ALL": "C"},
        probe=redis_probe(address),
        prepare=prepare,
        address=address,
    )
