"""Dead letters on the real stack: redriven through ingest once the reason is gone, discarded, never round and round."""

import contextlib
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from rich.console import Console

from services.desk import screen
from services.desk.dead_letters import discard, list_letters, show_letter
from services.desk.dead_letters_filter import Filter
from services.desk.redrive import Options, redrive
from services.desk.redrive_check import MOST_REDRIVES
from services.desk.status import status
from shared.dead_letters import REDRIVE_OF, REDRIVES, send_dead_letter
from shared.kafka_log import Producer, Record
from shared.topics import ACCEPTED, DEAD_LETTER, INGEST
from tests.support.articles import article, moment, new_uri
from tests.support.newsroom import Newsroom, Place
from tests.support.waiting import eventually

MAK = "  - {slug: mak, name: Makam Daily, locale: en, timeZone: Asia/Hong_Kong, sections: [news]}\n"
Rows = list[dict[str, Any]]


class Desk:
    """The commands, called as the command line calls them, and what they print."""

    def __init__(self, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
        self._settings = newsroom.settings
        self._patch = monkeypatch
        self.text = ""

    async def redrive(self, wanted: Filter, **options: Any) -> tuple[int, Rows]:
        with self._printing():
            code = await redrive(self._settings, wanted, Options(as_json=True, **options))
        return code, self._rows()

    async def discard(self, wanted: Filter, reason: str) -> int:
        with self._printing():
            return await discard(self._settings, wanted, reason, dry=False, as_json=False)

    async def listed(self, wanted: Filter, everything: bool = False) -> Rows:
        with self._printing():
            await list_letters(self._settings, wanted, 1000, everything, as_json=True)
        return self._rows()

    async def printed(self, wanted: Filter) -> str:
        """What a person sees of these letters: the list, and each one whole."""
        text = ""
        with self._printing():
            await list_letters(self._settings, wanted, 1000, True, as_json=False)
        text += self.text
        for row in await self.listed(wanted, everything=True):
            with self._printing():
                await show_letter(self._settings, at(row), as_json=False)
            text += self.text
        return text

    async def counts(self) -> dict[str, Any]:
        with self._printing():
            await status(self._settings, as_json=True)
        found: dict[str, Any] = json.loads(self.text)["deadLetters"]
        return found

    @contextlib.contextmanager
    def _printing(self) -> Any:
        stream = io.StringIO()
        with self._patch.context() as patch:
            patch.setattr(screen, "out", Console(file=stream, highlight=False, markup=False, emoji=False))
            yield
        self.text = stream.getvalue()

    def _rows(self) -> Rows:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def desk(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(newsroom, monkeypatch)


@contextlib.asynccontextmanager
async def edition_mak(newsroom: Newsroom) -> AsyncIterator[None]:
    """The door knows one more edition for a while."""
    file = newsroom.settings.editions
    before = file.read_text(encoding="utf-8")

    async def door_opens_with(text: str) -> None:
        file.write_text(text, encoding="utf-8")
        await newsroom.stack.stop_part("ingest")
        newsroom.stack.start_part("ingest")
        await newsroom.stack.ready("ingest")

    await door_opens_with(before + MAK)
    try:
        yield
    finally:
        await door_opens_with(before)


def at(row: dict[str, Any]) -> tuple[int, int]:
    partition, _, offset = row["at"].partition("/")
    return int(partition), int(offset)


def place_in(record: Record) -> Filter:
    return Filter(places=frozenset([(record.partition, record.offset)]))


async def ends(newsroom: Newsroom) -> int:
    return len(await newsroom.log.records(INGEST))


async def came_back(newsroom: Newsroom, row: dict[str, Any]) -> Record:
    """The next letter about bytes that were redriven."""
    _, partition, offset = row["redriven"].rsplit("/", 2)
    return await newsroom.buried(Place(int(partition), int(offset)))


async def test_what_was_refused_for_an_unknown_edition_is_redriven_once_that_is_known(
    newsroom: Newsroom, desk: Desk
) -> None:
    refused, overtaken = new_uri("edition"), new_uri("overtaken")
    early, late = moment(-60), moment(-30)
    letter = await newsroom.buried(await newsroom.push(article(refused, editions=("hk", "mak"))))
    old = article(overtaken, version=1, versionCreated=early, editions=("hk", "mak"), headline="The old text")
    await newsroom.buried(await newsroom.push(old))
    await newsroom.publish(article(overtaken, version=2, versionCreated=late, headline="The new text"))

    before = await ends(newsroom)
    code, [row] = await desk.redrive(Filter(uri=refused), dry=True)
    assert (code, row["outcome"]) == (1, "refused")
    assert row["text"].startswith("for the same reason: editions: unknown: 'mak'")
    assert (await desk.redrive(Filter(uri=refused)))[0] == 1
    assert await ends(newsroom) == before, "nothing is pushed that would be refused again"

    async with edition_mak(newsroom):
        code, [row] = await desk.redrive(Filter(uri=refused), dry=True)
        assert (code, row["outcome"], row["done"]) == (0, "goes", False)
        assert await ends(newsroom) == before, "a dry run pushes nothing"
        code, [row] = await desk.redrive(Filter(uri=refused), reason="the edition is known now")
        assert (code, row["outcome"], row["done"]) == (0, "goes", True)
        await newsroom.visible(refused)

        code, [row] = await desk.redrive(Filter(uri=overtaken))
        assert code == 0
        assert row["text"].startswith("changes nothing: version 2 of ")
        await newsroom.settle(overtaken)
        assert (await newsroom.visible(overtaken, 2))["headline"] == "The new text"

    again = (await newsroom.log.records(INGEST, key=refused))[-1]
    assert (again.key, again.value) == (letter.key, letter.value)
    assert again.headers["traceparent"].split("-")[1] == letter.headers["traceparent"].split("-")[1]
    assert (again.headers[REDRIVES], again.headers[REDRIVE_OF]) == ("1", f"{letter.partition}/{letter.offset}")
    assert await desk.listed(Filter(uri=refused)) == []
    [closed] = await desk.listed(Filter(uri=refused), everything=True)
    assert closed["state"] == "redriven"
    assert closed["mark"]["reason"] == "the edition is known now"
    assert closed["mark"]["redriven"] == f"{INGEST.name}/{again.partition}/{again.offset}"
    assert await desk.redrive(Filter(uri=refused)) == (0, []), "what is closed is passed over"


async def test_poison_does_not_go_round(newsroom: Newsroom, desk: Desk) -> None:
    """Forced, it comes back as a letter that says how often; not forced, it stays where it is."""
    uri = new_uri("poison")
    letter = await newsroom.buried(await newsroom.push(article(uri, versionCreated="soon")))
    before = await ends(newsroom)
    for times in range(1, MOST_REDRIVES + 1):
        assert (await desk.redrive(place_in(letter)))[0] == 1
        code, [row] = await desk.redrive(place_in(letter), force=True)
        assert (code, row["outcome"]) == (0, "goes")
        assert row["text"].startswith("all the same: for the same reason: versionCreated")
        back = await came_back(newsroom, row)
        assert (back.headers[REDRIVES], back.headers[REDRIVE_OF]) == (str(times), f"{letter.partition}/{letter.offset}")
        assert back.value == letter.value
        letter = back
    code, [row] = await desk.redrive(place_in(letter))
    assert (code, row["outcome"]) == (1, "looping")
    assert await ends(newsroom) == before + MOST_REDRIVES
    assert [one["state"] for one in await desk.listed(Filter(uri=uri), True)] == ["redriven"] * MOST_REDRIVES + ["open"]


async def test_what_is_discarded_stays_discarded(newsroom: Newsroom, desk: Desk) -> None:
    uri = new_uri("discarded")
    letter = await newsroom.buried(await newsroom.push(article(uri, headlines=[])))
    was = await desk.counts()
    assert await desk.discard(Filter(uri=uri), "sent by mistake") == 0

    now = await desk.counts()
    assert (now["open"], now["discarded"]) == (was["open"] - 1, was["discarded"] + 1)
    assert {"stage": "ingest", "kind": "content", "reason": "headlines: must not be empty"}.items() <= next(
        one for one in now["reasons"] if one["reason"].startswith("headlines: must not") and one["discarded"]
    ).items()
    before = await ends(newsroom)
    assert await desk.listed(Filter(uri=uri)) == []
    assert await desk.redrive(Filter(uri=uri)) == (0, [])
    code, [row] = await desk.redrive(place_in(letter))
    assert (code, row["outcome"]) == (1, "closed")
    assert "sent by mistake" in row["text"]
    assert await ends(newsroom) == before
    kept = [record for record in await newsroom.log.records(DEAD_LETTER) if record.place == letter.place]
    assert [record.value for record in kept] == [letter.value], "nothing is deleted"


async def test_a_letter_of_a_later_stage_goes_back_to_the_producers_bytes(newsroom: Newsroom, desk: Desk) -> None:
    """As enrichment would bury a record: the bytes are ours, the original lies on `articles.ingest`. Each time it comes
    back the count is that of the original, so that it does not go round for good."""
    uri = new_uri("later-stage")
    sent = article(uri, by="Mei Tan")
    await newsroom.publish(sent)
    producer = Producer(newsroom.settings, "masthead-test")
    await producer.start()
    try:
        for times in range(MOST_REDRIVES + 1):
            accepted = (await newsroom.log.records(ACCEPTED, key=uri))[-1]
            await send_dead_letter(producer, accepted, "enrichment", "unknown", ("KeyError: 'x'",), 3)
            [row] = await desk.listed(Filter(uri=uri))
            code, [done] = await desk.redrive(Filter(places=frozenset([at(row)])))
            if times == MOST_REDRIVES:
                assert (code, done["outcome"]) == (1, "looping")
                break
            assert (code, done["outcome"]) == (0, "goes")
            again = (await newsroom.log.records(INGEST, key=uri))[-1]
            assert json.loads(again.value or b"") == sent
            assert again.headers[REDRIVES] == str(times + 1)
            came = f"{again.partition}/{again.offset}"

            async def taken_in(place: str = came) -> None:
                newest = (await newsroom.log.records(ACCEPTED, key=uri))[-1]
                origin = json.loads(newest.value or b"")["origin"]
                assert f"{origin['partition']}/{origin['offset']}" == place

            await eventually(taken_in)
    finally:
        await producer.stop()


async def test_a_conflict_is_not_redriven_even_by_force(newsroom: Newsroom, desk: Desk) -> None:
    uri, when = new_uri("conflict-redriven"), moment()
    for name in ("one", "two"):
        await newsroom.push(article(uri, version=4, versionCreated=when, headline=f"Reading {name}"))

    async def reported() -> None:
        assert len(await desk.listed(Filter(uri=uri, kind="conflict"))) == 1

    await eventually(reported)
    before = await ends(newsroom)
    code, [row] = await desk.redrive(Filter(uri=uri), force=True)
    assert (code, row["outcome"]) == (1, "conflict")
    assert "higher version" in row["text"]
    assert await ends(newsroom) == before


async def test_bytes_that_nobody_can_read_steer_no_terminal(newsroom: Newsroom, desk: Desk) -> None:
    letter = await newsroom.buried(await newsroom.push(b"\xff\x1b[2J\x07\x00", key=b"\x1b[31m\xff"))
    text = await desk.printed(place_in(letter))
    assert "not UTF-8: byte 0 is 0xff" in text
    assert "\\xff\\x1b[2J\\x07\\x00" in text
    assert not {character for character in text if ord(character) < 32} - {"\n"}
    code, [row] = await desk.redrive(place_in(letter), dry=True)
    assert (code, row["outcome"]) == (1, "refused")
