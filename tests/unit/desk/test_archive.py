"""The file of an export: what is whole is read, what is not is refused, and an interrupted one is gone on with."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.desk.archive import (
    BATCH,
    ENDING,
    MANIFEST,
    Archive,
    Batch,
    Broken,
    Course,
    Ending,
    Extent,
    Manifest,
    Position,
    Saved,
    Writer,
)
from services.desk.errors import DeskError
from services.desk.export import ENDS_ARE_TAKEN, salvage
from services.desk.import_log import positions_of, verify
from shared.topics import LOGS

RECORDS = [Saved(1_700_000_000_000 + n, b"key", b"value %d" % n, (("h", b"\xff"), ("h", None))) for n in range(5)]
MADE = Manifest(
    "2026-11-20T08:00:00.000000Z",
    (
        Extent("articles.ingest", 0, 0, "empty"),
        Extent("articles.ingest", 1, 3, "a"),
        Extent("articles.kills", 0, 2, "b"),
    ),
    (Position("masthead-ingest", "articles.ingest", 1, 2),),
)
BATCHES = (Batch(1, 0, tuple(RECORDS[:2])), Batch(1, 2, (RECORDS[2],)), Batch(2, 0, tuple(RECORDS[3:])))


def written(batches: Sequence[Batch] = BATCHES, ended: bool = True) -> bytes:
    file = io.BytesIO()
    writer = Writer(file)
    writer.write(MANIFEST, MADE)
    for batch in batches:
        writer.write(BATCH, batch)
    if ended:
        writer.write(ENDING, Ending(5))
    return file.getvalue()


WHOLE = written()


def checksum() -> str:
    archive = Archive(io.BytesIO(WHOLE))
    assert list(archive.batches())
    return archive.checksum


def test_what_was_written_is_read() -> None:
    archive = Archive(io.BytesIO(WHOLE))
    assert archive.manifest == MADE
    assert list(archive.batches()) == list(BATCHES)
    assert len(archive.checksum) == 64


@given(st.integers(0, len(WHOLE) - 1))
def test_a_cut_file_is_refused_wherever_it_is_cut(length: int) -> None:
    with pytest.raises(Broken, match=r"cut off|no archive"):
        list(Archive(io.BytesIO(WHOLE[:length])).batches())


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_changed_byte_is_found_and_its_part_is_named(place: int, change: int) -> None:
    broken = bytearray(WHOLE)
    broken[place] ^= change
    with pytest.raises(Broken) as error:
        list(Archive(io.BytesIO(bytes(broken))).batches())
    assert error.value.at <= place


def test_parts_that_are_moved_doubled_or_missing_are_found() -> None:
    first, second, third = BATCHES
    for batches in ((second, first, third), (first, second, second, third), (first, third), (first, second)):
        with pytest.raises(Broken):
            list(Archive(io.BytesIO(written(batches))).batches())
    longer = io.BytesIO(WHOLE)
    longer.seek(0, io.SEEK_END)
    Writer(longer, bytes.fromhex(checksum())).write(BATCH, first)
    with pytest.raises(Broken, match="behind the end"):
        list(Archive(longer).batches())


def test_a_partition_that_goes_beyond_its_end_is_found() -> None:
    with pytest.raises(Broken, match="beyond"):
        Course(MADE).take(Batch(1, 0, tuple(RECORDS[:4])))


@pytest.mark.parametrize("cut", [*range(0, len(WHOLE), 7), len(WHOLE)])
def test_an_interrupted_export_goes_on_behind_its_last_good_part(cut: int) -> None:
    file = io.BytesIO(WHOLE[:cut])
    manifest, course, writer, ended = salvage(file)
    if manifest is None:
        assert cut < len(written((), ended=False))
        return
    assert writer is not None
    assert manifest == MADE
    for batch in BATCHES:
        if not course.done and (batch.extent, batch.first) == (course.extent, course.offset):
            writer.write(BATCH, batch)
            course.take(batch)
    if not ended:
        writer.write(ENDING, Ending(5))
    assert file.getvalue() == WHOLE


def test_what_was_damaged_in_an_interrupted_export_is_written_again() -> None:
    broken = bytearray(written(ended=False))
    broken[-3] ^= 1
    file = io.BytesIO(bytes(broken))
    _, course, writer, _ = salvage(file)
    assert (course.extent, course.offset) == (2, 0)
    assert writer is not None
    writer.write(BATCH, BATCHES[2])
    writer.write(ENDING, Ending(5))
    assert file.getvalue() == WHOLE


def test_ends_are_taken_once_of_every_topic_and_of_what_follows_first() -> None:
    assert sorted(topic.name for topic in ENDS_ARE_TAKEN) == sorted(topic.name for topic in LOGS)
    assert [topic.name for topic in ENDS_ARE_TAKEN][-1] == "articles.ingest"


def test_the_groups_go_on_where_they_were_and_from_the_beginning_where_they_had_not_begun() -> None:
    found = positions_of(MADE)
    assert sorted(found["masthead-ingest"].values()) == [0, 2]
    assert "masthead-ingest-gate" not in found


def test_a_file_that_is_not_ours_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("{}")
    with pytest.raises(DeskError, match=r"a\.json cannot be used: this is no archive of Masthead"):
        verify(str(path))
