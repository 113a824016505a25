"""The edge over a small network in a Redis of dictionaries."""

from collections.abc import AsyncIterator

import httpx
import pytest
from edge_world import World

from services.edge.app import build
from services.edge.settings import EdgeSettings
from tests.support.fake_redis import FakeRedis


@pytest.fixture
def world() -> World:
    made = World(FakeRedis())
    made.write_shell()
    return made


@pytest.fixture
async def edge(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the edge over the world; its clock is the world's."""
    app = build(EdgeSettings(edge_redis_timeout=0.05), world.redis.run, lambda: world.now)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://edge", headers={"accept-encoding": ""}
    ) as client:
        yield client
