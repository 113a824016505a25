"""Copies of one text: the same wire story in two papers, with another headline, a new first sentence or a line more.

A sketch is the 64 smallest numbers that the text's runs of sixteen letters hash to (bottom-k MinHash; Broder, 1997).
Two articles are copies if their sketches say that at least half of all runs are common. Both are functions of the
texts alone.
"""

import unicodedata
from array import array
from collections.abc import Iterator
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from services.recommendation.ascending import packed, unpacked
from services.recommendation.columns import Column, Pieces
from services.recommendation.lookup import Lookup
from services.recommendation.tokens import family_of, simplified
from shared.messages import Enriched

RUN = 16
SIZE = 64
KEYS = 4
"""Two sketches are compared only if one of their four smallest numbers is common: of copies nearly always."""
SHORTEST = 200
"""Letters. Shorter texts can be equal without being one story: those are copies only if their headlines are, too."""
LONGEST = 20_000


def sketch(article: Enriched) -> "array[int]":
    """The sketch of an article's text: one number, of headline and text, where that is short. Empty without letters."""
    letters = _letters(article.text, article.language)
    if len(letters) < SHORTEST:
        letters = _letters(article.headline, article.language) + letters
        return array("I", [crc32(letters.encode())] if letters else [])
    codes = np.frombuffer(letters.encode("utf-32-le"), np.uint32)
    hashes, run, factor = codes, 1, 0x01000193
    while run < RUN:  # of each run of twice as many letters: one half times the factor of the other's letters
        hashes = hashes[:-run] * np.uint32(factor) + hashes[run:]
        run, factor = 2 * run, factor * factor & 0xFFFFFFFF
    hashes = (hashes ^ (hashes >> np.uint32(15))) * np.uint32(0x2C1B3C6D)
    hashes = (hashes ^ (hashes >> np.uint32(12))) * np.uint32(0x297A2D39)
    hashes.sort()
    distinct = np.append(True, hashes[1:] != hashes[:-1])
    return array("I", hashes[distinct][:SIZE].tobytes())


def are_copies(one: "array[int]", other: "array[int]") -> bool:
    """Whether two sketches are of copies; the same from either side."""
    if set(one[:KEYS]).isdisjoint(other[:KEYS]):
        return False
    smallest = sorted({*one, *other})[:SIZE]
    return 2 * len(set(one).intersection(other, smallest)) >= len(smallest)


class Sketches:
    """The sketches of all live articles by slot, packed, and who has which of the smallest numbers."""

    def __init__(self) -> None:
        self.pieces = Pieces()
        self.columns = {"length": Column(np.uint8)}
        self.keys = Lookup()

    def find(self, found: "array[int]") -> set[int]:
        """The slots of the copies of a text."""
        near = {slot for key in found[:KEYS] for slot in self.keys.find(key)}
        return {slot for slot, other in self._alike(found, np.array(list(near), int)) if are_copies(found, other)}

    def get(self, slot: int) -> "array[int]":
        """The sketch of an article; empty for a slot without one."""
        length = int(self.columns["length"].rows[slot])
        return array("I", unpacked([self.pieces.get(slot)], length).tobytes() if length else b"")

    def _alike(self, found: "array[int]", slots: NDArray[np.int_]) -> Iterator[tuple[int, "array[int]"]]:
        """Of slots those that share as many numbers as copies do at least, with their sketches; most are left out."""
        lengths, mine = self.columns["length"].rows[slots], np.frombuffer(found, np.uint32)
        for length in set(lengths.tolist()):
            some = slots[lengths == length].tolist()
            sketches = unpacked(list(map(self.pieces.get, some)), length)
            places = np.minimum(np.searchsorted(mine, sketches), len(mine) - 1)
            common = np.count_nonzero(mine[places] == sketches, axis=1)
            alike = 2 * common >= np.minimum(SIZE, len(mine) + length - common)
            for place in np.flatnonzero(alike).tolist():
                yield some[place], array("I", sketches[place].tobytes())

    def add(self, slot: int, found: "array[int]") -> None:
        """Take an article in."""
        self.pieces.put(slot, packed(np.array(found, np.uint32)) if found else b"")
        self.columns["length"].reach(slot + 1)
        self.columns["length"].rows[slot] = len(found)
        for key in found[:KEYS]:
            self.keys.add(key, slot)

    def remove(self, slot: int) -> None:
        """Take an article out."""
        for key in self.get(slot)[:KEYS]:
            self.keys.remove(key, slot)
        self.pieces.drop(slot)
        self.columns["length"].rows[slot] = 0


def _letters(text: str, language: str) -> str:
    text = simplified(text[:LONGEST]) if family_of(language) == "zh" else text[:LONGEST]
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
