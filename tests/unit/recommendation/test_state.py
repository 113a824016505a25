"""An index from a snapshot, or from the log at once, is the index that it would have become version by version."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from services.recommendation.epoch import Epoch
from services.recommendation.limits import LIMITS as ALL
from services.recommendation.limits import Limits
from services.recommendation.relate import Relations
from services.recommendation.snapshot import SnapshotError, read, read_head, write
from services.recommendation.state import fill, parts_of
from shared.messages import Enriched
from tests.support.small_histories import LIMITS, all_items, busy_history, histories, play, played
from tests.support.small_newsroom import RANKED


def from_parts(parts: Any, epoch: Epoch, limits: Limits = ALL) -> Relations:
    relations = Relations(epoch, limits)
    fill(relations, parts)
    return relations


def folded(history: Any) -> Relations:
    relations = Relations(RANKED, limits=LIMITS)
    for event in history:
        relations.fold(event) if isinstance(event, Enriched) else relations.fold_kill(event)
    for _ in relations.settle():
        pass
    return relations


@given(histories, histories)
@settings(max_examples=20)
def test_folded_and_settled_is_as_applied_and_goes_on_as_it_does(first: Any, then: Any) -> None:
    at_once, one_by_one = folded(first), played(first)
    assert all_items(at_once) == all_items(one_by_one)
    assert [play(at_once, event) for event in then] == [play(one_by_one, event) for event in then]
    assert all_items(at_once) == all_items(one_by_one)


@given(histories, histories)
@settings(max_examples=20)
def test_an_index_from_its_parts_is_the_same_and_goes_on_as_the_first_does(first: Any, then: Any) -> None:
    original = played(first)
    again = from_parts(parts_of(original), RANKED, LIMITS)
    assert all_items(again) == all_items(original)
    assert [play(again, event) for event in then] == [play(original, event) for event in then]
    assert all_items(again) == all_items(original)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "index"
    write(path, {"epoch": "one"}, parts_of(played(busy_history(1))))
    return path


def test_a_snapshot_is_read_as_it_was_written(file: Path) -> None:
    head, parts = read(file)
    assert head["epoch"] == read_head(file)["epoch"] == "one"
    assert all_items(from_parts(parts, RANKED, LIMITS)) == all_items(played(busy_history(1)))
    assert [path.name for path in file.parent.iterdir()] == ["index"]


def test_a_changed_byte_anywhere_is_noticed(file: Path) -> None:
    data = file.read_bytes()
    for place in {0, 30, 100, *range(0, len(data), len(data) // 50), len(data) - 1}:
        file.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(SnapshotError):
            read(file)


@pytest.mark.parametrize("keep", [0, 10, 40, -1, -40])
def test_a_file_that_was_cut_off_is_noticed(file: Path, keep: int) -> None:
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(SnapshotError):
        read(file)


def test_parts_for_other_limits_are_refused(file: Path) -> None:
    with pytest.raises(SnapshotError, match="another shape"):
        from_parts(read(file)[1], RANKED)


def test_no_file_is_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="No such file"):
        read_head(tmp_path / "none")
