import re

import httpx
import jsonschema
import pytest
from edge_world import World

from shared import redis_keys as keys
from shared.identity import public_id
from shared.order import Phase


async def walk(edge: httpx.AsyncClient, limit: int) -> list[list[str]]:
    parts: list[list[str]] = []
    cursor = ""
    while len(parts) < 400:
        answer = (await edge.get(f"/v1/editions/north/latest?limit={limit}{cursor}")).json()
        parts.append([item["uri"] for item in answer["items"]])
        if answer["next"] is None:
            return parts
        cursor = f"&cursor={answer['next']}"
    raise AssertionError("the list does not end")


async def test_an_article_by_id_and_by_uri(world: World, edge: httpx.AsyncClient) -> None:
    one = world.add("urn:a", ["north", "south"], media=["m" * 16])
    by_id, by_uri = await edge.get(f"/v1/articles/{one}"), await edge.get("/v1/articles", params={"uri": "urn:a"})
    assert by_id.json() == {"id": one, "uri": "urn:a", "media": [{"id": "m" * 16}]}
    assert by_uri.content == by_id.content
    assert by_uri.headers == by_id.headers
    assert by_id.headers["content-type"] == "application/json"
    assert by_id.headers["surrogate-key"] == f"article-{one} article-{'m' * 16} edition-north edition-south"
    assert (await edge.get(f"/v1/articles/{one}", headers={"if-none-match": by_id.headers["etag"]})).status_code == 304


async def test_related_loses_the_killed(world: World, edge: httpx.AsyncClient) -> None:
    ids = [public_id("urn:b"), public_id("urn:c")]
    one = world.add("urn:a", related=ids)
    world.kill(ids[0])
    answer = await edge.get(f"/v1/articles/{one}/related")
    assert answer.json() == {"articleId": one, "items": [{"id": ids[1], "score": 0.5}]}
    assert answer.headers["surrogate-key"] == f"article-{one} article-{ids[1]}"


async def test_related_is_empty_until_it_arrives(world: World, edge: httpx.AsyncClient) -> None:
    one = world.add("urn:a")
    answer = await edge.get(f"/v1/articles/{one}/related")
    assert (answer.status_code, answer.json()) == (200, {"articleId": one, "items": []})


@pytest.mark.parametrize("suffix", ["", "/related"])
async def test_problems_say_what_became_of_an_article(world: World, edge: httpx.AsyncClient, suffix: str) -> None:
    for phase in (Phase.WITHHELD, Phase.EXPIRED):
        one = world.add(f"urn:{phase}", phase=phase)
        answer = await edge.get(f"/v1/articles/{one}{suffix}")
        assert (answer.status_code, answer.json()["reason"]) == (410, phase.value)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["surrogate-key"] == f"article-{one}"
    one = world.add("urn:killed")
    world.redis.strings[keys.kill_mark(one)] = b"1"
    answer = await edge.get(f"/v1/articles/{one}{suffix}", headers={"if-none-match": "*"})
    assert (answer.status_code, answer.json()["reason"]) == (410, "killed")
    for unknown in ("a" * 16, "A", "%00", "a" * 30000):
        answer = await edge.get(f"/v1/articles/{unknown}{suffix}")
        assert (answer.status_code, answer.json()["status"]) == (404, 404)
    later = world.add("urn:later", not_before="2026-11-20T12:00:00.000001Z")
    assert (await edge.get(f"/v1/articles/{later}{suffix}")).status_code == 404


async def test_all_that_is_wrong_with_a_request_is_said(world: World, edge: httpx.AsyncClient) -> None:
    answer = await edge.get("/v1/editions/north/latest?limit=101&cursor=zz")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == ["limit", "cursor"]
    assert "not the `next` of an answer" in answer.json()["detail"]
    for path in ("/v1/articles", "/v1/articles?uri="):
        assert (await edge.get(path)).json()["errors"][0]["field"] == "uri"
    for limit in ("0", "-1", "x", "1.5", ""):
        assert (await edge.get(f"/v1/editions/north/latest?limit={limit}")).status_code == 400


async def test_a_list_in_parts_is_the_list(world: World, edge: httpx.AsyncClient) -> None:
    for number in range(7):
        world.add(f"urn:{number}")  # all of one time
    whole = (await walk(edge, 100))[0]
    assert len(whole) == 7
    for limit in (1, 2, 3, 6, 7):
        parts = await walk(edge, limit)
        assert [uri for part in parts for uri in part] == whole
        assert all(len(part) == limit for part in parts[:-1])
        assert parts[-1]


