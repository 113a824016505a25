"""Fixtures for tests on the running stack, and on a Redis alone."""

from collections.abc import AsyncIterator

import pytest

from tests.support.newsroom import Newsroom
from tests.support.redis_server import RedisServer, running_redis


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
    async with running_redis(tmp_path_factory.mktemp("redis")) as made:
        yield made
