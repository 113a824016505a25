"""The edge as a process on a real Redis, which is filled by publishing's own functions through the Lua scripts."""

import asyncio
import contextlib
import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from infra.native import Progress
from infra.native.programs import find_redis
from services.edge.settings import EdgeSettings
from services.publishing import assets
from services.publishing.publish import publication, related_fields
from services.publishing.render import Renderer
from services.publishing.store import Store
from shared.codec import encode
from shared.editions import load_editions
from shared.fragments import make_fragment, pack
from shared.identity import public_id
from shared.messages import Enriched, Origin, Reason, RelatedItem, RelatedList
from shared.order import Phase

EDITIONS = load_editions(EdgeSettings().editions)
RENDERER = Renderer(EDITIONS)
HOME, SECOND, *_ = EDITIONS
TIMEOUT = 0.3


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def version(number: int, number_of_editions: int = 2, text: str = "First") -> Enriched:
    uri = f"urn:edge-test:{number}"
    return Enriched(
        uri=uri,
        id=public_id(uri),
        version=1,
        version_created="2026-11-20T08:00:00.000000Z",
        phase=Phase.LIVE,
        hash="0" * 32,
        published_at=f"2026-11-20T08:00:00.{number // 3:06d}Z",
        editions=(HOME, SECOND)[:number_of_editions],
        language="en",
        section="news",
        slug=f"story-{number}",
        headline=f"Story {number}",
        body_html=f"<p>{text} paragraph of {number}.</p>",
        origin=Origin(topic="articles.ingest", partition=0, offset=number),
    )


