"""Emitting lists: each change is said once, under a rising fence, and what could not be sent stays due."""

from collections.abc import Mapping

import msgspec
import pytest

from services.recommendation.epoch import Epoch, Table
from services.recommendation.lists import Lists
from services.recommendation.relate import Relations
from shared.messages import Enriched, Origin, RelatedList
from shared.order import Phase


def article(number: int, **changes: object) -> Enriched:
    base = Enriched(
        uri=f"urn:{number}",
        id=chr(97 + number) * 16,
        version=1,
        version_created="2024-03-19T08:00:00.000000Z",
        phase=Phase.LIVE,
        hash=f"{number:032d}",
        published_at=f"2024-03-{10 + number}T08:00:00.000000Z",
        editions=("hk",),
        language="en",
        section="news",
        slug="s",
        headline=f"Ferry fares rise again {number}",
        origin=Origin(topic="articles.ingest", partition=0, offset=number),
        text="The ferry company raises its fares in the harbour.",
    )
    return msgspec.structs.replace(base, **changes)


class Log:
    """Takes what is sent, unless it is told to fail."""

    def __init__(self) -> None:
        self.sent: list[RelatedList] = []
        self.broken = False

    async def send(self, message: RelatedList, _: Mapping[str, str]) -> None:
        if self.broken:
            raise ConnectionError("no broker")
        self.sent.append(message)


async def take(relations: Relations, lists: Lists, version: Enriched) -> None:
    await lists.emit(relations.apply(version), {})


def make(log: Log, term: int) -> tuple[Relations, Lists]:
    relations = Relations(Epoch({}))
    lists = Lists(relations, log.send)
    lists.begin(term)
    return relations, lists


async def test_a_new_article_changes_its_own_list_and_those_it_enters() -> None:
    log = Log()
    relations, lists = make(log, 5)
    await take(relations, lists, article(0))
    await take(relations, lists, article(1))
    assert [(message.id[0], len(message.items)) for message in log.sent] == [("a", 0), ("a", 1), ("b", 1)]
    assert [message.fence() for message in log.sent] == sorted({message.fence() for message in log.sent})
    assert {message.term for message in log.sent} == {5}


async def test_what_could_not_be_sent_is_sent_with_the_next() -> None:
    log = Log()
    relations, lists = make(log, 5)
    await take(relations, lists, article(0))
    log.broken = True
    with pytest.raises(ConnectionError):
        await take(relations, lists, article(1))
    log.broken = False
    await take(relations, lists, article(1))
    assert {(message.id[0], len(message.items)) for message in log.sent[1:]} == {("a", 1), ("b", 1)}


async def test_after_a_restart_only_what_differs_from_the_log_is_said() -> None:
    log = Log()
    relations, lists = make(log, 5)
    for number in range(3):
        await take(relations, lists, article(number))
    relations, again = make(log, 9)
    for number in range(3):
        relations.apply(article(number))
    for message in list(log.sent):
        again.fold(message)
    assert again.due_after_start() == 0
    withheld = article(1, version=2, phase=Phase.WITHHELD)
    relations.apply(withheld)
    assert again.due_after_start() == 3
    before = len(log.sent)
    await again.emit((), {})
    assert {(message.id[0], len(message.items)) for message in log.sent[before:]} == {("a", 1), ("b", 0), ("c", 1)}


async def test_a_killed_article_that_was_never_seen_has_nothing_to_say() -> None:
    log = Log()
    relations, lists = make(log, 5)
    await lists.emit(relations.kill("z" * 16), {})
    assert log.sent == []


async def test_what_stands_is_decided_by_the_fence_not_by_the_order_of_the_log() -> None:
    log = Log()
    relations, lists = make(log, 5)
    await take(relations, lists, article(0))
    await take(relations, lists, article(1))
    earlier, later = [message for message in log.sent if message.id[0] == "a"]
    relations, again = make(log, 9)
    relations.apply(article(0))
    again.fold(later)
    again.fold(earlier)
    assert again.due_after_start() == 1  # readers see the later one, in which the other article stands


async def test_after_a_restart_the_empty_list_of_what_was_never_public_is_said_once() -> None:
    """What a reader of the log holds of a withheld article must not depend on when its writer died."""
    log = Log()
    relations, lists = make(log, 5)
    withheld = article(0, phase=Phase.WITHHELD)
    relations.apply(withheld)
    assert lists.due_after_start() == 1
    await lists.emit((), {})
    assert [(message.id[0], message.items) for message in log.sent] == [("a", ())]
    assert lists.due_after_start() == 0


async def test_under_another_epoch_a_list_that_stays_as_it_is_is_said_again_but_is_no_change() -> None:
    """Else what readers hold would depend on when the epoch came, and a list would name one that no longer stands."""
    log = Log()
    relations, lists = make(log, 5)
    await take(relations, lists, article(0))
    renewed = Relations(Epoch({"en": Table(9, 2, {"ferry": 9})}))
    renewed.apply(article(0))
    lists.follow(renewed)
    assert lists.due_after_start() == 0
    await lists.emit((), {})
    assert [(message.epoch, message.items) for message in log.sent] == [(relations.epoch, ()), (renewed.epoch, ())]
    assert relations.epoch != renewed.epoch


async def test_the_empty_list_of_what_was_killed_is_said_again_under_another_epoch() -> None:
    """The index that comes was never told where a killed article belongs."""
    log = Log()
    relations, lists = make(log, 5)
    await take(relations, lists, article(0))
    await lists.emit(relations.kill(article(0).id), {})
    renewed = Relations(Epoch({"en": Table(9, 2, {"ferry": 9})}))
    renewed.kill(article(0).id)
    lists.follow(renewed)
    assert lists.due_after_start() == 0
    await lists.emit((), {})
    assert [(message.uri, message.epoch) for message in log.sent[1:]] == [
        ("urn:0", relations.epoch),
        ("urn:0", renewed.epoch),
    ]


async def test_what_was_said_is_the_same_after_it_was_packed() -> None:
    log = Log()
    relations, lists = make(log, 5)
    for number in range(3):
        await take(relations, lists, article(number))
    await lists.emit(relations.kill(article(2).id), {})
    again = Lists(relations, log.send)
    assert again.unpack(lists.packed()) == set()
    assert again.due_after_start() == 0
    assert again.packed() == lists.packed()


def test_what_is_of_no_article_is_a_record_that_cannot_be_read() -> None:
    _, lists = make(Log(), 5)
    with pytest.raises(msgspec.ValidationError):
        lists.fold(RelatedList(uri="urn:0", id="short", editions=(), term=1, sequence=1, epoch="", items=()))
    assert lists.due_after_start() == 0
