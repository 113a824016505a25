"""What of several records is written: the newest of each, whatever the order."""

import itertools
from collections.abc import Iterable

from services.publishing.newest import Newest, version_of
from shared.codec import encode
from shared.kafka_log import Record
from shared.messages import Enriched, Origin, RelatedList
from shared.order import Phase
from shared.topics import ENRICHED, RELATED, WRITER_KEY


def version(uri: str, number: int, offset: int) -> Record:
    """A record of a version."""
    made = Enriched(
        uri=uri,
        id=uri.ljust(16, "0"),
        version=number,
        version_created="2026-11-20T08:00:00.000000Z",
        phase=Phase.LIVE,
        hash="0" * 32,
        published_at="2026-11-20T08:00:00.000000Z",
        editions=("hk",),
        language="en",
        section="news",
        slug="s",
        headline=f"{uri} {number}",
        origin=Origin(topic="articles.ingest", partition=0, offset=offset),
    )
    return Record(ENRICHED.name, 0, offset, 0, uri.encode(), encode(made))


def listed(uri: str, term: int, sequence: int) -> Record:
    """A record of an empty related list."""
    made = RelatedList(
        uri=uri, id=uri.ljust(16, "0"), editions=("hk",), term=term, sequence=sequence, epoch="e", items=()
    )
    return Record(RELATED.name, 0, sequence, 0, uri.encode(), encode(made))


def newest(records: Iterable[Record]) -> list[Record]:
    """What is held of these records."""
    held = Newest()
    for record in records:
        held.take(record)
    size, found = held.size, held.give()
    assert size == sum(len(record.value or b"") for record in found)
    assert held.give() == []
    return found


def test_the_newest_version_of_each_article_whatever_the_order() -> None:
    records = [version("a", 1, 0), version("a", 3, 1), version("a", 2, 2), version("b", 1, 3)]
    for order in itertools.permutations(records):
        assert sorted(record.offset for record in newest(order)) == [1, 3]


def test_of_equal_ones_the_last_as_if_each_were_written() -> None:
    (found,) = newest([version("a", 1, 4), version("a", 1, 9)])
    assert found.offset == 9
    assert version_of(found).source.offset == 9


def test_lists_by_their_fence_and_starts_of_writers_are_none() -> None:
    start = Record(RELATED.name, 0, 0, 0, WRITER_KEY, b"{}")
    records = [start, listed("a", 2, 1), listed("a", 1, 7), listed("b", 1, 1)]
    assert newest(records) == [records[1], records[3]]


def test_an_article_and_its_list_are_two() -> None:
    assert len(newest([version("a", 1, 0), listed("a", 1, 1)])) == 2


def test_what_cannot_be_read_is_kept_so_that_it_fails_by_itself() -> None:
    broken = [Record(ENRICHED.name, 0, offset, 0, b"a", value, {}) for offset, value in enumerate((b"{", None))]
    assert newest([*broken, version("a", 1, 7)])[:2] == broken
