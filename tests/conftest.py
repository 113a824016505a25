"""Fixtures for all tests."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.newsroom import Newsroom

pytest.register_assert_rewrite("tests.support")


@pytest.fixture(scope="session")
async def newsroom(tmp_path_factory: pytest.TempPathFactory) -> "AsyncIterator[Newsroom]":
    """The whole stack, started once for all tests that want it."""
    from tests.support.running import running_newsroom  # by those alone who want a stack: it brings all the clients

    async with running_newsroom(tmp_path_factory.mktemp("masthead")) as found:
        yield found
