"""A page that comes in pieces, as over a slow line or from a busy machine: what has been seen stays where it is."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser
from sample_site import SampleSite
from windows import DESK, PHONE

KINDS = ("front", "section", "translated")
PIECES = re.compile(rb"(?<=>)(?=<(?:a|article|div|figure|footer|h[123]|header|img|li|main|nav|p|section|time|ul)\b)")
PAUSE = 0.04
"""Seconds between two pieces, enough for a frame of each of three windows."""
MOVED = """async () => {
    const moved = [];
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
            moved.push(...entry.sources.map(({node}) => node?.outerHTML ?? node?.textContent));
        }
    }).observe({type: "layout-shift", buffered: true});
    const frame = () => new Promise(requestAnimationFrame);
    await frame(); await frame();
    return moved;
}"""


@pytest.fixture
async def slow(site: SampleSite) -> AsyncIterator[str]:
    """The address of the sample newsroom behind a line on which pages come in pieces."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
        found = await site.get(path, {"accept-encoding": "identity"})
        kind = found.headers["content-type"]
        writer.write(f"HTTP/1.1 {found.status_code} -\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n".encode())
        for piece in PIECES.split(found.content) if kind.startswith("text/html") else [found.content]:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(PAUSE)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield "http://127.0.0.1:{1}".format(*server.sockets[0].getsockname())


@pytest.mark.parametrize("width", [PHONE, DESK])
async def test_nothing_moves_while_a_page_comes(browser: Browser, site: SampleSite, slow: str, width: int) -> None:
    async def check(path: str) -> None:
        context = await browser.new_context(viewport={"width": width, "height": 900}, base_url=slow)
        page = await context.new_page()
        await page.goto(path)
        assert await page.evaluate(MOVED) == [], path
        await context.close()

    for kind in KINDS:
        async with asyncio.TaskGroup() as editions:
            for pages in site.pages.values():
                editions.create_task(check(pages[kind]))
