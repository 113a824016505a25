"""Kafka as a part: one broker that is its own controller (KRaft), loopback only, with nothing that expires."""

import asyncio
import base64
import os
import uuid
from collections.abc import Sequence
from pathlib import Path

from infra.native.errors import StackError
from infra.native.jars import KAFKA_VERSION
from infra.native.part import Address, Part
from infra.native.ports import free_port
from infra.native.probes import kafka_probe
from infra.native.programs import Program

_LOGGING = Path(__file__).with_name("kafka-log4j2.xml")
_MESSAGE_BYTES = 12 * 1024 * 1024
_FOR_EVER_MINUTES = 2**31 - 1


def server_properties(address: Address, controller_port: int, log_dir: Path) -> str:
    """The text of server.properties.

    Committed offsets are kept as long as the log is (the largest number of minutes): an offset that expired would send
    its reader back to the beginning. Records up to 12 MiB pass, above the largest dead letter. A killed broker may come
    back only when its old session has run out: no other one waits to take over, so that time is short.
    """
    controller = f"{address.host}:{controller_port}"
    escaped = str(log_dir).replace("\\", "\\\\")
    return f"""\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{controller}
listeners=BROKER://{address},CONTROLLER://{controller}
advertised.listeners=BROKER://{address}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=BROKER
controller.listener.names=CONTROLLER
log.dirs={escaped}
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=1000
auto.create.topics.enable=false
log.retention.ms=-1
offsets.retention.minutes={_FOR_EVER_MINUTES}
message.max.bytes={_MESSAGE_BYTES}
replica.fetch.max.bytes={_MESSAGE_BYTES}
group.initial.rebalance.delay.ms=0
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
"""


def random_cluster_id() -> str:
    """A cluster id as Kafka makes them: a random UUID in URL-safe base64, 22 characters, none in front a dash."""
    while (text := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return text


def kafka_part(java: Program, jars: Sequence[Path], address: Address, state_dir: Path) -> Part:
    """Kafka with its data in `state_dir`/kafka. Before each start the controller gets a port that is free, and a data
    folder that is new is formatted."""
    folder = state_dir / "kafka"
    data = folder / "data"
    properties = folder / "server.properties"
    class_path = os.pathsep.join(map(str, jars))
    jvm = (str(java.path), "-Xmx512m", f"-Dlog4j2.configurationFile={_LOGGING}", "-cp", class_path)

    async def prepare(log: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        properties.write_text(server_properties(address, free_port(address.host), data), encoding="utf-8")
        if not (data / "meta.properties").exists():
            await _format(jvm, properties, log)

    return Part(
        name="kafka",
        title=f"Kafka {KAFKA_VERSION} on {java.title}",
        command=(*jvm, "kafka.Kafka", str(properties)),
        probe=kafka_probe(address),
        prepare=prepare,
        address=address,
        silence=300,  # recovering a large log after a crash: the broker answers nobody meanwhile
        stop_timeout=30,
    )


async def _format(jvm: Sequence[str], properties: Path, log: Path) -> None:
    """Make the data folder of a new cluster. An interrupted formatting is repeated."""
    arguments = ("kafka.tools.StorageTool", "format", "--ignore-formatted", "--config", str(properties))
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *jvm, *arguments, "--cluster-id", random_cluster_id(), stdout=output, stderr=output
        )
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            process.kill()
            raise
    if code != 0:
        raise StackError(f"Kafka's storage tool ended with exit code {code}")
