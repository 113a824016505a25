"""While nothing true can be said: 503, never 404, 500 or a hang."""

from typing import Any

import httpx
import pytest
from edge_world import World

from services.edge.app import build
from services.edge.settings import EdgeSettings
from shared import redis_keys as keys

PATHS = ["/", "/north", "/north/", "/nothing/at/all", "/north/articles/slug-aaaaaaaaaaaaaaaa", "/assets/page.css"]
PATHS += ["/north/news", "/north/news/", "/editions"]
API_PATHS = ["/v1/editions", "/v1/articles/aaaaaaaaaaaaaaaa", "/v1/articles/aaaaaaaaaaaaaaaa/related", "/readyz"]
API_PATHS += ["/v1/editions/north/latest", "/v1/articles?uri=urn:a"]


def no_build(world: World) -> None:
    del world.redis.strings[keys.LIVE]


def away(world: World) -> None:
    world.redis.away = True


def hangs(world: World) -> None:
    world.redis.hangs = True


def never_made(world: World) -> None:
    world.redis.drop("b1")


@pytest.mark.parametrize("trouble", [no_build, away, hangs, never_made])
@pytest.mark.parametrize("path", PATHS + API_PATHS)
async def test_trouble_with_redis_is_503(world: World, edge: httpx.AsyncClient, path: str, trouble: Any) -> None:
    trouble(world)
    answer = await edge.get(path, headers={"if-none-match": "*"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert answer.headers["cache-control"] == "no-store"
    kind = "application/problem+json" if path in API_PATHS else "text/html; charset=utf-8"
    assert answer.headers["content-type"] == kind


async def test_the_process_is_alive_without_redis(world: World, edge: httpx.AsyncClient) -> None:
    away(world)
    assert (await edge.get("/healthz")).status_code == 200


def switch(world: World, to: str) -> None:
    """A new build with the same network goes live, and the old one is dropped, as publishing does."""
    old, world.build = world.build, to
    world.write_shell()
    world.redis.drop(old)


async def test_a_switch_between_reads_loses_no_article(world: World, edge: httpx.AsyncClient) -> None:
    """Before each round trip in turn: the page is whole, and of one build."""
    for trip in range(6):
        one = world.add("urn:a", related=[])
        old, new = world.build, f"b{trip + 2}"

        def switched(new: str = new) -> None:
            switch(world, new)
            world.add("urn:a", text=new)

        pages = (f"/north/articles/slug-{one}", "/north/", "/north/news/")
        for path in (*pages, f"/v1/articles/{one}", "/v1/editions/north/latest"):
            old = world.build
            new = f"{old}x"
            world.redis.steps = [*([lambda: None] * trip), lambda new=new: switched(new)]  # type: ignore[misc]
            answer = await edge.get(path)
            world.redis.steps = []
            assert answer.status_code == 200, (trip, path)
            if "articles/slug" in path:
                assert (f"<article urn:a {new}>" in answer.text) or ("<article urn:a" in answer.text)
            if path.endswith("latest"):
                assert len(answer.json()["items"]) == 1
            if path in ("/north/", "/north/news/"):
                assert "<card urn:a>" in answer.text


async def test_a_flush_in_the_middle_is_503_not_404(world: World, edge: httpx.AsyncClient) -> None:
    one = world.add("urn:a")

    def flush() -> None:
        world.redis.strings.clear()
        world.redis.hashes.clear()
        world.redis.orders.clear()

    for path in (f"/north/articles/slug-{one}", f"/v1/articles/{one}"):
        world.write_shell()
        world.redis.steps = [lambda: None, flush]
        assert (await edge.get(path)).status_code == 503


async def test_an_article_that_is_not_rendered_for_its_edition_is_503(world: World, edge: httpx.AsyncClient) -> None:
    one = world.add("urn:a")
    del world.redis.hashes[keys.entry("b1", one)]["article/page:north"]
    assert (await edge.get(f"/north/articles/slug-{one}")).status_code == 503


async def test_a_defect_is_500_without_its_inside(world: World, edge: httpx.AsyncClient) -> None:
    one = world.add("urn:a")
    world.redis.hashes[keys.entry("b1", one)]["article/entry"] = b"not JSON"
    for path in (f"/north/articles/slug-{one}", f"/v1/articles/{one}"):
        answer = await edge.get(path)
        assert answer.status_code == 500
        assert "JSON" not in answer.text
        assert answer.headers["access-control-allow-origin"] == "*"
        assert (await edge.head(path)).status_code == 500


async def test_origins_can_be_named(world: World) -> None:
    settings = EdgeSettings(cors_origins=("https://app.example",))
    transport = httpx.ASGITransport(app=build(settings, world.redis.run))
    async with httpx.AsyncClient(transport=transport, base_url="http://edge") as edge:
        known = await edge.get("/v1/editions", headers={"origin": "https://app.example"})
        other = await edge.get("/v1/editions", headers={"origin": "https://other.example"})
    assert known.headers["access-control-allow-origin"] == "https://app.example"
    assert "access-control-allow-origin" not in other.headers
    assert "Origin" in known.headers["vary"]
    assert "Origin" in other.headers["vary"]