class Network:
    """A Redis server of its own, and what publishing writes into it."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.redis: Redis = Redis(port=self.port)

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder), "--save", ""]
        self.process = subprocess.Popen(
            [self._program, *options], env={**os.environ, "LC_ALL": "C"}, stdout=subprocess.DEVNULL
        )

    async def answers(self) -> None:
        """Returns when the server answers."""
        async with asyncio.timeout(10):
            while True:
                with contextlib.suppress(Exception):
                    await self.redis.ping()
                    return
                await asyncio.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    async def fill(self, build: str, articles: int) -> None:
        """Makes a build with so many articles and promotes it."""
        store = Store(self.redis, build)
        shells = {
            slug: {name: pack(make_fragment(text)) for name, text in RENDERER.shell(edition).items()}
            for slug, edition in EDITIONS.items()
        }
        listed = encode([edition.model_dump(mode="json", by_alias=True) for edition in EDITIONS.values()])
        files = {name: asset.content for name, asset in assets.load(EDITIONS).items()}
        await store.write_shell(shells, listed, files)
        for number in range(articles):
            await self.put(store, version(number))
        await store.promote()

    async def put(self, store: Store, article: Enriched) -> None:
        wanted = publication(article, article.origin, set(), RENDERER, EDITIONS)
        await store.put(article.id, "article", wanted.fence, wanted.fields)
        for slug in await store.remember_editions(article.id, wanted.editions):
            await store.put_listed(slug, article.id, wanted.fence, *wanted.listed[slug])

    async def relate(self, store: Store, article: Enriched, others: list[Enriched]) -> None:
        items = tuple(
            RelatedItem(
                id=other.id,
                uri=other.uri,
                slug=other.slug,
                editions=other.editions,
                headline=other.headline,
                published_at=other.published_at,
                media_type="text",
                language="en",
                score=0.5,
                reasons=(Reason(kind="term", value="story", weight=0.5),),
            )
            for other in others
        )
        found = RelatedList(
            uri=article.uri,
            id=article.id,
            editions=article.editions,
            term=1,
            sequence=1,
            epoch="e",
            items=items,
        )
        fields = related_fields(found, (), RENDERER, EDITIONS)
        await store.put(article.id, "related", found.fence(), fields)


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Network]:
    made = Network(find_redis(Progress(None)).path, tmp_path_factory.mktemp("redis"))
    made.start()
    await made.answers()
    yield made
    await made.redis.aclose()
    made.stop()


@pytest.fixture
async def network(server: Network) -> Network:
    """The server, holding only a live build of forty articles."""
    await server.redis.flushall()
    await server.fill("b1", 40)
    return server


class Edge:
    """The edge as a process."""

    def __init__(self, redis_port: int) -> None:
        self.port = free_port()
        settings = {
            "MASTHEAD_REDIS": f"127.0.0.1:{redis_port}",
            "MASTHEAD_EDGE": f"127.0.0.1:{self.port}",
            "MASTHEAD_EDGE_REDIS_TIMEOUT": str(TIMEOUT),
        }
        command = [sys.executable, "-m", "services.edge.app"]
        self.process = subprocess.Popen(command, env={**os.environ, **settings}, stderr=subprocess.DEVNULL)
        self.address = f"http://127.0.0.1:{self.port}"

    def wait_until_alive(self) -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"{self.address}/healthz")
                return
            assert self.process.poll() is None
            time.sleep(0.05)
        raise AssertionError("the edge does not answer")


@pytest.fixture(scope="module")
def process(server: Network) -> Iterator[Edge]:
    edge = Edge(server.port)
    edge.wait_until_alive()
    yield edge
    edge.process.kill()
    edge.process.wait()


@pytest.fixture
async def client(process: Edge) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=process.address, headers={"accept-encoding": "identity"}) as made:
        yield made


async def raw(client: httpx.AsyncClient, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    async with client.stream("GET", path, headers=headers) as answer:
        return answer, b"".join([part async for part in answer.aiter_raw()])


async def test_what_publishing_wrote_is_what_is_served(network: Network, client: httpx.AsyncClient) -> None:
    article, others = version(1), [version(2), version(3)]
    await network.relate(Store(network.redis, "b1"), article, others)
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


async def test_lists_in_parts(network: Network, client: httpx.AsyncClient) -> None:
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
    front = (await client.get(f"/{HOME}/")).text
    assert [i for i in whole if i in front] == whole[:30]


async def test_a_kill_holds_at_once(network: Network, client: httpx.AsyncClient) -> None:
    victim, other = version(5), version(6)
    store = Store(network.redis, "b1")
    await network.relate(store, other, [victim, version(7)])
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


async def test_a_redis_that_stands_still_is_503_in_time(network: Network, client: httpx.AsyncClient) -> None:
    assert network.process is not None
    paths = [f"/{HOME}/", "/v1/editions", f"/{HOME}/articles/{version(1).slug}-{version(1).id}"] * 10
    assert (await client.get(paths[0])).status_code == 200
    network.process.send_signal(signal.SIGSTOP)
    try:
        for _ in range(2):
            began = time.monotonic()
            answers = await asyncio.gather(*(client.get(path) for path in paths))
            assert time.monotonic() - began < 3, "as long as it takes to time out, not to try again and again"
            assert {answer.status_code for answer in answers} == {503}
            assert {answer.headers["retry-after"] for answer in answers} == {"2"}
        assert (await client.get("/healthz")).status_code == 200
    finally:
        network.process.send_signal(signal.SIGCONT)
    for path in paths:
        assert (await client.get(path)).status_code == 200


async def test_a_redis_that_dies_and_comes_back_empty(network: Network, client: httpx.AsyncClient) -> None:
    path = f"/{HOME}/articles/{version(1).slug}-{version(1).id}"
    assert (await client.get(path)).status_code == 200
    network.stop()
    assert (await client.get(path)).status_code == 503
    network.start()
    await network.answers()
    answer = await client.get(path)
    assert (answer.status_code, "no build is complete" in answer.text) == (503, True)
    assert (await client.get("/readyz")).status_code == 503
    await network.fill("b2", 3)
    assert (await client.get(path)).status_code == 200
    assert (await client.get("/readyz")).json()["build"] == "b2"


async def test_readers_do_not_notice_a_switch(network: Network, client: httpx.AsyncClient) -> None:
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


async def test_it_stops_with_connections_open(network: Network) -> None:
    process = Edge(network.port)
    await asyncio.to_thread(process.wait_until_alive)
    idle = socket.create_connection(("127.0.0.1", process.port))
    idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: edge\r\n\r\n")
    assert await asyncio.to_thread(idle.recv, 1000)
    half = socket.create_connection(("127.0.0.1", process.port))
    half.sendall(b"GET /healthz HTTP/1.1\r\nHost:")
    began = time.monotonic()
    process.process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(process.process.wait, 10) == 0
    assert time.monotonic() - began < 3
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
