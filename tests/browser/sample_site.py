"""The sample newsroom's pages, served to a browser without a stack."""

import re
from datetime import date
from pathlib import Path

from playwright.async_api import Browser, Page, Route

import shared
from services.edge.answers import CONTENT_POLICY
from services.edge.ranges import asked_part
from services.enrichment.enrich import enrich
from services.ingest.accept import accept
from services.publishing import assets
from services.publishing.dates import date_line
from services.publishing.render import Renderer
from shared.editions import load_editions
from shared.kafka_log import Record
from shared.messages import Article
from shared.settings import Settings

SITE = "https://masthead.test"
SAMPLES = Path(shared.__file__).with_name("samples")


def rendered_site() -> dict[str, str]:
    """Every page of the samples by its path, the articles under `/{edition}/{slug}`, joined as the edge joins them."""
    editions = load_editions(Settings().editions)
    renderer = Renderer(editions)
    records = [Record("articles.ingest", 0, 0, 0, None, file.read_bytes()) for file in sorted(SAMPLES.glob("*.json"))]
    accepted = [accept(record, editions, ()) for record in records]
    versions = [enrich(article) for article in accepted if isinstance(article, Article)]
    pages: dict[str, str] = {}
    for edition in editions.values():
        shell = renderer.shell(edition)
        top = shell["top"] + date_line(edition, date(2026, 11, 19)) + shell["rest"]
        cards = ""
        for version in versions:
            if edition.slug in version.editions:
                parts = renderer.article(version, edition)
                pages[f"/{edition.slug}/{version.slug}"] = parts["head"] + top + parts["article"] + shell["foot"]
                cards += parts["card"]
        front = shell["front_head"] + top + shell["front_open"] + cards + shell["front_close"]
        pages[f"/{edition.slug}/"] = front + shell["foot"]
    return pages


async def open_page(
    browser: Browser,
    site: dict[str, str],
    path: str,
    *,
    width: int = 390,
    script: bool = True,
    complaints: list[str] | None = None,
) -> Page:
    """The page at `path` in a window of its own. What its console and its scripts say is put in `complaints`."""
    context = await browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
    page = await context.new_page()
    if complaints is not None:
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
    files = assets.load(load_editions(Settings().editions))

    async def serve(route: Route) -> None:
        asked = re.sub(r"[?#].*", "", route.request.url.removeprefix(SITE))
        if asked in site:
            policy = {"Content-Security-Policy": CONTENT_POLICY}
            await route.fulfill(body=site[asked], content_type="text/html; charset=utf-8", headers=policy)
        elif asset := files.get(asked.removeprefix("/assets/")):
            part = asked_part(route.request.headers.get("range"), len(asset.content)) or range(len(asset.content))
            sent = {
                "Accept-Ranges": "bytes",
                "Content-Range": f"bytes {part.start}-{part.stop - 1}/{len(asset.content)}",
            }
            body, status = asset.content[part.start : part.stop], 206 if "range" in route.request.headers else 200
            await route.fulfill(status=status, body=body, content_type=asset.content_type, headers=sent)
        else:
            await route.fulfill(status=404)

    await context.route("**/*", serve)
    await page.goto(SITE + path)
    return page
