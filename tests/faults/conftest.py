"""A stack of these tests' own: they compare all that it holds with all that was pushed."""

from collections.abc import AsyncIterator

import pytest

from tests.support.newsroom import Newsroom
from tests.support.running import running_newsroom


@pytest.fixture(scope="module")
async def hurt_newsroom(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Newsroom]:
    """A stack that may be hurt."""
    async with running_newsroom(tmp_path_factory.mktemp("faults"), by_wire=True, edge_patience=None) as found:
        yield found
