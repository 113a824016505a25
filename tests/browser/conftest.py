"""A headless Chromium, and what it is shown."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright
from sample_site import SampleSite

from tests.support.sample_newsroom import sample_app


@pytest.fixture(scope="session")
async def site() -> AsyncIterator[SampleSite]:
    """The sample newsroom."""
    found = SampleSite(sample_app())
    yield found
    await found.close()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium: the one named by MASTHEAD_CHROMIUM, else one on the PATH."""
    names = (os.environ.get("MASTHEAD_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("no Chromium: set MASTHEAD_CHROMIUM, or run make test, which finds or installs one")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield chromium
        await chromium.close()
