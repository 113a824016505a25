"""What stands in the topics, read again and again without reading anything twice."""

from collections.abc import Callable

from aiokafka import TopicPartition

from services.recommendation.epoch import load_epoch
from services.recommendation.epochs import Standing, read_standing
from shared.kafka_log import Record, as_record, partitions_of, reader
from shared.settings import Settings
from shared.topics import DEAD_LETTER, Topic

CLIENT = "masthead-test"


class Log:
    """All records of the topics that were asked for. Connects for each question, so that it survives any restart."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._records: dict[str, list[Record]] = {}
        self._positions: dict[TopicPartition, int] = {}

    async def records(self, topic: Topic, key: str | None = None) -> list[Record]:
        """The topic's records up to its end as it is now, or only those with this key; in order within a partition."""
        found = self._records.setdefault(topic.name, [])
        async with reader(self._settings, CLIENT) as consumer:
            partitions = await partitions_of(consumer, topic)
            consumer.assign(partitions)
            ends = await consumer.end_offsets(partitions)
            left = {tp for tp in partitions if self._positions.get(tp, 0) < ends[tp]}
            for tp in left:
                consumer.seek(tp, self._positions.get(tp, 0))
            while left:
                for tp, records in (await consumer.getmany(*left, timeout_ms=1000)).items():
                    found += [as_record(record) for record in records]
                    self._positions[tp] = records[-1].offset + 1
                left = {tp for tp in left if self._positions.get(tp, 0) < ends[tp]}
        return [record for record in found if key is None or record.key == key.encode()]

    async def epoch(self) -> Standing:
        """The model epoch that stands, which related lists are scored by."""
        async with reader(self._settings, CLIENT) as consumer:
            return await read_standing(consumer, load_epoch())

    async def dead_letters(self, about: Callable[[Record], bool] = lambda _: True) -> list[Record]:
        """The dead letters of which `about` holds; see `speaks_of`."""
        return [record for record in await self.records(DEAD_LETTER) if about(record)]


def speaks_of(topic: Topic, partition: int, offset: int) -> Callable[[Record], bool]:
    """Whether a dead letter is about the record at this place."""
    place = (topic.name, str(partition), str(offset))
    names = [f"__connect.errors.{part}" for part in ("topic", "partition", "offset")]
    return lambda letter: tuple(letter.headers.get(name) for name in names) == place
