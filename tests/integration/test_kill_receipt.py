"""`masthead kill --wait` on the real stack: the receipt says what is clean, and that is so."""

import asyncio
import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from typing import Any

import pytest
from rich.console import Console

from infra.native.newsroom import service_env
from services.desk import kill, screen
from shared import redis_keys as keys
from shared.edges import REGISTERED, registered
from shared.identity import public_id
from shared.topics import KILLS
from tests.integration.test_kill import marked, new_word
from tests.support.articles import new_uri
from tests.support.newsroom import Newsroom
from tests.support.running import free_ports
from tests.support.waiting import eventually


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(screen, "out", Console(file=stream, highlight=False, markup=False, emoji=False))
    return stream


async def kill_and_wait(newsroom: Newsroom, uri: str, printed: io.StringIO, patience: float = 60.0) -> dict[str, Any]:
    """The receipt as JSON, with the exit code in it."""
    code = await kill.kill(newsroom.settings, uri, "names the wrong person", "ann", True, True, patience)
    found: dict[str, Any] = json.loads(printed.getvalue()) | {"code": code}
    printed.seek(0)
    printed.truncate()
    return found


@pytest.fixture
async def second_edge(newsroom: Newsroom) -> AsyncIterator[Process]:
    """A second process of the edge, registered."""
    (port,) = free_ports(1)
    env = service_env(newsroom.settings, {"MASTHEAD_EDGE": f"127.0.0.1:{port}"})
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.edge.app", env=env, stderr=subprocess.DEVNULL
    )

    async def there() -> None:
        found = registered(await newsroom.redis.hgetall(keys.EDGES), await newsroom.redis.time())
        assert any(one.state.address.endswith(f":{port}") for one in found)

    try:
        await eventually(there)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGCONT)
        process.terminate()
        await process.wait()
        await newsroom.redis.delete(keys.EDGES)  # the next test meets those alone that look again


async def test_a_receipt_is_clean_and_true(newsroom: Newsroom, printed: io.StringIO, second_edge: Process) -> None:
    uri, word = new_uri("receipt"), new_word()
    served = await newsroom.publish(marked(uri, word, editions=("hk", "tpe"), section="harbour"))
    neighbour = await newsroom.publish(marked(new_uri("receipt-neighbour"), "another", editions=("hk", "tpe")))

    async def shown_by_neighbour() -> None:
        assert uri in [item["uri"] for item in await newsroom.edge.related(neighbour["uri"])]

    await eventually(shown_by_neighbour)
    found = await kill_and_wait(newsroom, uri, printed)
    assert (found["code"], found["clean"], found["notClean"]) == (0, True, [])
    assert found["id"] == served["id"]

    at = found["killed"]
    (record,) = [
        record
        for record in await newsroom.log.records(KILLS, uri)
        if (record.partition, record.offset) == (at["partition"], at["offset"])
    ]
    assert record.value is not None
    kept = json.loads(record.value)
    assert (at["topic"], at["at"], at["actor"], at["reason"]) == (
        KILLS.name, kept["killedAt"], "/masthead/desk/ann", "names the wrong person"
    )  # fmt: skip

    paths = {check["path"] for check in found["checks"]}
    for edition in ("hk", "tpe"):
        page = served["url"].replace("/hk/", f"/{edition}/")
        other = neighbour["url"].replace("/hk/", f"/{edition}/")
        assert {page, other, f"/{edition}/", f"/{edition}/harbour/", f"/{edition}/rss.xml"} <= paths
        assert {f"/{edition}/news-sitemap.xml", f"/{edition}/harbour/feed.json"} <= paths
    assert f"/v1/articles/{neighbour['id']}/related" in paths
    for check in found["checks"]:
        assert check["clean"]
        answer = await newsroom.edge.get(check["path"])
        assert word not in answer.text, check["path"]
    assert len(found["edges"]) == 2
    assert all(edge["clean"] and edge["until"] is None for edge in found["edges"])


async def test_one_that_is_cut_off_makes_it_not_clean_until_its_time_is_over(
    newsroom: Newsroom, printed: io.StringIO, second_edge: Process
) -> None:
    uri = new_uri("receipt-silent")
    await newsroom.publish(marked(uri, new_word()))
    os.kill(second_edge.pid, signal.SIGSTOP)
    found = await kill_and_wait(newsroom, uri, printed, patience=4)
    assert (found["code"], found["clean"]) == (1, False)
    (text,) = found["notClean"]
    assert "is silent; until" in text
    (silent,) = [edge for edge in found["edges"] if not edge["clean"]]
    assert all(check["clean"] for check in found["checks"])
    again = await kill_and_wait(newsroom, uri, printed, patience=REGISTERED + 5)
    assert (again["code"], again["clean"]) == (0, True)
    (ended,) = [edge for edge in again["edges"] if edge["id"] == silent["id"]]
    assert ended["cleanAt"] >= silent["until"][:19]


async def test_of_an_article_that_nobody_knows(newsroom: Newsroom, printed: io.StringIO) -> None:
    uri = new_uri("receipt-unborn")
    found = await kill_and_wait(newsroom, uri, printed)
    assert (found["code"], found["clean"]) == (0, True)
    assert found["id"] == public_id(uri)
