"""What holds for every page, at both widths and in both colour schemes: usable by all, still, narrow, light, silent."""

import asyncio
import re

import pytest
from accessibility import OF_COLOURS, violations
from playwright.async_api import Browser
from sample_site import KINDS, STATUS, SampleSite
from windows import DESK, PHONE, opened

LOOK = """async () => {
    let shift = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => { shift += entry.value; }))
        .observe({type: "layout-shift", buffered: true});
    const frame = () => new Promise(requestAnimationFrame);
    for (let y = 0; y < document.body.scrollHeight; y += 800) { scrollTo(0, y); await frame(); }
    const seen = [...document.images].filter((image) => image.checkVisibility());
    await Promise.allSettled(seen.map((image) => image.decode()));
    scrollTo(0, 0);
    await frame(); await frame();
    return {
        shift,
        wide: document.documentElement.scrollWidth,
        broken: seen.filter((image) => !image.naturalWidth).map((image) => image.currentSrc),
        unstyled: [...document.querySelectorAll("link[rel=stylesheet]")].filter((link) => !link.sheet).length,
    };
}"""


def of_kind(site: SampleSite, kind: str) -> list[str]:
    """The pages of a kind in every edition; the network has one."""
    return list(dict.fromkeys(pages[kind] for pages in site.pages.values()))


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_page_is_usable_by_all_and_stands_still(
    browser: Browser, site: SampleSite, kind: str, width: int
) -> None:
    async def check(path: str) -> None:
        async with opened(browser, site, width=width) as window:
            page = await window.open(path)
            found = await page.evaluate(LOOK)
            assert found == {"shift": 0, "wide": width, "broken": [], "unstyled": 0}, path
            assert await violations(page) == [], path
            await page.emulate_media(color_scheme="dark")
            assert await violations(page, OF_COLOURS) == [], path
            assert window.strays == [], path
            status = STATUS.get(kind)
            assert [text for text in window.complaints if not (status and f"status of {status}" in text)] == [], path

    async with asyncio.TaskGroup() as editions:
        for path in of_kind(site, kind):
            editions.create_task(check(path))


@pytest.mark.parametrize("kind", KINDS)
async def test_a_page_weighs_less_than_a_hundred_kilobytes(site: SampleSite, kind: str) -> None:
    for path in of_kind(site, kind):
        page = await site.get(path)
        assert page.status_code == STATUS.get(kind, 200), path
        assert page.headers["content-encoding"] == "gzip"
        linked = re.findall(r'<link rel="stylesheet" href="([^"]+)"|<script src="([^"]+)"', page.text)
        files = [await site.get(style or script) for style, script in linked]
        assert [file.status_code for file in files] == [200] * len(linked)
        assert len(linked) >= 2
        assert page.num_bytes_downloaded + sum(file.num_bytes_downloaded for file in files) < 100_000, path
