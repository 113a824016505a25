"""Fixtures for all tests."""

import os
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.support.newsroom import Newsroom

pytest.register_assert_rewrite("tests.support")

settings.register_profile("masthead", deadline=None)  # no test asserts a time: the first example may load a library
settings.load_profile("masthead")

for _name in set(os.environ) - {"MASTHEAD_CHROMIUM", "MASTHEAD_CACHE"}:
    if _name.startswith("MASTHEAD_"):  # the settings of whoever runs the tests are not those of the tests
        del os.environ[_name]


@pytest.fixture(scope="session")
async def newsroom(tmp_path_factory: pytest.TempPathFactory) -> "AsyncIterator[Newsroom]":
    """The whole stack, started once for all tests that want it."""
    from tests.support.running import running_newsroom  # by those alone who want a stack: it brings all the clients

    async with running_newsroom(tmp_path_factory.mktemp("masthead")) as found:
        yield found
