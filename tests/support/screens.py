"""Takes the pictures of the README: `python -m tests.support.screens FOLDER`, with MASTHEAD_CHROMIUM set.

Pages come from the sample newsroom in memory. Text files in the folder named `*.ansi` (a terminal's output with its
colours) become pictures of a terminal.
"""

import asyncio
import base64
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path

import httpx
from playwright.async_api import Browser, Page, Route, async_playwright
from rich.console import Console
from rich.text import Text

from tests.support.sample_newsroom import SITE, sample_app

DESK, PHONE = (1280, 900), (390, 844)
PAGES = {
    "front-en": (DESK, "/port-ellery/"),
    "front-zh": (DESK, "/chiuwan/"),
    "front-ar": (DESK, "/marsa-noor/"),
    "phone-en": (PHONE, "/port-ellery/"),
    "phone-zh": (PHONE, "/chiuwan/"),
    "phone-ar": (PHONE, "/marsa-noor/"),
}
ARTICLE = "tag:newsroom.example,2026-11-19:ellery/night-ferry-saved"
SHRINK = """async ([data, width]) => {
    const image = await createImageBitmap(await (await fetch(data)).blob());
    const canvas = new OffscreenCanvas(width, Math.round(image.height * width / image.width));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({type: "image/webp", quality: 0.82})).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""
"""PNG as a data address, and a width in pixels, to base64 of a WebP."""


async def main(folder: Path, terminals: list[Path]) -> None:
    """Writes one WebP for each page, and beside each file of a terminal's output one of the terminal."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=os.environ["MASTHEAD_CHROMIUM"], args=["--no-sandbox", "--disable-gpu"]
        )
        transport = httpx.ASGITransport(app=sample_app())
        async with httpx.AsyncClient(transport=transport, base_url=SITE) as edge:
            article = (await edge.get("/v1/articles", params={"uri": ARTICLE})).json()["url"]
            for name, (size, path) in {**PAGES, "article-en": (DESK, article)}.items():
                async with _window(browser, *size, edge) as page:
                    await page.goto(SITE + path, wait_until="networkidle")
                    await _save(page, folder / f"{name}.webp", size[0])
        for file in terminals:
            async with _window(browser, 1100, 700) as page:
                await page.set_content(_terminal(await asyncio.to_thread(file.read_text, "utf-8")))
                await _save(page, file.with_suffix(".webp"), 1100, "svg")
        await browser.close()


@asynccontextmanager
async def _window(
    browser: Browser, width: int, height: int, edge: httpx.AsyncClient | None = None
) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=2)

    async def serve(route: Route) -> None:
        if edge is None:
            await route.abort()
            return
        answer = await edge.get(route.request.url, headers={"accept-encoding": "identity"})
        await route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.content)

    await context.route("http*://**/*", serve)
    yield await context.new_page()
    await context.close()


async def _save(page: Page, file: Path, width: int, part: str | None = None) -> None:
    shot = await (page.locator(part).screenshot() if part else page.screenshot())
    data = "data:image/png;base64," + base64.b64encode(shot).decode()
    await page.goto("about:blank")
    picture = base64.b64decode(await page.evaluate(SHRINK, [data, width]))
    await asyncio.to_thread(file.write_bytes, picture)


def _terminal(output: str) -> str:
    """An SVG of what a terminal shows, without the fonts from elsewhere that rich names in it."""
    text = Text.from_ansi(output)
    console = Console(
        record=True, width=max(map(len, text.plain.splitlines())) + 1, file=StringIO(), force_terminal=True
    )
    console.print(text)
    svg = console.export_svg(title="masthead")
    start, end = svg.index("@font-face"), svg.rindex("}", 0, svg.index(".terminal-") + 1)
    return svg[:start] + svg[end + 1 :].replace("Fira Code", "DejaVu Sans Mono")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sorted(Path(sys.argv[1]).glob("*.ansi"))))
