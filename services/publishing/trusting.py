"""Asks Redis and the log whether what Redis has of a partition may be believed."""

import contextlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from aiokafka import TopicPartition

from services.publishing.refill import Filled, place
from services.publishing.store import Store
from services.publishing.trust import Claim, Verdict, verdict
from shared.kafka_log import Log, describe_logs, digest_of, read_one, reader
from shared.logs import logger
from shared.settings import Settings
from shared.topic_admin import admin, committed_offsets


@dataclass(frozen=True)
class Judged:
    """`agrees`: identity of the log and next offset of what may be believed; `others`: what was said of the rest that
    Redis claims to have whole. `begins`: of what is of this very log, but for its end perhaps, how far it is."""

    agrees: Mapping[TopicPartition, tuple[str, int]]
    others: Mapping[TopicPartition, Verdict]
    begins: Mapping[TopicPartition, Filled]


async def logs_of(settings: Settings, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, Log]:
    """`describe_logs` of these partitions."""
    wanted = list(partitions)
    if not wanted:
        return {}
    async with reader(settings, "masthead-publishing-logs") as consumer:
        return await describe_logs(consumer, wanted)


async def judge(
    settings: Settings,
    group: str,
    store: Store,
    partitions: Collection[TopicPartition],
    applied: Mapping[str, tuple[str, int]],
    complete: Collection[str],
) -> Judged:
    """What Redis has whole, of the very log that is there, as far as the consumer group has committed."""
    if not partitions:
        return Judged({}, {}, {})
    last = await store.last()
    claims = {
        tp: Claim(*applied[place(tp)], last.get(place(tp)))
        for tp in partitions
        if place(tp) in applied and place(tp) in complete
    }
    if not claims:
        return Judged({}, {}, {})
    async with admin(settings) as client:
        committed = await committed_offsets(client, group)
    found = await _last_records(settings, claims)
    verdicts = {
        tp: verdict(claims[tp], log, committed.get(tp, 0), found.get(tp))
        for tp, log in (await logs_of(settings, claims)).items()
    }
    others = {tp: said for tp, said in verdicts.items() if said != "agrees"}
    for tp, said in others.items():
        logger().warning("Redis and the log differ", partition=place(tp), redis=said, build=store.build)
    agrees = {tp: (claims[tp].identity, claims[tp].offset) for tp in verdicts if tp not in others}
    begins = {
        tp: Filled(claim.identity, claim.offset, claim.last)
        for tp, claim in claims.items()
        if claim.last is not None and verdicts[tp] in ("agrees", "older")
    }
    return Judged(agrees, others, begins)


async def _last_records(settings: Settings, claims: Mapping[TopicPartition, Claim]) -> dict[TopicPartition, str]:
    """The digests of the records that the log has where Redis says that its last ones lie."""
    found: dict[TopicPartition, str] = {}
    async with reader(settings, "masthead-publishing-last") as consumer:
        for tp, claim in claims.items():
            if claim.last is not None:
                with contextlib.suppress(LookupError):
                    found[tp] = digest_of(await read_one(consumer, tp, claim.last[0]))
    return found
