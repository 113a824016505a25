"""Fixtures for tests on the running stack, and on a Redis alone."""

from collections.abc import AsyncIterator

import pytest

from infra.native import Progress
from infra.native.programs import find_redis
from tests.support.newsroom import Newsroom
from tests.support.redis_server import RedisServer


@pytest.fixture(autouse=True)
async def _leaves_it_healthy(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """A test may kill and flush what it likes; the next one finds everything ready."""
    yield
    if "newsroom" in request.fixturenames:
        newsroom: Newsroom = request.getfixturevalue("newsroom")
        await newsroom.everything_ready()


@pytest.fixture(scope="session")
async def redis_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RedisServer]:
    """A Redis of its own, for tests of what lies in it."""
    made = RedisServer(find_redis(Progress(None)).path, tmp_path_factory.mktemp("redis"))
    made.start()
    await made.answers()
    yield made
    await made.redis.aclose()
    made.stop()
