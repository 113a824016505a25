"""Coming back: with a snapshot or without, and with one that is not to be believed, to the same lists."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiokafka import TopicPartition

from services.recommendation import restart, snapshot
from services.recommendation.epoch import Epoch
from services.recommendation.indexes import Indexes
from services.recommendation.lists import Lists
from services.recommendation.restart import Restart
from services.recommendation.shards import Shards
from shared.codec import decode, encode
from shared.kafka_log import Record
from shared.messages import Enriched, Kill, RelatedItem, RelatedList
from shared.settings import Settings
from shared.tasks import end
from shared.topics import ENRICHED, KILLS, RELATED, Topic
from tests.support.small_newsroom import EPOCH, RANKED, article, day
from tests.support.waiting import eventually

FERRY = article("ferry", "Ferry strike in the harbour", published_at=day(3))
ENDS = article("ends", "Ferry strike ends", published_at=day(4))
STORM = article("storm", "Storm warning", published_at=day(2))
LATER = article("later", "Ferry strike in the harbour again", published_at=day(5))


class Logs:
    """Three topics of one partition, and how `restart` reads them."""

    def __init__(self) -> None:
        self.records: dict[str, list[Record]] = {topic.name: [] for topic in (ENRICHED, KILLS, RELATED)}
        self.read = 0

    def write(self, topic: Topic, message: Any) -> Record:
        records = self.records[topic.name]
        records.append(Record(topic.name, 0, len(records), 7, None, encode(message)))
        return records[-1]

    async def partitions_of(self, _: Any, topic: Topic) -> list[TopicPartition]:
        return [TopicPartition(topic.name, 0)]

    async def read_one(self, _: Any, tp: TopicPartition, offset: int) -> Record:
        if offset >= len(self.records[tp.topic]):
            raise LookupError
        return self.records[tp.topic][offset]

    async def read_to_end(
        self,
        _: Any,
        partitions: list[TopicPartition],
        handle: Callable[[Record], Awaitable[None]],
        begins: Mapping[TopicPartition, int],
    ) -> None:
        for tp in partitions:
            for record in self.records[tp.topic][begins.get(tp, 0) :]:
                self.read += 1
                await handle(record)


class Service:
    """What `app` wires, over logs in memory."""

    def __init__(self, logs: Logs, folder: Path, term: int, epoch: Epoch = RANKED) -> None:
        self.logs = logs
        self.indexes = Indexes(epoch)
        self.lists = Lists(self.indexes.current, self.send)
        self.lists.begin(term)
        self.restart = Restart(Settings(state_dir=folder), self.indexes, self.lists)

    async def send(self, message: RelatedList, _: Mapping[str, str]) -> None:
        self.logs.write(RELATED, message)

    def take_in(self, record: Record) -> set[str]:
        found = decode(record.value, Enriched)
        with self.restart.taking(record):
            return self.indexes.apply(found)

    def take_out(self, record: Record) -> set[str]:
        with self.restart.taking(record):
            return self.indexes.kill(decode(record.value, Kill).id)

    async def start(self) -> int:
        """Gives how many lists were due."""
        doubtful = await self.restart.fold(None, self.take_in, self.take_out)
        due = self.lists.due_after_start(doubtful)
        await self.lists.emit((), {})
        return due

    async def take(self, found: Enriched) -> None:
        await self.lists.emit(self.take_in(self.logs.write(ENRICHED, found)), {})

    def items(self) -> dict[str, tuple[RelatedItem, ...]]:
        return {found.id: self.indexes.current.items(found.id) for found in (FERRY, ENDS, STORM, LATER)}


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Logs:
    found = Logs()
    for name in ("partitions_of", "read_one", "read_to_end"):
        monkeypatch.setattr(restart, name, getattr(found, name))
    return found


async def stopped(logs: Logs, folder: Path) -> Service:
    """A service that has taken three articles and was stopped in order."""
    service = Service(logs, folder, 0)
    await service.start()
    for found in (FERRY, ENDS, STORM):
        await service.take(found)
    await service.restart.save()
    return service


async def test_from_the_log_alone_all_is_as_it_was_and_nothing_is_due(logs: Logs, tmp_path: Path) -> None:
    before = await stopped(logs, tmp_path)
    after = Service(logs, tmp_path / "elsewhere", 100)
    assert await after.start() == 0
    assert after.items() == before.items()


async def test_from_a_snapshot_only_the_tails_are_read(logs: Logs, tmp_path: Path) -> None:
    before = await stopped(logs, tmp_path)
    logs.write(ENRICHED, LATER)
    logs.write(KILLS, Kill(uri=STORM.uri, id=STORM.id, killed_at=day(6), actor="desk", reason="wrong"))
    logs.read = 0
    after = Service(logs, tmp_path, 100)
    assert await after.start() == 3  # its own and the two that it enters; that of the killed one was empty
    assert logs.read == 2 + len(before.lists._said) + 3  # what was said is read from where it was read last
    alone = Service(logs, tmp_path / "elsewhere", 200)
    await alone.start()
    assert after.items() == alone.items()
    assert after.items()[STORM.id] == ()
    assert after.take_in(logs.write(ENRICHED, msgspec.structs.replace(STORM, version=9))) == set()


async def test_what_was_due_when_the_snapshot_was_made_is_said_after_it(logs: Logs, tmp_path: Path) -> None:
    service = await stopped(logs, tmp_path)
    record = logs.write(ENRICHED, LATER)
    service.lists._due.update(service.take_in(record))
    await service.restart.save()
    after = Service(logs, tmp_path, 100)
    assert await after.start() == 3


async def test_a_list_that_an_earlier_writer_said_late_is_said_again(logs: Logs, tmp_path: Path) -> None:
    service = await stopped(logs, tmp_path)
    late = RelatedList(uri=STORM.uri, id=STORM.id, editions=("north",), term=0, sequence=99, epoch="x", items=())
    logs.write(RELATED, late)
    service.lists.begin(0)
    assert await Service(logs, tmp_path, 100).start() == (service.items()[STORM.id] != ())


@pytest.mark.parametrize("what", ["epoch", "code", "cut back", "other log", "damaged", "none"])
async def test_a_snapshot_that_is_not_to_be_believed_is_left_alone(
    logs: Logs, tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stopped(logs, tmp_path)
    file = tmp_path / "recommendation.snapshot"
    records = logs.records[ENRICHED.name]
    if what == "code":
        monkeypatch.setattr(restart, "code", lambda: "other")
    elif what == "cut back":
        records.pop()
    elif what == "other log":
        records[2] = Record(ENRICHED.name, 0, 2, 8, None, b"{}")
        records.append(Record(ENRICHED.name, 0, 3, 8, None, encode(LATER)))
    elif what == "damaged":
        file.write_bytes(file.read_bytes()[:-100] + bytes(100))
    elif what == "none":
        file.unlink()
    epoch = EPOCH if what == "epoch" else RANKED
    after, alone = Service(logs, tmp_path, 100, epoch), Service(logs, tmp_path / "elsewhere", 200, epoch)
    logs.read = 0
    await after.start()
    assert logs.read >= len(records)
    await alone.start()
    assert after.items() == alone.items()


async def test_a_snapshot_made_beside_the_work_is_that_of_its_moment(logs: Logs, tmp_path: Path) -> None:
    service = await stopped(logs, tmp_path)
    await service.take(LATER)
    await service.restart.save_beside()
    beside = snapshot.read(tmp_path / "recommendation.snapshot")
    assert beside[0]["places"] == [[*tp, *place] for tp, place in sorted(service.restart._places.items())]
    logs.read = 0
    after = Service(logs, tmp_path, 100)
    assert await after.start() == 0
    assert after.items() == service.items()


async def test_nothing_is_written_if_nothing_has_changed_or_if_a_record_was_taken_in_half(
    logs: Logs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = await stopped(logs, tmp_path)
    file = tmp_path / "recommendation.snapshot"
    await service.restart.save_beside()
    file.unlink()
    await service.restart.save_beside()
    await service.restart.save()
    assert not file.exists()
    monkeypatch.setattr(service.indexes, "apply", lambda _: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        await service.take(LATER)
    await service.restart.save()
    assert not file.exists()


async def test_a_folder_that_cannot_be_written_is_no_failure(logs: Logs, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    service = Service(logs, tmp_path / "file", 0)
    await service.start()
    await service.take(FERRY)
    await service.restart.save_beside()
    await service.restart.save()


async def test_after_a_start_from_the_log_alone_and_after_a_new_epoch_a_snapshot_does_not_wait(
    logs: Logs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("SOON", 0.0), ("EVERY", 99.0), ("reader", no_reader)):
        monkeypatch.setattr(restart, name, value)
    service = Service(logs, tmp_path, 0)
    logs.write(ENRICHED, FERRY)
    await service.start()

    async def saved(epoch: Epoch) -> Any:
        file = tmp_path / "recommendation.snapshot"
        assert file.exists()
        head = snapshot.read_head(file)
        assert head["epoch"] == epoch.id
        return head["places"]

    work = asyncio.create_task(service.restart.run())
    first = await eventually(lambda: saved(RANKED))
    await service.take(LATER)
    await asyncio.sleep(0)
    assert await saved(RANKED) == first
    service.indexes.adopt(Shards(EPOCH))
    assert await eventually(lambda: saved(EPOCH)) != first
    await end(work)


@asynccontextmanager
async def no_reader(*_: object) -> AsyncIterator[None]:
    yield None
