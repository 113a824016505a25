"""The edge as a process on a real Redis, which is filled by publishing's own functions through the Lua scripts."""

import asyncio
import gzip
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from services.edge.front import LATEST, OF_SECTION, TOP
from services.publishing.publish import publication
from tests.support.edge_process import Edge
from tests.support.page import read_page
from tests.support.redis_server import EDITIONS, HOME, RENDERER, SECOND, RedisServer, put, relate, version


@pytest.fixture
async def network(redis_server: RedisServer) -> RedisServer:
    """The server, holding only a live build of forty articles."""
    await redis_server.redis.flushall()
    await redis_server.fill("b1", 40)
    return redis_server


@pytest.fixture(scope="module")
async def process(redis_server: RedisServer) -> AsyncIterator[Edge]:
    await redis_server.redis.flushall()  # a kill that it once hears of it never forgets
    edge = Edge(redis_server.port)
    await asyncio.to_thread(edge.wait_until_alive)
    yield edge
    edge.kill()


@pytest.fixture
async def client(process: Edge) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=process.address, headers={"accept-encoding": "identity"}) as made:
        yield made


async def raw(client: httpx.AsyncClient, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    async with client.stream("GET", path, headers=headers) as answer:
        return answer, b"".join([part async for part in answer.aiter_raw()])


async def test_what_publishing_wrote_is_what_is_served(network: RedisServer, client: httpx.AsyncClient) -> None:
    article, others = version(1), [version(2), version(3)]
    await relate(network.store("b1"), article, others)
    path = f"/{SECOND}/articles/{article.slug}-{article.id}"
    plain = (await client.get(path)).text
    parts = RENDERER.article(article, EDITIONS[SECOND])
    shell = RENDERER.shell(EDITIONS[SECOND])
    for part in (parts["head"], shell["top"], shell["rest"], parts["article"], "Story 2", "Story 3", shell["foot"]):
        assert part in plain
    answer, packed = await raw(client, path, **{"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed).decode() == plain
    for headers in ({"accept-encoding": "gzip"}, {"accept-encoding": "identity"}):
        got, _ = await raw(client, path, **headers)
        head = await client.head(path, headers=headers)
        assert {k: v for k, v in head.headers.items() if k != "date"} == {
            k: v for k, v in got.headers.items() if k != "date"
        }
    stored = json.loads(publication(article, article.origin, set(), RENDERER, EDITIONS).fields["article/json"])
    assert (await client.get("/v1/articles", params={"uri": article.uri})).json() == stored
    items = (await client.get(f"/v1/articles/{article.id}/related")).json()["items"]
    assert [item["id"] for item in items] == [other.id for other in others]


async def test_lists_in_parts(network: RedisServer, client: httpx.AsyncClient) -> None:
    whole = [item["id"] for item in (await client.get(f"/v1/editions/{HOME}/latest?limit=100")).json()["items"]]
    assert len(whole) == 40
    walked: list[str] = []
    cursor = ""
    while True:
        part = (await client.get(f"/v1/editions/{HOME}/latest?limit=7{cursor}")).json()
        walked += [item["id"] for item in part["items"]]
        if part["next"] is None:
            break
        cursor = f"&cursor={part['next']}"
    assert walked == whole
    sectioned, path = [], f"/{HOME}/news/"
    while path:
        page = read_page((await client.get(path)).text)
        sectioned += [i for link in page.links for i in whole if link.endswith(f"-{i}")]
        path = next((link for link in page.links if "?before=" in link), "")
    assert sectioned == whole
    front = (await client.get(f"/{HOME}/")).text
    assert [i for i in whole if i in front] == whole[: TOP + LATEST + OF_SECTION]


async def test_a_kill_holds_at_once(network: RedisServer, client: httpx.AsyncClient) -> None:
    victim, other = version(5), version(6)
    store = network.store("b1")
    await relate(store, other, [victim, version(7)])
    path = f"/{HOME}/articles/{victim.slug}-{victim.id}"
    tag = (await client.get(path)).headers["etag"]
    await store.kill(victim.id)
    assert (await client.get(path, headers={"if-none-match": tag})).status_code == 410
    assert (await client.get(f"/v1/articles/{victim.id}")).json()["reason"] == "killed"
    assert victim.id not in (await client.get(f"/{HOME}/")).text
    assert victim.id not in (await client.get(f"/v1/editions/{HOME}/latest?limit=100")).text
    related = (await client.get(f"/v1/articles/{other.id}/related")).json()["items"]
    assert [item["id"] for item in related] == [version(7).id]
    page = await client.get(f"/{HOME}/articles/{other.slug}-{other.id}")
    assert page.status_code == 200
    assert victim.headline not in page.text


async def test_language_versions_name_each_other_until_one_is_killed(
    network: RedisServer, client: httpx.AsyncClient
) -> None:
    store, original = network.store("b1"), version(1)
    pages = {original.id: f"/{HOME}/articles/{original.slug}-{original.id}"}
    for number, language in ((101, "zh-Hant"), (102, "ar")):
        translation = version(number, language=language, original=original.id, editions=(SECOND,))
        await put(store, translation)
        pages[translation.id] = f"/{SECOND}/articles/{translation.slug}-{translation.id}"

    async def links(path: str) -> set[str]:
        found = re.findall(r'<link rel="alternate" hreflang="[^"]+" href="([^"]+)">', (await client.get(path)).text)
        return set(found)

    for path in pages.values():
        assert await links(path) == {f"https://news.example{other}" for other in pages.values()}
    await store.kill(translation.id)
    del pages[translation.id]
    for path in pages.values():
        assert await links(path) == {f"https://news.example{other}" for other in pages.values()}


async def test_a_redis_that_stands_still_is_answered_for_in_time(
    network: RedisServer, client: httpx.AsyncClient
) -> None:
    """From memory what was read just now, 503 for the rest; and no answer waits for Redis twice."""
    assert network.process is not None
    read = [f"/{HOME}/", f"/{HOME}/news/", f"/{HOME}/articles/{version(1).slug}-{version(1).id}", "/nothing/at/all"]
    fresh = {path: await client.get(path) for path in read}
    never = ["/v1/editions", "/readyz", f"/{HOME}/articles/{version(2).slug}-{version(2).id}"]
    network.process.send_signal(signal.SIGSTOP)
    try:
        for _ in range(2):
            began = time.monotonic()
            answers = await asyncio.gather(*(client.get(path) for path in [*read, *never] * 5))
            assert time.monotonic() - began < 3, "as long as it takes to time out, not to try again and again"
            for path, answer in zip([*read, *never] * 5, answers, strict=True):
                assert answer.headers["cache-control"] == "no-store"
                if path in never:
                    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
                    assert "cache-status" not in answer.headers
                else:
                    assert (answer.status_code, answer.content) == (fresh[path].status_code, fresh[path].content)
                    assert re.fullmatch(r"masthead; hit; ttl=-\d+", answer.headers["cache-status"])
        assert (await client.get("/healthz")).status_code == 200
    finally:
        network.process.send_signal(signal.SIGCONT)
    for path in read:
        again = await client.get(path)
        assert (again.content, "cache-status" in again.headers) == (fresh[path].content, False)


async def test_a_redis_that_dies_and_comes_back_empty(network: RedisServer, client: httpx.AsyncClient) -> None:
    path = f"/{HOME}/articles/{version(1).slug}-{version(1).id}"
    assert (await client.get(path)).status_code == 200
    network.stop()
    stale = await client.get(path)
    assert (stale.status_code, "cache-status" in stale.headers) == (200, True)
    assert (await client.get(f"/{HOME}/articles/{version(2).slug}-{version(2).id}")).status_code == 503
    network.start()
    await network.answers()
    answer = await client.get(path)
    assert (answer.status_code, "no build is complete" in answer.text) == (503, True)
    assert (await client.get("/readyz")).status_code == 503
    await network.fill("b2", 3)
    assert (await client.get(path)).status_code == 200
    assert (await client.get("/readyz")).json()["build"] == "b2"


async def test_readers_do_not_notice_a_switch(network: RedisServer, client: httpx.AsyncClient) -> None:
    paths = [f"/{HOME}/", f"/{HOME}/articles/{version(1).slug}-{version(1).id}", f"/v1/articles/{version(1).id}"]
    statuses: set[int] = set()
    lengths: dict[str, set[int]] = {path: set() for path in paths}
    done = asyncio.Event()

    async def read() -> None:
        while not done.is_set():
            for path in paths:
                answer = await client.get(path)
                statuses.add(answer.status_code)
                lengths[path].add(len(answer.content))

    readers = [asyncio.create_task(read()) for _ in range(3)]
    for number in range(2, 6):
        await network.fill(f"b{number}", 40)
    done.set()
    await asyncio.gather(*readers)
    assert statuses == {200}
    assert all(len(found) == 1 for found in lengths.values())


async def test_it_stops_with_connections_open(network: RedisServer) -> None:
    process = Edge(network.port)
    await asyncio.to_thread(process.wait_until_alive)
    idle = socket.create_connection(("127.0.0.1", process.port))
    idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: edge\r\n\r\n")
    assert await asyncio.to_thread(idle.recv, 1000)
    half = socket.create_connection(("127.0.0.1", process.port))
    half.sendall(b"GET /healthz HTTP/1.1\r\nHost:")
    process.process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(process.process.wait, 10) == 0
    idle.close()
    half.close()


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /%c3%28/ HTTP/1.1",
        b"GET /\xff/ HTTP/1.1",
        b"GET /" + b"a" * 9000 + b" HTTP/1.1",
        b"GET /v1/articles?uri=" + b"%" * 2000 + b" HTTP/1.1",
        b"GET * HTTP/1.1",
        b"GET http://evil.example/ HTTP/1.1",
        b"BREW / HTTP/1.1",
        b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1",
    ],
)
async def test_odd_requests_are_no_defects(process: Edge, request_line: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", process.port)
    writer.write(request_line + b"\r\nHost: [odd\r\nConnection: close\r\n\r\n")
    first = await asyncio.wait_for(reader.readline(), 5)
    assert int(first.split()[1]) in (302, 400, 404, 405)
    writer.close()


@pytest.mark.parametrize(
    ("name", "value"), [("EDGE", "nowhere"), ("REDIS", "http://x"), ("EDGE_REDIS_TIMEOUT", "-1"), ("LOG_LEVEL", "LOUD")]
)
def test_a_wrong_setting_is_one_line_and_78(name: str, value: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "services.edge.app"],
        env={**os.environ, f"MASTHEAD_{name}": value},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 78
    assert len(done.stderr.splitlines()) == 1
