"""`masthead status`: asks the runner's file, Kafka and the edge at the same time, each for a few seconds at most."""

import asyncio
import json
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from services.desk import screen, status_report, status_screen
from services.desk.builds import Making, ask_builds
from services.desk.edge import Edge, edge_client
from services.desk.errors import BAD, FINE, DeskError, Unreachable
from services.desk.letter import Letters, newest_records
from services.desk.log import existing, log_reader
from services.desk.status_report import EdgeState, Log, Part, Runner, Stage, Status, count_letters
from shared.settings import Settings
from shared.times import now
from shared.topic_admin import admin, committed_offsets, group_members
from shared.topics import ACCEPTED, ALL, DEAD_LETTER, ENRICHED, INGEST, RELATED, Topic

STAGES: dict[str, tuple[Topic, ...]] = {
    "ingest": (INGEST,),
    "ingest-gate": (),  # reads its partitions from the beginning at each start and commits nothing
    "enrichment": (ACCEPTED,),
    "recommendation": (ENRICHED,),
    "publishing": (ENRICHED, RELATED),
}
LETTERS_LOOKED_AT = 2000
"""Records of each partition."""
PATIENCE = 8.0


async def status(settings: Settings, as_json: bool) -> int:
    """Prints how everything is; gives the exit code: 1 when something is down or failing."""
    (log, log_trouble), edge = await asyncio.gather(_ask_kafka(settings), _ask_edge(settings))
    runner = read_runner(settings.state_dir / "runner.json")
    found = Status(settings.kafka, settings.edge_address, edge, log, log_trouble, runner)
    if as_json:
        screen.data(status_report.as_json(found), indent=2)
    else:
        status_screen.show(found, now())
    return BAD if status_report.problems(found) else FINE


async def _ask_edge(settings: Settings) -> EdgeState:
    try:
        async with edge_client(settings) as edge:
            code, body = await edge.get("/readyz")
            making = await _making(edge)
    except Unreachable as error:
        return EdgeState(str(error))
    if code != 200:
        return EdgeState(f"the edge is not ready: {body.get('detail') or f'HTTP {code}'}", making=making)
    editions = body.get("editions")
    editions = editions if isinstance(editions, dict) else {}
    return EdgeState("", str(body.get("build", "")), editions, making, *_alarm(body.get("alarm")))


async def _making(edge: Edge) -> tuple[Making, ...]:
    try:
        return (await ask_builds(edge)).making
    except DeskError:  # Redis is away, which /readyz says better
        return ()


def _alarm(alarm: Any) -> tuple[str, tuple[str, ...]]:
    if not isinstance(alarm, dict):
        return "", ()
    ids = tuple(str(one) for name in ("articleIds", "killedIds") for one in alarm.get(name) or ())
    return str(alarm.get("text", "")), ids


async def _ask_kafka(settings: Settings) -> tuple[Log | None, str]:
    try:
        async with asyncio.timeout(PATIENCE), log_reader(settings) as consumer:
            ends: dict[TopicPartition, int] = {}
            for topic in ALL:
                ends |= await consumer.end_offsets(await existing(consumer, topic))
            async with admin(settings) as client:
                stages = tuple([await _stage(client, name, topics, ends) for name, topics in STAGES.items()])
            return await _log(consumer, stages, ends), ""
    except DeskError as error:
        return None, str(error)
    except (KafkaError, OSError) as error:
        reason = "no answer in time" if isinstance(error, TimeoutError) else f"{type(error).__name__}: {error}"
        return None, f"Kafka at {settings.kafka} does not tell its state ({reason})"


async def _stage(
    client: AIOKafkaAdminClient, name: str, topics: tuple[Topic, ...], ends: dict[TopicPartition, int]
) -> Stage:
    group = f"masthead-{name}"
    members = await group_members(client, group)
    committed = await committed_offsets(client, group)
    lag = {
        topic.name: sum(end - committed.get(tp, 0) for tp, end in ends.items() if tp.topic == topic.name)
        for topic in topics
    }
    return Stage(name, group, len(members), lag)


async def _log(consumer: AIOKafkaConsumer, stages: tuple[Stage, ...], ends: dict[TopicPartition, int]) -> Log:
    records = {topic.name: sum(end for tp, end in ends.items() if tp.topic == topic.name) for topic in ALL}
    newest = await newest_records(consumer, LETTERS_LOOKED_AT)
    letters = Letters()
    for record in newest:
        letters.take(record)
    return Log(stages, records, count_letters(letters.all(), records[DEAD_LETTER.name], len(newest)))


def read_runner(path: Path) -> Runner | None:
    """The native runner's file; None where there is none, or none that we understand."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        supervisor = content["supervisor"]
        return Runner(
            str(supervisor.get("state", "")),
            Path(f"/proc/{int(supervisor['pid'])}").exists(),
            tuple(_part(part) for part in content["parts"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _part(part: dict[str, Any]) -> Part:
    return Part(
        str(part["name"]), str(part["state"]), str(part.get("detail", "")), int(part["restarts"]), str(part["since"])
    )
