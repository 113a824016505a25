"""Fixtures for tests on the running stack."""

from collections.abc import AsyncIterator

import pytest

from tests.support.newsroom import Newsroom


@pytest.fixture(autouse=True)
async def _leaves_it_healthy(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """A test may kill and flush what it likes; the next one finds everything ready."""
    yield
    if "newsroom" in request.fixturenames:
        newsroom: Newsroom = request.getfixturevalue("newsroom")
        await newsroom.everything_ready()
