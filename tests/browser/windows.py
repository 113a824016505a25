"""Windows of the browser in which the sample newsroom is looked at."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import Browser, Page, Route
from sample_site import SampleSite

from tests.support.sample_newsroom import SITE

PHONE, DESK = 390, 1280
"""Widths in CSS pixels."""
_OF_THE_WIRE = ("content-encoding", "content-length")


@dataclass
class Window:
    """`complaints` are what console and scripts said since the last `open`; `strays` what was asked for elsewhere."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)

    async def open(self, path: str) -> Page:
        """The page at `path`, with all that it loads at once."""
        self.complaints.clear()
        self.strays.clear()
        await self.page.goto(path)
        return self.page


@asynccontextmanager
async def opened(
    browser: Browser, site: SampleSite, *, width: int = PHONE, dark: bool = False, script: bool = True
) -> AsyncIterator[Window]:
    """A window with a cache of its own, closed when the block ends."""
    context = await browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
        base_url=SITE,
    )
    window = Window(await context.new_page())
    window.page.on("console", lambda message: window.complaints.append(message.text))
    window.page.on("pageerror", lambda error: window.complaints.append(str(error)))

    async def serve(route: Route) -> None:
        asked = urlsplit(route.request.url)
        if f"{asked.scheme}://{asked.netloc}" != SITE:
            window.strays.append(route.request.url)
            await route.abort()
            return
        path = f"{asked.path}?{asked.query}" if asked.query else asked.path
        answer = await site.get(path, await route.request.all_headers())
        headers = {name: value for name, value in answer.headers.items() if name not in _OF_THE_WIRE}
        await route.fulfill(status=answer.status_code, headers=headers, body=answer.content)

    await context.route("**/*", serve)
    yield window
    await context.close()
