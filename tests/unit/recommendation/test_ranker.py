"""The ranker: trees as data, and against trees walked node by node."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.recommendation.epoch import SHIPPED, load_epoch
from services.recommendation.ranker import FEATURES, MOST, STEP, Ranker, Tree, corrected
from tests.support.small_newsroom import RANKER

SHIPS = load_epoch().rankers["en"]
rows = st.lists(st.lists(st.integers(-1, 60_000), min_size=len(FEATURES), max_size=len(FEATURES)), max_size=5)


def walked(tree: Tree, row: list[int]) -> int:
    """The leaf of a row: the first that no wrong condition rules out."""
    left = [leaf for leaf in range(len(tree.leaves))]
    for column, limit, ruled_out in tree.nodes:
        if row[column] > limit:
            left = [leaf for leaf in left if not ruled_out >> leaf & 1]
    return tree.leaves[left[0]]


@given(rows)
@settings(max_examples=40)
def test_corrections_are_the_sums_of_the_leaves(found: list[list[int]]) -> None:
    table = np.array(found, np.int64).reshape(-1, len(FEATURES))
    for ranker in (RANKER, SHIPS):
        expected = [max(-MOST, min(MOST, sum(walked(tree, row) for tree in ranker.trees))) for row in found]
        assert ranker.corrections(table).tolist() == expected


def test_a_correction_is_a_power_of_two_and_a_score_below_one() -> None:
    base = np.array([100_000, 100_000, 100_000, 900_000], np.int64)
    assert corrected(base, np.array([0, STEP, -3 * STEP, STEP])).tolist() == [100_000, 200_000, 12_500, 861_112]


def test_it_comes_back_from_its_bytes_and_refuses_trees_over_other_features() -> None:
    assert Ranker.from_bytes(RANKER.to_bytes()).trees == RANKER.trees
    head, *lines = RANKER.to_bytes().decode().splitlines()
    other = json.dumps({"features": FEATURES[1:]})
    with pytest.raises(ValueError, match="other features"):
        Ranker.from_bytes("\n".join([other, *lines]).encode())
    assert json.loads(head)["features"] == list(FEATURES)


def test_what_ships_is_small() -> None:
    assert all(path.stat().st_size < 30_000 for path in SHIPPED.glob("*.trees.jsonl"))
