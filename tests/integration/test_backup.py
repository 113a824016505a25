"""The broker loses all and a file brings it back; an old file beside a newer Redis takes nothing from readers."""

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from infra.native.newsroom import WORKERS
from services.desk.archive import Writer
from services.desk.archive_writing import LogWriter
from services.desk.errors import DeskError
from services.desk.export import export
from services.desk.import_log import import_archive
from services.desk.status import _ask_edge
from shared.identity import public_id
from shared.kafka_log import Record
from shared.settings import Settings
from shared.topic_admin import admin, create_topics
from shared.topics import ALL, LOGS
from tests.support.articles import article, canceled, new_uri
from tests.support.corpus import Corpus, corpus_text, publish_corpus
from tests.support.log import Log
from tests.support.newsroom import Newsroom
from tests.support.running import running_newsroom
from tests.support.served import days, differences, served, when_quiet
from tests.support.waiting import eventually

RESTORED = 60.0


@pytest.fixture(scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Newsroom]:
    """A stack of this module's own: its broker is lost."""
    async with running_newsroom(tmp_path_factory.mktemp("backup")) as found:
        yield found


@pytest.fixture(scope="module")
async def corpus(room: Newsroom) -> Corpus:
    """Articles in every state."""
    return await publish_corpus(room)


async def lose_the_broker(room: Newsroom) -> None:
    """The workers are stopped, and Kafka starts with nothing. The edge goes on."""
    await room.close()
    for name in (*reversed(WORKERS), "kafka"):
        await room.stack.stop_part(name)
    await asyncio.to_thread(shutil.rmtree, room.settings.state_dir / "kafka" / "data")
    room.stack.start_part("kafka")
    await room.stack.ready("kafka")


async def start_the_workers(room: Newsroom) -> None:
    for name in WORKERS:
        room.stack.start_part(name)
    for name in WORKERS:
        await room.stack.ready(name)
    await room.open()


async def everything(settings: Settings) -> dict[str, list[Record]]:
    """All records of all topics, by partition and offset."""
    log = Log(settings)
    found = {topic.name: await log.records(topic) for topic in LOGS}
    return {name: sorted(records, key=lambda r: (r.partition, r.offset)) for name, records in found.items()}


async def alarm(room: Newsroom) -> dict[str, Any] | None:
    """What /readyz raises; it must be ready."""
    answer = await room.edge.get("/readyz")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] | None = answer.json().get("alarm")
    return found


async def alarmed(room: Newsroom) -> dict[str, Any]:
    """The alarm; there must be one."""
    found = await alarm(room)
    assert found is not None
    return found


async def test_a_lost_broker_is_restored(room: Newsroom, corpus: Corpus, tmp_path: Path) -> None:
    await room.push(b"no article")
    today, before = days(), await when_quiet(room.edge, corpus.paths)
    file = tmp_path / "saved"
    assert await export(room.settings, str(file)) == 0
    with pytest.raises(DeskError, match="at work"):
        await import_archive(room.settings, str(file), dry_run=False)
    for name in reversed(WORKERS):
        await room.stack.stop_part(name)
    saved = await everything(room.settings)

    await lose_the_broker(room)
    assert await import_archive(room.settings, str(file), dry_run=True) == 0
    assert all(records == [] for records in (await everything(room.settings)).values())
    assert await import_archive(room.settings, str(file), dry_run=False) == 0
    assert await everything(room.settings) == saved
    assert await import_archive(room.settings, str(file), dry_run=False) == 0
    assert await everything(room.settings) == saved

    await start_the_workers(room)
    assert await alarm(room) is None

    async def as_before() -> None:
        assert differences(before, await served(room.edge, before)) == []

    if today == days():
        await eventually(as_before, within=RESTORED)
    await room.redis.flushall()
    if today == days():
        await eventually(as_before, within=RESTORED)
    for uri in corpus.killed:
        await room.push(article(uri, version=99))
        await room.settle(uri)
        await room.gone(uri, "killed", within=0)
    now = await everything(room.settings)
    for name in ("articles.kills", "articles.dead-letter"):
        assert now[name] == saved[name], f"{name} was written again: the groups did not go on where they were"
    with pytest.raises(DeskError, match="at work"):
        await import_archive(room.settings, str(file), dry_run=False)


