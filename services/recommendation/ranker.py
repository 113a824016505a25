"""The learned part of a score: trees over the features of a pair, shipped in the epoch, evaluated in whole numbers.

A tree has at most eight leaves. Each of its conditions that does not hold rules out the leaves on its left, and the
first leaf that is left gives the value (QuickScorer, Lucchese et al., SIGIR 2015). Which conditions on a feature do not
hold follows from the feature's place among all limits that it is compared with, so for each place it is written down
once which leaves of all trees are left. The values of all trees add up to a power of two by which the score is
multiplied.
"""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]

FEATURES = (
    "base",
    "cosine",
    "title",
    "lead",
    "name",
    "rare",
    "shared",
    "strongest",
    "one title",
    "no title",
    "minutes",
    "section",
    "fewer terms",
    "more terms",
    "shorter title",
    "longer title",
    "commoner words",
    "rarer words",
    "meaning",
)
"""The columns of `pairs.features`, in their order.

`base`: the score before the ranker, in millionths. Cosines, over all terms or those with one mark in both articles, in
1/65536; `strongest`, `one title`, `no title`: parts of the dot product (of one term, of terms in one headline alone, in
neither) in the same unit. `shared` and terms are counts, words' rarity a mean as the epoch weighs it. `minutes`: the
distance of publication. `section`: 1 for the same, 0 for another. `meaning`: how
alike what both are about is, -16129 to 16129, 0 where that is not known.
"""


STEP = 4096
"""Leaves count in 1/4096 of a doubling of the score."""
MOST = 3 * STEP
"""A score is corrected by a factor of eight at most, up or down."""
LEAVES = 8
MILLION = 1_000_000

_POWERS = np.array([round((1 << 20) * 2 ** (step / STEP)) for step in range(STEP)], np.int64)
_WORD = 8
"""So many trees are looked at at once: a byte of leaves for each in one number."""
_APART = 1 << 40
"""More than any value of a feature: so the limits of all features stand in one order, a feature behind the other."""
_FIRST = np.array([0, *((byte & -byte).bit_length() - 1 for byte in range(1, 256))], np.int64)


@dataclass(frozen=True)
class Tree:
    """`nodes`: column of the feature, limit (the condition is `value <= limit`), the leaves on its left as bits.

    `leaves` from left to right, in 1/STEP of a doubling.
    """

    nodes: tuple[tuple[int, int, int], ...]
    leaves: tuple[int, ...]


class Ranker:
    """The trees of one language family."""

    def __init__(self, trees: tuple[Tree, ...]) -> None:
        self.trees = trees
        width = -(-len(trees) // _WORD) * _WORD
        limits: list[int] = []
        rows: list[NDArray[np.uint8]] = []
        for column in range(len(FEATURES)):
            rows.append(np.full(width, 255, np.uint8))
            for limit, place, ruled_out in _conditions(trees, column):
                limits.append(column * _APART + limit)
                rows.append(rows[-1].copy())
                rows[-1][place] &= 255 ^ ruled_out
        self._limits, self._left = np.array(limits, np.int64), np.array(rows).view(np.uint64)
        values = np.zeros((width, 256), np.int64)
        for place, tree in enumerate(trees):
            values[place] = np.array([*tree.leaves, *[0] * (LEAVES - len(tree.leaves))])[_FIRST]
        self._values, self._starts = values.ravel(), np.arange(width) * 256

    def corrections(self, table: Whole) -> Whole:
        """For each row of `pairs.features` the sum of its leaves, -MOST to MOST."""
        columns = np.arange(len(FEATURES))[:, None]
        places = np.searchsorted(self._limits, table.T + columns * _APART) + columns
        left = np.bitwise_and.reduce(self._left.take(places, axis=0), axis=0).view(np.uint8)
        sums = self._values.take(left + self._starts).sum(axis=1)
        return np.asarray(np.clip(sums, -MOST, MOST), np.int64)

    def to_bytes(self) -> bytes:
        """The trees as they ship: JSON, a tree a line."""
        lines = [json.dumps({"nodes": tree.nodes, "leaves": tree.leaves}) for tree in self.trees]
        return ("\n".join([json.dumps({"features": FEATURES}), *lines]) + "\n").encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Ranker":
        """The inverse of `to_bytes`. Raises ValueError for trees over other features than FEATURES."""
        head, *lines = data.decode().splitlines()
        if json.loads(head)["features"] != list(FEATURES):
            raise ValueError("these trees were made for other features")
        return cls(tuple(_tree(json.loads(line)) for line in lines))


def _conditions(trees: tuple[Tree, ...], column: int) -> list[tuple[int, int, int]]:
    """Those on a feature, ascending: the limit, the place of the tree, the leaves that are ruled out."""
    return sorted(
        (limit, place, ruled_out)
        for place, tree in enumerate(trees)
        for at, limit, ruled_out in tree.nodes
        if at == column
    )


def corrected(base: Whole, corrections: Whole) -> Whole:
    """Scores in millionths, multiplied by two to the power of their corrections.

    What would be more than a half, x, becomes 1 - 1/4x, so that scores stay below one and keep their order.
    """
    whole, part = np.divmod(corrections, STEP)
    product = (base * _POWERS[part]) >> (20 - whole)
    bent = MILLION - MILLION * MILLION // 4 // np.maximum(product, 1)
    return np.asarray(np.where(product > MILLION // 2, bent, product), np.int64)


def _tree(found: dict[str, Any]) -> Tree:
    return Tree(tuple((column, limit, left) for column, limit, left in found["nodes"]), tuple(found["leaves"]))
