"""Redis is never the truth: what it loses comes back from the log, the same to the byte, kills first."""

import asyncio
import json
from collections.abc import Iterable

import pytest

from shared import redis_keys
from shared.identity import public_id
from shared.topics import ENRICHED, RELATED
from tests.support.articles import article, canceled
from tests.support.corpus import Corpus, publish_corpus
from tests.support.newsroom import Newsroom
from tests.support.served import Served, days, differences, served, when_quiet
from tests.support.waiting import eventually

REFILL = 120.0


def watched(corpus: Corpus) -> list[str]:
    """An address of an article in each state, and a front page."""
    uris = (corpus.live[0], corpus.killed[0], corpus.withheld, corpus.expired)
    return ["/hk/", *(f"/v1/articles/{public_id(uri)}" for uri in uris), f"/hk/articles/{public_id(corpus.live[1])}"]


@pytest.fixture(scope="module")
async def corpus(newsroom: Newsroom) -> Corpus:
    """Articles in every state."""
    return await publish_corpus(newsroom)


async def refilled(newsroom: Newsroom, before: dict[str, Served], watched: Iterable[str]) -> int:
    """Waits until everything is as it was; gives how many answers were 503 on the way. Of the paths that are watched
    every other answer must be as it was: never 404, never an article that is gone."""
    unavailable = 0

    async def check() -> None:
        nonlocal unavailable
        today = days()
        some = {path: before[path] for path in watched}
        now = await served(newsroom.edge, some)
        unavailable += sum(answer.status == 503 for answer in now.values())
        if today == days():
            assert_never([path for path in differences(some, now) if not path.endswith("then 503")])
        assert differences(some, now) == []

    await eventually(check, within=REFILL)
    await as_before(newsroom, before)
    return unavailable


async def as_before(newsroom: Newsroom, before: dict[str, Served]) -> None:
    """Waits until all paths are answered as they were."""

    async def check() -> None:
        assert differences(before, await served(newsroom.edge, before)) == []

    await eventually(check, within=REFILL)


def assert_never(wrong: list[str]) -> None:
    """Fails at once, where an AssertionError would be tried again."""
    if wrong:
        pytest.fail(f"answered otherwise during the refill: {wrong}")


async def test_flushed(newsroom: Newsroom, corpus: Corpus) -> None:
    before = await when_quiet(newsroom.edge, corpus.paths)
    await newsroom.redis.flushall()
    empty = await newsroom.edge.get(corpus.paths[0])
    assert empty.status_code == 503
    assert int(empty.headers["retry-after"]) > 0
    assert await refilled(newsroom, before, watched(corpus)) > 0


async def test_a_kill_during_the_refill(newsroom: Newsroom, corpus: Corpus) -> None:
    """A kill that comes while Redis is being filled again is not undone by what is older in the log."""
    uri = corpus.killed[0]
    late = corpus.live[-1]
    await newsroom.redis.flushall()
    await newsroom.push(canceled(late))
    await newsroom.gone(late, "killed", within=REFILL)
    await newsroom.gone(uri, "killed")
    await newsroom.settle(late)
    await newsroom.gone(late, "killed", within=0)

    async def shown_by_none() -> None:
        for other in corpus.live[:-1]:
            assert late not in [item["uri"] for item in await newsroom.edge.related(other)]

    await eventually(shown_by_none)


async def test_only_the_bookkeeping_is_lost(newsroom: Newsroom, corpus: Corpus) -> None:
    """Without its applied offsets Redis is not trusted, whatever else it still has; and kill marks come back."""
    before = await when_quiet(newsroom.edge, corpus.paths)
    live = (await newsroom.redis.get(redis_keys.LIVE)).decode()
    marks = [redis_keys.kill_mark(public_id(uri)) for uri in corpus.killed]
    await newsroom.redis.delete(redis_keys.KILLED, *marks, redis_keys.applied(live))

    async def killed_again() -> None:
        for uri in corpus.killed:
            answer = await newsroom.edge.article(uri)
            assert answer.status_code == 410, f"{uri}: {answer.status_code}"
            assert await newsroom.redis.exists(*marks) == len(marks)

    await eventually(killed_again, within=REFILL)
    await as_before(newsroom, before)


async def test_an_old_copy_of_redis(newsroom: Newsroom, corpus: Corpus) -> None:
    """A copy from before a kill, put back: noticed by its applied offsets, and the kill holds. What the copy has is not
    put back again."""
    copy = await copy_of(newsroom)
    before = await change_much(newsroom, corpus, corpus.live[4], corpus.live[5])
    known = len(refills(newsroom))
    await put_back(newsroom, copy)
    await as_before(newsroom, before)
    assert 0 < sum(refills(newsroom)[known:]) < await all_records(newsroom) / 2


async def test_an_old_copy_put_back_while_publishing_is_down(newsroom: Newsroom, corpus: Corpus) -> None:
    """The same, when nobody remembers how far Redis was: Kafka does."""
    copy = await copy_of(newsroom)
    before = await change_much(newsroom, corpus, corpus.live[5], corpus.live[6])
    await newsroom.stack.stop_part("publishing")
    known = len(refills(newsroom))
    await put_back(newsroom, copy)
    newsroom.stack.start_part("publishing")
    await as_before(newsroom, before)
    assert 0 < sum(refills(newsroom)[known:]) < await all_records(newsroom) / 2


async def change_much(newsroom: Newsroom, corpus: Corpus, killed: str, updated: str) -> dict[str, Served]:
    """Kills one article and updates another; gives what is served of the corpus then."""
    await newsroom.push(canceled(killed))
    await newsroom.gone(killed, "killed")
    version = (await newsroom.edge.article(updated)).json()["version"] + 1
    await newsroom.publish(article(updated, version=version, headline=f"The barque under its flag {version}"))
    return await when_quiet(newsroom.edge, corpus.paths)


def refills(newsroom: Newsroom) -> list[int]:
    """How many records publishing has put back, each time that it did."""
    lines = (newsroom.settings.state_dir / "log" / "publishing.log").read_text().splitlines()
    return [json.loads(line)["records"] for line in lines if '"refilled"' in line]


async def all_records(newsroom: Newsroom) -> int:
    """How many records a whole refill puts back."""
    return sum([len(await newsroom.log.records(topic)) for topic in (ENRICHED, RELATED)])


async def copy_of(newsroom: Newsroom) -> dict[bytes, bytes]:
    """All of Redis."""
    return {key: await newsroom.redis.dump(key) async for key in newsroom.redis.scan_iter(count=1000)}


async def put_back(newsroom: Newsroom, copy: dict[bytes, bytes]) -> None:
    """Redis as it was when it was copied, in one step."""
    async with newsroom.redis.pipeline(transaction=True) as pipe:
        pipe.flushall()
        for key, value in copy.items():
            pipe.restore(key, 0, value)
        await pipe.execute()


async def test_redis_away(newsroom: Newsroom, corpus: Corpus) -> None:
    """Redis killed: 503 while it is away, and what it had is there when it is back."""
    before = await when_quiet(newsroom.edge, corpus.paths)
    newsroom.stack.kill("redis")
    await asyncio.gather(refilled(newsroom, before, watched(corpus)), newsroom.stack.ready("redis"))
