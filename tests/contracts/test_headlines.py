"""A headline is the same text wherever it stands: on pages, in feeds, in the news sitemap and in the API."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from lxml import html
from schemas import NEWS, check_json_feed, check_rss, check_sitemap

from services.enrichment.enrich import enrich
from services.ingest.accept import accept
from shared.editions import load_editions
from shared.kafka_log import Record
from shared.messages import Article
from shared.settings import Settings
from tests.support.sample_newsroom import NOW, SITE, app_over

EDITIONS = load_editions(Settings().editions)
HOME = EDITIONS["port-ellery"]
HEADLINES = [
    "Salt & vinegar: \"never\", says 'Jerry'",
    "5 < 6 > 4, and <b>bold</b> <script>alert(1)</script> </title></script> <!-- not a remark --> ]]>",
    "&amp; &lt;i&gt; &#39; &quot; written as they are: &nbsp; &bogus;",
    "🦊 夜渡保住一年 “فقط” — a fox’s … \\u0026 \\n %3C {{ braces }} {% here %}",
    "e\u0301\u200d\u00a0\U0010fffd \u0085nel",
]
URIS = [f"tag:newsroom.example,2026:headline/{number}" for number in range(len(HEADLINES))]


def sent(uri: str, headline: str) -> bytes:
    """An article with this headline, as a producer sends it."""
    article = {
        "uri": uri,
        "versionCreated": NOW.isoformat(),
        "headlines": [{"role": "main", "contentType": "text/plain", "value": headline}],
        "bodies": [{"contentType": "text/html", "value": "<p>Words.</p>"}],
        "editions": [HOME.slug],
    }
    return json.dumps(article).encode()


@pytest.fixture(scope="module")
def app() -> Any:
    versions = []
    for uri, headline in zip(URIS, HEADLINES, strict=True):
        accepted = accept(Record("articles.ingest", 0, 0, 0, None, sent(uri, headline)), EDITIONS, ())
        assert isinstance(accepted, Article)
        versions.append(enrich(accepted))
    return app_over(versions, set())


def on_the_page(document: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Every place of an article's page that holds its headline."""
    yield "title", document.findtext(".//title", "").removesuffix(f" · {HOME.name}")
    yield "h1", document.find(".//h1").text_content()
    yield "og:title", str(document.find(".//meta[@property='og:title']").get("content"))
    yield "JSON-LD", json.loads(document.findtext(".//script[@type='application/ld+json']", ""))["headline"]


async def places(client: httpx.AsyncClient, uri: str) -> dict[str, str]:
    """The headline of an article by the name of each place where it stands."""
    article = (await client.get("/v1/articles", params={"uri": uri})).json()
    page, front = [(await client.get(path)).text for path in (article["url"], f"/{HOME.slug}/")]
    link = f"//a[@href='{article['url']}']"
    news = check_sitemap((await client.get(f"/{HOME.slug}/news-sitemap.xml")).content)
    rss = check_rss((await client.get(f"/{HOME.slug}/rss.xml")).content)
    feed = check_json_feed((await client.get(f"/{HOME.slug}/feed.json")).content)
    listed = (await client.get(f"/v1/editions/{HOME.slug}/latest")).json()["items"]
    (url,) = (url for url in news if url[0].text == f"{SITE}{article['url']}")
    (item,) = (item for item in rss.iter("item") if item.findtext("guid") == uri)
    return {
        **dict(on_the_page(html.fromstring(page))),
        "front": html.fromstring(front).xpath(link)[0].text_content(),
        "API": article["headline"],
        "API list": next(item["headline"] for item in listed if item["uri"] == uri),
        "JSON Feed": next(item["title"] for item in feed["items"] if item["id"] == uri),
        "RSS": item.findtext("title", ""),
        "news sitemap": url.findtext(f".//{{{NEWS}}}title", ""),
    }


@pytest.mark.parametrize("number", range(len(HEADLINES)))
async def test_a_headline_reads_the_same_everywhere(app: Any, number: int) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=SITE) as client:
        found = await places(client, URIS[number])
    wanted = " ".join(HEADLINES[number].split())
    assert len(found) == 10
    assert found == dict.fromkeys(found, wanted)
