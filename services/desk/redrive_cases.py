"""Redriving, first half: each letter with its producer's bytes, how its article stands, and what that comes to."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition

from services.desk.dead_letters_log import each_of
from services.desk.errors import UsageMistake
from services.desk.letter import Letter
from services.desk.log import home_of, version_in
from services.desk.redrive_check import Judged, Standing, Verdict, judge, origin_of, verdict
from shared.dead_letters import redrives_of
from shared.editions import EditionsError, load_editions
from shared.kafka_log import Record, read_one, read_to_end
from shared.messages import Article
from shared.order import newer
from shared.settings import Settings
from shared.topics import ACCEPTED, INGEST, KILLS, SCHEDULED

At = tuple[int, int]


@dataclass(frozen=True)
class Case:
    """A letter, the `uri` that the door would find in its original (empty without one), and the verdict."""

    letter: Letter
    uri: str
    verdict: Verdict


async def cases(
    settings: Settings, consumer: AIOKafkaConsumer, other: AIOKafkaConsumer, letters: Sequence[Letter], force: bool
) -> list[Case]:
    """The cases of these letters, in their order. Needs two consumers. Raises UsageMistake for bad editions."""
    judged = await _judge_all(settings, consumer, other, letters)
    uris = {one.uri for one in judged.values() if isinstance(one, Judged) and one.uri}
    standing = await _standing(other, uris)
    found = []
    for letter in letters:
        one = judged[letter.at]
        uri = one.uri if isinstance(one, Judged) else ""
        found.append(Case(letter, uri, verdict(letter, one, standing.get(uri, Standing()), force)))
    return found


async def _judge_all(
    settings: Settings, consumer: AIOKafkaConsumer, other: AIOKafkaConsumer, letters: Sequence[Letter]
) -> dict[At, Judged | str]:
    """What the stages would make of each letter's original; a sentence where there is none."""
    try:
        editions = load_editions(settings.editions)
    except EditionsError as error:
        raise UsageMistake(str(error)) from error
    found: dict[At, Judged | str] = {}

    def enrich(article: Article) -> object:
        from services.enrichment.enrich import enrich as really  # brings its models: a second that few commands need

        return really(article)

    async def take(letter: Letter, record: Record) -> None:
        original = await original_of(other, letter, record)
        if isinstance(original, str):
            found[letter.at] = original
        else:
            count = redrives_of(original.headers)
            found[letter.at] = judge(original, count, letter.stage, editions, settings.default_editions, enrich)

    await each_of(consumer, letters, take)
    return found


async def original_of(consumer: AIOKafkaConsumer, letter: Letter, record: Record) -> Record | str:
    """The producer's record behind the letter in `record`: its own bytes, or those that its origin names; a sentence
    where there are none."""
    origin = origin_of(letter, record.value)
    if isinstance(origin, str):
        return origin
    if letter.place[0] == INGEST.name:
        return dataclasses.replace(record, topic=origin.topic, partition=origin.partition, offset=origin.offset)
    try:
        found = await read_one(consumer, TopicPartition(origin.topic, origin.partition), origin.offset)
    except LookupError as error:
        return f"its original is gone: {error}"
    if found.offset != origin.offset:
        return f"its original is gone: {origin.topic}/{origin.partition} begins at {found.offset}"
    return found


async def _standing(consumer: AIOKafkaConsumer, uris: set[str]) -> Mapping[str, Standing]:
    """How these `uri`s stand in the log, embargoed versions included."""
    found: dict[str, Standing] = {uri: Standing() for uri in uris}
    keys = {uri.encode(): uri for uri in uris}

    async def take(record: Record) -> None:
        uri = keys.get(record.key or b"")
        if uri is None:
            return
        if record.topic == KILLS.name:
            found[uri] = dataclasses.replace(found[uri], killed=True)
        elif (version := version_in(record)) is not None:
            known = found[uri].stamp
            if known is None or newer(version.stamp, known):
                found[uri] = dataclasses.replace(found[uri], stamp=version.stamp)

    for topic in (ACCEPTED, SCHEDULED, KILLS):
        await read_to_end(consumer, {await home_of(consumer, topic, uri) for uri in uris}, take)
    return found
