"""Redis is never the truth: what it loses comes back from the log, the same to the byte, kills first."""

import asyncio

import pytest

from shared import redis_keys
from shared.identity import public_id
from tests.support.articles import canceled
from tests.support.corpus import Corpus, publish_corpus
from tests.support.newsroom import Newsroom
from tests.support.served import Served, days, differences, served, when_quiet
from tests.support.waiting import eventually

REFILL = 60.0


@pytest.fixture(scope="module")
async def corpus(newsroom: Newsroom) -> Corpus:
    """Articles in every state."""
    return await publish_corpus(newsroom)


async def refilled(newsroom: Newsroom, before: dict[str, Served]) -> int:
    """Waits until everything is as it was; gives how many answers were 503 on the way. Every other one must be as it
    was: never 404, never an article that is gone."""
    unavailable = 0

    async def check() -> None:
        nonlocal unavailable
        today = days()
        now = await served(newsroom.edge, before)
        unavailable += sum(answer.status == 503 for answer in now.values())
        wrong = [path for path in differences(before, now) if not path.endswith("then 503")]
        if today == days():
            assert_never(wrong)
        assert differences(before, now) == []

    await eventually(check, within=REFILL)
    return unavailable


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
    assert await refilled(newsroom, before) > 0


async def test_flushed_under_an_update(newsroom: Newsroom, corpus: Corpus) -> None:
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

    async def as_before() -> None:
        assert differences(before, await served(newsroom.edge, before)) == []

    await eventually(as_before, within=REFILL)


async def test_an_old_copy_of_redis(newsroom: Newsroom, corpus: Corpus) -> None:
    """A copy from before a kill, put back: noticed by its applied offsets, and the kill holds."""
    uri = corpus.live[4]
    copy = {key: await newsroom.redis.dump(key) async for key in newsroom.redis.scan_iter(count=1000)}
    await newsroom.push(canceled(uri))
    await newsroom.gone(uri, "killed")
    before = await when_quiet(newsroom.edge, [path for path in corpus.paths if public_id(uri) in path])
    async with newsroom.redis.pipeline(transaction=True) as pipe:
        pipe.flushall()
        for key, value in copy.items():
            pipe.restore(key, 0, value)
        await pipe.execute()

    async def killed_again() -> None:
        assert differences(before, await served(newsroom.edge, before)) == []

    await eventually(killed_again, within=REFILL)


async def test_redis_away(newsroom: Newsroom, corpus: Corpus) -> None:
    """Redis killed: 503 while it is away, and what it had is there when it is back."""
    before = await when_quiet(newsroom.edge, corpus.paths)
    newsroom.stack.kill("redis")
    await asyncio.gather(refilled(newsroom, before), newsroom.stack.ready("redis"))
