"""Copies of one text: the same wire story in two papers, with another headline, a new first sentence or a line more.

A sketch is the 64 smallest numbers that the text's runs of sixteen letters hash to (bottom-k MinHash; Broder, 1997).
Two articles are copies if their sketches say that at least half of all runs are common. Both are functions of the
texts alone.
"""

import unicodedata
from array import array
from collections.abc import Callable
from zlib import crc32

import numpy as np

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
    codes = np.pad(codes, (0, max(0, RUN - len(codes))))
    hashes = np.zeros(len(codes) - RUN + 1, np.uint32)
    for offset in range(RUN):
        hashes = hashes * np.uint32(0x01000193) + codes[offset : offset + len(hashes)]
    hashes = (hashes ^ (hashes >> np.uint32(15))) * np.uint32(0x2C1B3C6D)
    hashes = (hashes ^ (hashes >> np.uint32(12))) * np.uint32(0x297A2D39)
    return array("I", np.unique(hashes)[:SIZE].tolist())


def are_copies(one: "array[int]", other: "array[int]") -> bool:
    """Whether two sketches are of copies; the same from either side."""
    if set(one[:KEYS]).isdisjoint(other[:KEYS]):
        return False
    mine, theirs = set(one), set(other)
    smallest = sorted(mine | theirs)[:SIZE]
    return 2 * sum(number in mine and number in theirs for number in smallest) >= len(smallest)


class Sketches:
    """The sketches of all live articles by slot."""

    def __init__(self) -> None:
        self._by_key: dict[int, list[int]] = {}

    def find(self, found: "array[int]", sketch_of: Callable[[int], "array[int]"]) -> set[int]:
        """The slots of the copies of a text."""
        near = {slot for key in found[:KEYS] for slot in self._by_key.get(key, ())}
        return {slot for slot in near if are_copies(found, sketch_of(slot))}

    def add(self, slot: int, found: "array[int]") -> None:
        """Take an article in."""
        for key in found[:KEYS]:
            self._by_key.setdefault(key, []).append(slot)

    def remove(self, slot: int, found: "array[int]") -> None:
        """Take an article out."""
        for key in found[:KEYS]:
            slots = self._by_key[key]
            slots.remove(slot)
            if not slots:
                del self._by_key[key]


def _letters(text: str, language: str) -> str:
    text = simplified(text[:LONGEST]) if family_of(language) == "zh" else text[:LONGEST]
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