async def test_an_old_file_beside_a_newer_redis(room: Newsroom, corpus: Corpus, tmp_path: Path) -> None:
    file = tmp_path / "old"
    assert await export(room.settings, str(file)) == 0

    await room.stack.stop_part("recommendation")  # a new term, which the file does not know
    room.stack.start_part("recommendation")
    await room.stack.ready("recommendation")
    updated, hidden, killed, added = corpus.live[0], corpus.live[1], corpus.live[2], new_uri("added")
    text = (corpus_text("barque"),)
    newest = article(updated, version=9, headline="The barque of the ninth version", paragraphs=text)
    await room.publish(newest)
    lost = article(added, version=1, headline="The barque that came later", paragraphs=text)
    await room.publish(lost)
    await room.push(article(hidden, version=9, pubStatus="withheld"))
    await room.gone(hidden, "withheld")
    await room.push(canceled(killed))
    await room.gone(killed, "killed")
    await room.settle(added)
    paths = [f"/v1/articles/{i}" for i in ids(updated, added)]
    before = await when_quiet(room.edge, paths)

    await lose_the_broker(room)
    assert await import_archive(room.settings, str(file), dry_run=False) == 0
    async with watched(room, paths[0]) as answers:
        await start_the_workers(room)
        found = await eventually(lambda: alarmed(room), within=RESTORED)
        assert {*ids(updated, added, hidden)} <= set(found["articleIds"])
        assert ids(killed) == found["killedIds"]
    assert answers == {200}, "the edge was not able to serve all the time"
    state = await _ask_edge(room.settings)
    assert "the log is older" in state.alarm
    assert set(state.alarm_ids) >= {*found["articleIds"], *found["killedIds"]}

    assert differences(before, await served(room.edge, before)) == []
    await room.gone(hidden, "withheld", within=0)
    await room.gone(killed, "killed", within=0)
    await room.push(article(killed, version=99))
    await room.settle(killed)
    await room.gone(killed, "killed", within=0)

    fresh = new_uri("after-the-restore")
    await room.publish(article(fresh, version=1, headline="The barque of the day", paragraphs=text))
    await room.publish(newest | {"version": 10, "headlines": [{"role": "main", "value": "The tenth version"}]})

    async def lists_are_new() -> None:
        for uri in (updated, corpus.live[3]):
            shown = [item["uri"] for item in await room.edge.related(uri)]
            assert fresh in shown, f"{uri} shows {shown}"
        assert updated in [item["uri"] for item in await room.edge.related(fresh)]

    await eventually(lists_are_new)

    await room.push(lost)
    await room.push(article(hidden, version=9, pubStatus="withheld"))
    await room.push(canceled(killed))
    for marker in found["articleIds"]:
        if marker not in ids(updated, added, hidden):
            uri = (await room.edge.get(f"/v1/articles/{marker}")).json()["uri"]
            await room.push(canceled(uri))

    async def over() -> None:
        assert await alarm(room) is None

    await eventually(over, within=RESTORED)


def ids(*uris: str) -> list[str]:
    return [public_id(uri) for uri in uris]


@asynccontextmanager
async def watched(room: Newsroom, path: str) -> AsyncIterator[set[int]]:
    """Asks again and again; gives the statuses."""
    answers: set[int] = set()

    async def ask() -> None:
        while True:
            answers.add((await room.edge.get(path)).status_code)
            await asyncio.sleep(0.05)

    asking = asyncio.create_task(ask())
    try:
        yield answers
    finally:
        asking.cancel()


async def test_what_an_import_refuses_and_where_it_goes_on(
    room: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, settings = tmp_path / "saved", room.settings
    monkeypatch.setattr("services.desk.export.BATCH_RECORDS", 7)
    with interrupted(monkeypatch, Writer, 9), pytest.raises(asyncio.CancelledError):
        await export(settings, str(file))
    partial = file.with_name("saved.partial")
    assert not file.exists()
    begun = partial.read_bytes()
    for name in reversed(WORKERS):
        await room.stack.stop_part(name)
    saved = await everything(settings)
    assert await export(settings, str(file)) == 0
    assert file.read_bytes().startswith(begun)
    assert not partial.exists()
    with pytest.raises(DeskError, match="never written over"):
        await export(settings, str(file))

    await lose_the_broker(room)
    for broken in (file.read_bytes()[:-1], file.read_bytes().replace(b"R", b"Q", 1)):
        bad = tmp_path / "bad"
        bad.write_bytes(broken)
        with pytest.raises(DeskError, match="byte"):
            await import_archive(settings, str(bad), dry_run=False)
    async with admin(settings) as client:
        assert {*await client.list_topics()} <= {"__consumer_offsets"}
        await create_topics(client, settings.model_copy(update={"partitions": 3}))
        with pytest.raises(DeskError, match=r"articles\.ingest has 3 partitions, in the archive it has 4"):
            await import_archive(settings, str(file), dry_run=False)
        await client.delete_topics([topic.name for topic in ALL])

    await eventually(lambda: no_topics(settings))
    with interrupted(monkeypatch, LogWriter, 9), pytest.raises(asyncio.CancelledError):
        await import_archive(settings, str(file), dry_run=False)
    there = await everything(settings)
    assert 0 < sum(map(len, there.values())) < sum(map(len, saved.values()))
    assert await import_archive(settings, str(file), dry_run=False) == 0
    assert {name: records[: len(saved[name])] for name, records in (await everything(settings)).items()} == saved

    await room.open()
    await room.push(b"one more")
    with pytest.raises(DeskError, match="not in the archive"):
        await import_archive(settings, str(file), dry_run=False)


async def no_topics(settings: Settings) -> None:
    async with admin(settings) as client:
        assert {*await client.list_topics()} <= {"__consumer_offsets"}


@contextmanager
def interrupted(monkeypatch: pytest.MonkeyPatch, writer: type[Writer] | type[LogWriter], after: int) -> Iterator[None]:
    """Ctrl-C in the middle: after so many writes."""
    write, calls = writer.write, itertools.count()

    def stopping(*arguments: Any) -> Any:
        if next(calls) == after:
            raise asyncio.CancelledError
        return write(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(writer, "write", stopping)
        yield
