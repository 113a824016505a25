"""The demo on the real stack, with a small newsroom of its own: every article ends as its files want it."""

import asyncio
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from services.desk import screen
from services.desk.demo import demo
from services.desk.demo_live import tell
from services.desk.edge import edge_client
from services.desk.errors import DeskError, Unreachable
from services.desk.open_page import open_page
from services.desk.samples import first_of_each_edition, read_live
from shared.topics import INGEST
from tests.support.articles import article, canceled, new_uri
from tests.support.newsroom import Newsroom
from tests.support.waiting import eventually

PATIENCE = 30.0
NEWEST = datetime(2024, 3, 19, 8, tzinfo=UTC)


class SmallNewsroom:
    """Sample files in a folder; each name has a `uri` of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.uris = {name: new_uri(name) for name in ("told", "killed", "withheld", "embargoed", "live")}
        early, late = (NEWEST - timedelta(days=2)).isoformat(), NEWEST.isoformat()
        self.write("1-told.json", self.version("told", early))
        self.write("1-told.2.json", self.version("told", early, 2, versionCreated=late, correction="It was Ann."))
        self.write("2-killed.json", self.version("killed", early))
        self.write("2-killed.2.json", canceled(self.uris["killed"]) | {"versionCreated": late})
        self.write("3-withheld.json", self.version("withheld", early))
        self.write("3-withheld.2.json", self.version("withheld", late, 2, pubStatus="withheld"))
        until = (NEWEST + timedelta(days=8)).isoformat()
        self.write("4-embargoed.json", self.version("embargoed", late, embargoedUntil=until))
        for number in range(1, 6):
            self.write(f"live/{number:02}-en-news.json", self.version(f"live-{number}", late))

    def version(self, name: str, created: str, version: int = 1, **fields: Any) -> dict[str, Any]:
        uri = self.uris.setdefault(name, new_uri(name))
        return article(uri, version=version, **{"firstCreated": created, "versionCreated": created} | fields)

    def write(self, name: str, content: dict[str, Any]) -> None:
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_text(json.dumps(content))


@pytest.fixture
def small(tmp_path: Path) -> SmallNewsroom:
    return SmallNewsroom(tmp_path)


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(screen, "out", Console(file=stream, highlight=False, markup=False, emoji=False))
    return stream


def taken(stream: io.StringIO) -> list[str]:
    """The lines printed since the last time."""
    lines = stream.getvalue().splitlines()
    stream.seek(0)
    stream.truncate()
    return lines


async def pushed(newsroom: Newsroom, small: SmallNewsroom) -> int:
    keys = {uri.encode() for uri in small.uris.values()}
    return sum(record.key in keys for record in await newsroom.log.records(INGEST))


async def test_the_demo_ends_as_its_files_want_it(
    newsroom: Newsroom, small: SmallNewsroom, printed: io.StringIO
) -> None:
    assert await demo(newsroom.settings, PATIENCE, folder=small.folder) == 0
    said = "1 withheld, 1 killed, 1 waiting for an embargo"
    assert f"7 sample articles, all of them new: {said}" in taken(printed)
    assert await pushed(newsroom, small) == 10

    corrected = await newsroom.visible(small.uris["told"], version=2)
    created = datetime.fromisoformat(corrected["versionCreated"])
    assert timedelta(0) <= datetime.now(UTC) - created < timedelta(weeks=1)
    assert (created - NEWEST) % timedelta(weeks=1) == timedelta(0)
    await newsroom.gone(small.uris["killed"], "killed")
    await newsroom.gone(small.uris["withheld"], "withheld")
    assert (await newsroom.edge.article(small.uris["embargoed"])).status_code == 404
    for number in (1, 2, 3):
        found = await newsroom.visible(small.uris[f"live-{number}"], version=1)
        assert datetime.now(UTC) - datetime.fromisoformat(found["firstCreated"]) < timedelta(hours=2, minutes=2)

    assert await demo(newsroom.settings, PATIENCE, folder=small.folder) == 0
    assert f"7 sample articles, none of them new: {said}" in taken(printed)
    assert await pushed(newsroom, small) == 10


async def test_live_articles_become_visible_one_after_another(
    newsroom: Newsroom, small: SmallNewsroom, printed: io.StringIO
) -> None:
    assert await demo(newsroom.settings, PATIENCE, rate=600, folder=small.folder) == 0
    lines = taken(printed)
    assert lines[-2] == "all live articles are told, 2 of them now"
    for number in (4, 5):
        found = await newsroom.visible(small.uris[f"live-{number}"], version=1)
        assert datetime.now(UTC) - datetime.fromisoformat(found["firstCreated"]) < timedelta(minutes=1)
        address = f"{newsroom.settings.edge_address}{found['url']}"
        [line] = [line for line in lines if line.endswith(address)]
        assert f"hk          {found['headline']}  {address}" in line
    assert await demo(newsroom.settings, PATIENCE, rate=600, folder=small.folder) == 0
    assert taken(printed)[-2] == "all 2 live articles were told in an earlier run"
    assert await pushed(newsroom, small) == 12


async def test_an_interrupted_live_run_ends_cleanly_and_can_go_on(
    newsroom: Newsroom, small: SmallNewsroom, printed: io.StringIO
) -> None:
    _, rest = first_of_each_edition(read_live(small.folder))
    async with edge_client(newsroom.settings) as edge:
        task = asyncio.create_task(tell(newsroom.settings, edge, rest, 600, PATIENCE))

        async def first_is_told() -> None:
            assert "/hk/articles/" in printed.getvalue()

        await eventually(first_is_told)
        task.cancel()
        assert await task == 0
        assert taken(printed)[-1] == "stopped; 1 told now, the same command goes on with the others"
        assert await tell(newsroom.settings, edge, rest, 0.1, PATIENCE) == 0
    assert "all live articles are told, 1 of them now" in taken(printed)


async def test_open_prints_the_address_or_says_why_there_is_none(
    newsroom: Newsroom, small: SmallNewsroom, printed: io.StringIO
) -> None:
    assert await demo(newsroom.settings, PATIENCE, folder=small.folder) == 0
    found = await newsroom.visible(small.uris["told"], version=2)
    for name in (small.uris["told"], found["id"]):
        taken(printed)
        assert await open_page(newsroom.settings, name, browser=False) == 0
        assert printed.getvalue() == f"{newsroom.settings.edge_address}{found['url']}\n"
    for name, why in (
        (small.uris["killed"], "was killed"),
        (small.uris["withheld"], "is withheld"),
        (small.uris["embargoed"], "is embargoed until 20"),
        ("urn:nobody", "knows no article urn:nobody"),
    ):
        with pytest.raises(DeskError, match=why) as error:
            await open_page(newsroom.settings, name, browser=False)
        assert error.value.code == 1
    away = newsroom.settings.model_copy(update={"edge": "127.0.0.1:1"})
    with pytest.raises(Unreachable, match="connection refused"):
        await open_page(away, small.uris["told"], browser=False)