async def test_inserts_do_not_shift_a_list(world: World, edge: httpx.AsyncClient) -> None:
    for number in range(6):
        world.add(f"urn:{number}", published=f"2026-11-20T08:00:0{number}.000000Z")
    first = (await edge.get("/v1/editions/north/latest?limit=2")).json()
    world.add("urn:newest", published="2026-11-20T09:00:00.000000Z")
    second = await edge.get(f"/v1/editions/north/latest?limit=2&cursor={first['next']}")
    assert [item["uri"] for item in second.json()["items"]] == ["urn:3", "urn:2"]
    assert f"cursor={second.json()['next']}" in second.headers["link"]
    assert 'rel="next"' in second.headers["link"]
    assert second.headers["surrogate-key"].endswith("edition-north front-north")


async def test_a_list_skips_what_may_not_be_seen(world: World, edge: httpx.AsyncClient) -> None:
    for number in range(300):
        hidden = 10 <= number < 290
        published = f"2026-11-19T08:00:00.{number:06d}Z"
        world.add(f"urn:{number}", published=published, not_after="2026-11-20T12:00:00.000000Z" if hidden else None)
    world.kill(public_id("urn:5"))
    shown = [uri for part in await walk(edge, 4) for uri in part]
    assert shown == [f"urn:{number}" for number in [*range(299, 289, -1), 9, 8, 7, 6, 4, 3, 2, 1, 0]]


async def test_editions(world: World, edge: httpx.AsyncClient) -> None:
    world.add("urn:a", ["north"])
    answer = (await edge.get("/v1/editions")).json()
    assert answer["next"] is None
    assert [(item["slug"], item["articles"], item["url"]) for item in answer["items"]] == [
        ("north", 1, "/north/"),
        ("south", 0, "/south/"),
    ]
    assert answer["items"][0] == {
        "slug": "north",
        "name": "The North",
        "tagline": "",
        "locale": "en",
        "timeZone": "Asia/Hong_Kong",
        "direction": "ltr",
        "sections": [{"slug": "news", "name": "News"}, {"slug": "sport", "name": "Sport"}],
        "url": "/north/",
        "articles": 1,
    }
    for unknown in ("none", "%00", "N"):
        assert (await edge.get(f"/v1/editions/{unknown}/latest")).status_code == 404


async def test_probes(world: World, edge: httpx.AsyncClient) -> None:
    ready = await edge.get("/readyz")
    assert ready.json() == {"status": "ready", "build": "b1", "editions": {"north": 0, "south": 0}}
    before = world.redis.trips
    assert (await edge.get("/healthz")).json() == {"status": "alive"}
    assert world.redis.trips == before


async def test_methods(world: World, edge: httpx.AsyncClient) -> None:
    for path, kind in (("/north/", "text/html; charset=utf-8"), ("/v1/editions", "application/problem+json")):
        answer = await edge.post(path)
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
        assert answer.headers["content-type"] == kind
    for path in ("/v1/nothing", "/v1", "/v1/", "/v1/editions/"):
        unknown = await edge.get(path)
        assert (unknown.status_code, unknown.headers["content-type"]) == (404, "application/problem+json")


async def test_scripts_of_other_origins_may_read(world: World, edge: httpx.AsyncClient) -> None:
    answer = await edge.get("/v1/editions", headers={"origin": "https://app.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "ETag" in answer.headers["access-control-expose-headers"]
    asked = {"origin": "https://app.example", "access-control-request-method": "GET"}
    preflight = await edge.options("/v1/editions", headers={**asked, "access-control-request-headers": "if-none-match"})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert preflight.headers["access-control-allow-headers"] == "if-none-match"


async def test_the_description_says_what_is_answered(world: World, edge: httpx.AsyncClient) -> None:
    described = (await edge.get("/openapi.json")).json()
    assert set(described["paths"]) == {
        "/v1/articles",
        "/v1/articles/{article_id}",
        "/v1/articles/{article_id}/related",
        "/v1/editions",
        "/v1/editions/{edition}/latest",
        "/v1/kills/{killed_id}",
        "/buildz",
        "/healthz",
        "/readyz",
    }
    for path, methods in described["paths"].items():
        assert set(methods) == {"get"}
        assert "422" not in methods["get"]["responses"], path
    latest = described["paths"]["/v1/editions/{edition}/latest"]["get"]
    assert list(latest["responses"]["400"]["content"]) == ["application/problem+json"]
    assert {parameter["name"] for parameter in latest["parameters"]} == {"edition", "limit", "cursor"}
    world.add("urn:a")
    for path, name in (("/v1/editions/north/latest", "Latest"), ("/v1/editions", "Editions")):
        answer = (await edge.get(path)).json()
        jsonschema.validate(answer, {**described, "$ref": f"#/components/schemas/{name}"})
        items = described["components"]["schemas"][name]["properties"]["items"]["items"]["$ref"].rpartition("/")[2]
        assert set(answer["items"][0]) == set(described["components"]["schemas"][items]["properties"]), name
    docs = await edge.get("/docs")
    assert docs.status_code == 200
    named = re.findall(r'(?:src|href)="([^"]+)"', docs.text)
    assert named
    for address in named:  # nothing from elsewhere
        assert (await edge.get(address)).status_code == 200, address
