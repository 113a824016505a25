"""A rebuild beside the live build: readers notice nothing, and what comes meanwhile is in both."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator

import pytest

from infra.native import worker_part
from services.desk import rebuild as desk
from services.desk.errors import DeskError
from services.desk.status import _ask_edge
from services.publishing.comparing import compare, pieces
from services.publishing.content import digest_of
from services.publishing.publisher import Originals, Publisher
from services.publishing.registry import Registry
from services.publishing.render import Renderer
from services.publishing.store import Store
from shared import redis_keys as keys
from shared.codec import decode
from shared.editions import load_editions, with_addresses
from shared.identity import public_id
from shared.kafka_log import Producer, Record, partition_of
from shared.messages import Kill
from shared.topics import ENRICHED, KILLS, RELATED
from tests.support.articles import article, canceled, new_uri
from tests.support.corpus import Corpus, publish_corpus
from tests.support.newsroom import Newsroom
from tests.support.rebuilds import Readers, in_the_middle, keys_of, of_one_edition, rebuild, told
from tests.support.running import running_newsroom
from tests.support.served import served, when_quiet
from tests.support.waiting import eventually

MANY = 80
SECOND = "publishing-2"


@pytest.fixture(scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Newsroom]:
    """A stack of this module's own: it has a second instance of publishing later."""
    async with running_newsroom(tmp_path_factory.mktemp("rebuild")) as found:
        yield found


@pytest.fixture(scope="module")
async def corpus(room: Newsroom) -> Corpus:
    """Articles in every state, and many more, so that a rebuild takes a while."""
    uris = [new_uri("many") for _ in range(MANY)]
    for uri in uris:
        await room.push(article(uri, editions=("hk", "dxb")))
    for uri in uris:
        await room.visible(uri, within=60)
    await room.settle(uris[-1])
    found = await publish_corpus(room)
    await when_quiet(room.edge, found.paths)
    return found


async def live_build(room: Newsroom) -> str:
    """The name of the live build."""
    return str((await told(room))["live"])


async def nothing_of(room: Newsroom, build: str) -> None:
    """There is no key of this build."""
    assert await keys_of(room, build) == []


async def test_readers_notice_nothing_and_the_old_build_is_gone(room: Newsroom, corpus: Corpus) -> None:
    old, before = await live_build(room), await when_quiet(room.edge, corpus.paths)
    async with Readers(room, before) as readers:
        code, ended, said = await rebuild(room)
    assert readers.rounds > 0
    assert readers.wrong == []
    assert (code, said) == (0, "")
    assert ended["outcome"] == "switched"
    assert ended["identical"] is True
    assert ended["comparison"]["articles"] >= MANY
    assert ended["build"] == await live_build(room) != old
    assert keys.family(ended["build"]) == keys.family(old)
    await eventually(lambda: nothing_of(room, old))
    made = await room.publish(article(new_uri("after-the-switch")))
    assert made["version"] == 0
    await served(room.edge, corpus.paths)
    assert (await told(room))["making"] == []


async def test_a_dry_run_compares_and_leaves_nothing(room: Newsroom, corpus: Corpus) -> None:
    old = await live_build(room)
    broken = public_id(corpus.live[2])
    name = keys.entry(old, broken)
    field = "article/page:hk"
    page = await room.redis.hget(name, field)
    await room.redis.hset(name, field, page + b"\0")
    code, ended, _ = await rebuild(room, "--dry-run")
    await room.redis.hset(name, field, page)
    assert code == 1
    assert ended["outcome"] == "compared"
    assert ended["comparison"]["differences"] == [{"kind": "article", "name": broken, "how": "other"}]
    assert await live_build(room) == old
    await eventually(lambda: nothing_of(room, ended["build"]))


async def test_a_kill_and_an_update_in_the_middle(room: Newsroom, corpus: Corpus) -> None:
    victim, updated = new_uri("killed-meanwhile"), new_uri("updated-meanwhile")
    for uri in (victim, updated):
        await room.publish(article(uri, version=1, editions=("dxb",)))
    await room.settle(updated)
    before = await when_quiet(room.edge, of_one_edition(corpus.paths, "tpe"))
    async with Readers(room, before) as readers:
        running = asyncio.create_task(rebuild(room))
        await in_the_middle(room)
        await room.push(canceled(victim))
        await room.push(article(updated, version=2, editions=("dxb",), headline="Written meanwhile"))
        await room.gone(victim, "killed")
        await room.visible(updated, 2)
        code, ended, _ = await running
        await room.gone(victim, "killed", within=0)
        assert (await room.visible(updated, 2, within=0))["headline"] == "Written meanwhile"
    assert readers.wrong == []
    assert (code, ended["outcome"], ended["identical"]) == (0, "switched", True)
    await room.push(article(victim, version=9))
    await room.settle(victim)
    await room.gone(victim, "killed", within=0)
    assert public_id(victim) not in [item["id"] for item in await room.edge.latest("dxb")]


