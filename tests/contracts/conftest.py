"""The sample newsroom behind the edge, for the contracts of what it serves."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.sample_newsroom import SITE, sample_app


@pytest.fixture(scope="session")
async def samples() -> AsyncIterator[httpx.AsyncClient]:
    """A client of the edge that serves all samples."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=sample_app()), base_url=SITE) as client:
        yield client
