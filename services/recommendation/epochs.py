"""Epochs on the log: which one stands, articles counted for the next, and how it is sent."""

from dataclasses import dataclass
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer

from services.recommendation.epoch import Epoch
from services.recommendation.renewal import Census, from_message, renewed, to_message
from shared.codec import decode, encode, event_headers, is_event
from shared.kafka_log import Producer, Record, partitions_of, read_to_end
from shared.logs import logger
from shared.messages import Enriched, EpochRollout, ModelEpoch
from shared.order import Phase, Stamp, newer
from shared.times import now, utc_text
from shared.topics import ENRICHED, EPOCH_ROLLED_OUT, EPOCHS_KEY, MODEL_EPOCHS

UNREADABLE = (msgspec.MsgspecError, ValueError, OSError, EOFError)


@dataclass
class Standing:
    """The epoch that stands, by its record; without one what ships. `rollout`: the report on it, once it is there."""

    epoch: Epoch
    message: ModelEpoch | None = None
    rollout: EpochRollout | None = None

    def take(self, record: Record, shipped: Epoch) -> bool:
        """Takes a record of `model.epochs`; gives whether another epoch stands now. One that cannot be read is none."""
        try:
            if is_event(record.headers, EPOCH_ROLLED_OUT):
                report = decode(record.value, EpochRollout)
                self.rollout = report if report.epoch == self.epoch.id else self.rollout
                return False
            message = decode(record.value, ModelEpoch)
            epoch = from_message(message, shipped)
        except UNREADABLE as error:
            logger().error("an epoch that cannot be read", at=record.place, reason=f"{type(error).__name__}: {error}")
            return False
        changed = epoch.id != self.epoch.id
        self.epoch, self.message = epoch, message
        self.rollout = None if changed else self.rollout
        return changed


async def read_standing(consumer: AIOKafkaConsumer, shipped: Epoch) -> Standing:
    """The epoch that stands at the end of the log."""
    standing = Standing(shipped)

    async def take(record: Record) -> None:
        standing.take(record, shipped)

    await read_to_end(consumer, await partitions_of(consumer, MODEL_EPOCHS), take)
    return standing


async def take_census(consumer: AIOKafkaConsumer) -> Census:
    """Counts the newest versions of all live articles. Reads the log twice, and keeps no text in memory."""
    newest: dict[str, tuple[Stamp, tuple[int, int]]] = {}
    census = Census()

    async def find(record: Record) -> None:
        version = _version(record)
        if version is not None:
            held = newest.get(version.id)
            if held is None or not newer(held[0], version.stamp):
                newest[version.id] = version.stamp, (record.partition, record.offset)

    async def count(record: Record) -> None:
        version = _version(record)
        if version is not None and version.phase is Phase.LIVE:
            held = newest.get(version.id)
            if held is not None and held[1] == (record.partition, record.offset):
                census.add(version)

    partitions = await partitions_of(consumer, ENRICHED)
    await read_to_end(consumer, partitions, find)
    await read_to_end(consumer, partitions, count)
    return census


def _version(record: Record) -> Enriched | None:
    try:
        return decode(record.value, Enriched)
    except msgspec.MsgspecError:
        return None  # publishing buries it


async def renew(producer: Producer, shipped: Epoch, census: Census, actor: str) -> Epoch:
    """Makes the epoch of this census the one that stands; gives it. `actor`: the service, or `desk/NAME`."""
    epoch = renewed(shipped, census)
    message = to_message(epoch, census, f"/masthead/{actor}", utc_text(now()))
    await _send(producer, message, "epoch.renewed", actor, epoch.id)
    return epoch


async def report(producer: Producer, epoch: str, lists: int, changed: int) -> None:
    """Tells that an epoch is rolled out."""
    message = EpochRollout(epoch=epoch, done_at=utc_text(now()), lists=lists, changed=changed)
    await _send(producer, message, EPOCH_ROLLED_OUT, "recommendation", epoch)


async def _send(producer: Producer, message: Any, kind: str, source: str, subject: str) -> None:
    headers = event_headers(kind, source, {}, subject)
    await producer.send(MODEL_EPOCHS, EPOCHS_KEY, encode(message), headers, partition=0)