async def test_a_second_command_follows_the_first_and_one_of_the_other_kind_is_refused(
    room: Newsroom, corpus: Corpus, capsys: pytest.CaptureFixture[str]
) -> None:
    first = asyncio.create_task(desk.rebuild(room.settings, dry_run=False, as_json=True))
    await in_the_middle(room)
    second = asyncio.create_task(desk.rebuild(room.settings, dry_run=False, as_json=True))
    with pytest.raises(DeskError, match="a rebuild that switches is under way since"):
        await desk.rebuild(room.settings, dry_run=True, as_json=True)
    assert await asyncio.gather(first, second) == [0, 0]
    said = capsys.readouterr()
    ended = (await told(room))["rebuild"]
    assert said.out.count(ended["id"]) == 4  # twice in each of two answers
    assert said.err.count("following that one") == 1


async def test_two_instances_and_one_of_them_killed_in_the_middle(room: Newsroom, corpus: Corpus) -> None:
    room.stack.add(worker_part("publishing", room.settings, instance=2))
    room.stack.start_part(SECOND)
    await room.stack.ready(SECOND)
    victim, updated = new_uri("killed-by-one"), new_uri("updated-by-one")
    for uri in (victim, updated):
        await room.publish(article(uri, version=1, editions=("dxb",)), within=60)
    await room.settle(updated)
    before = await when_quiet(room.edge, of_one_edition(corpus.paths, "tpe"))
    async with Readers(room, before) as readers:
        running = asyncio.create_task(rebuild(room))
        await in_the_middle(room)
        room.stack.kill(SECOND)
        await room.push(canceled(victim))
        await room.push(article(updated, version=2, editions=("dxb",), headline="Written meanwhile"))
        await room.gone(victim, "killed")
        code, ended, _ = await running
        await room.visible(updated, 2, within=60)
        await room.gone(victim, "killed", within=0)
    assert readers.wrong == []
    assert (code, ended["outcome"], ended["identical"]) == (0, "switched", True)
    await room.stack.ready(SECOND)
    code, ended, _ = await rebuild(room)
    assert (code, ended["identical"]) == (0, True)


async def test_changed_editions_make_a_build_beside_the_live_one(room: Newsroom, corpus: Corpus) -> None:
    """Publishing is started with another tagline: every page stays there, and `status` says what is being made."""
    old, before = await live_build(room), await when_quiet(room.edge, corpus.paths)
    text = room.settings.editions.read_text(encoding="utf-8")
    room.settings.editions.write_text(text.replace("為台北人說話", "為台北人報導"), encoding="utf-8")
    for name in (SECOND, "publishing"):
        await room.stack.stop_part(name)
    room.stack.start_part("publishing")
    statuses, seen = set(), set()
    while await live_build(room) == old:
        seen |= {(making.why, making.build) for making in (await _ask_edge(room.settings)).making}
        statuses |= {
            path for path, now in (await served(room.edge, before)).items() if now.status != before[path].status
        }
    assert statuses == set()
    assert seen == {("code", await live_build(room))}
    assert keys.family(await live_build(room)) != keys.family(old)
    assert "為台北人報導" in (await room.edge.get("/tpe/")).text
    await eventually(lambda: nothing_of(room, old))
    room.stack.start_part(SECOND)
    await room.stack.ready(SECOND)


async def test_another_number_of_partitions_gives_the_same_bytes(room: Newsroom, corpus: Corpus) -> None:
    """The records of the log, laid into seven partitions and replayed in another order between them."""
    await when_quiet(room.edge, corpus.paths)
    editions = with_addresses(load_editions(room.settings.editions), room.settings.public_address)
    store = Store(room.redis, "seven-partitions", editions)
    originals = Originals(room.settings, Producer(room.settings, "tests"))
    publisher = Publisher(store, Renderer(editions), editions, originals)
    for record in await room.log.records(KILLS):
        await publisher.kill(decode(record.value, Kill).id)
    await publisher.write_shell()
    parts: dict[tuple[str, int], list[Record]] = {}
    for topic in (ENRICHED, RELATED):
        for record in await room.log.records(topic):
            at = topic.name, partition_of(record.key or b"", 7)
            part = parts.setdefault(at, [])
            part.append(Record(*at, len(part), record.timestamp, record.key, record.value, record.headers))
    order = list(parts)
    random.Random(7).shuffle(order)
    for chunk in itertools.zip_longest(*(parts[at] for at in order)):
        await publisher.put_back([record for record in chunk if record is not None])
    live = await live_build(room)

    async def asked() -> bool:
        return True

    found = await compare(room.redis, live, store.build, asked)
    assert found is not None
    assert found.differences == ()
    assert found.digest == digest_of(await pieces(room.redis, live)) == digest_of(await pieces(room.redis, store.build))
    await Registry(room.redis, keys.family(store.build)).drop(store.build)
