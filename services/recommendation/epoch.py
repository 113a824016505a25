"""A model epoch: how common each term is in its language, what terms mean, and the ranker. Two articles and an epoch
decide a score; nothing else does.

A table is gzip over UTF-8 lines: the number of documents, the frequency below which terms were left out, then for each
frequency, ascending, one line of it and its terms, separated by spaces.
"""

import gzip
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.recommendation.meanings import Meanings
from services.recommendation.ranker import Ranker
from services.recommendation.recipes import recipe_of

SHIPPED = Path(__file__).with_name("epoch")
IDF_UNIT = 256
"""A term's weight by rarity is a whole number of 1/256, so that a last bit of a logarithm decides nothing."""
RARE_IN = 200
"""A term is rare that is seen in at most one of so many documents."""


@dataclass(frozen=True)
class Table:
    """The document frequencies of one language family: `frequency` of each term seen in `documents` documents.

    Terms seen in fewer than `least` documents were left out; a term that is missing counts as one of the rarest here.
    """

    documents: int
    least: int
    frequency: Mapping[str, int]

    def to_bytes(self) -> bytes:
        """The table as it ships, before compression; the same bytes for equal tables."""
        by_frequency: dict[int, list[str]] = {}
        for term, frequency in self.frequency.items():
            by_frequency.setdefault(frequency, []).append(term)
        lines = [str(self.documents), str(self.least)]
        lines += [f"{frequency} {' '.join(sorted(terms))}" for frequency, terms in sorted(by_frequency.items())]
        return ("\n".join(lines) + "\n").encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Table":
        """The inverse of `to_bytes`. Raises ValueError for what is not a table."""
        documents, least, *lines = data.decode().splitlines()
        frequency: dict[str, int] = {}
        for line in lines:
            first, *terms = line.split(" ")
            frequency.update(dict.fromkeys(terms, int(first)))
        return cls(int(documents), int(least), frequency)

    def packed(self) -> bytes:
        """The table as it ships; the same bytes for equal tables."""
        return gzip.compress(self.to_bytes(), mtime=0)

    @classmethod
    def unpacked(cls, data: bytes) -> "Table":
        """The inverse of `packed`. Raises ValueError, OSError or EOFError for what is not a table."""
        return cls.from_bytes(gzip.decompress(data))


def fitting(documents: int, frequency: Mapping[str, int], least: int, size: int) -> Table:
    """The table with the lowest limit, at least `least`, that takes up to `size` bytes when it is packed."""
    while True:
        table = Table(documents, least, {term: seen for term, seen in frequency.items() if seen >= least})
        if len(table.packed()) <= size:
            return table
        least += 1


@dataclass(frozen=True)
class Epoch:
    """The tables, the rankers and the meanings of terms by language family.

    A family without a table is neutral: all its terms weigh the same. One without a ranker is scored without, and in
    one without meanings no article has any.
    """

    tables: Mapping[str, Table]
    rankers: Mapping[str, Ranker] = field(default_factory=dict)
    meanings: Mapping[str, Meanings] = field(default_factory=dict)
    id: str = field(init=False)
    _weights: dict[str, dict[str, int]] = field(init=False, repr=False, compare=False)
    _rare: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        digest = hashlib.sha256()
        for family, table in sorted(self.tables.items()):
            data = table.to_bytes()
            digest.update(f"{family} {len(data)}\n".encode() + data)
        for family, ranker in sorted(self.rankers.items()):
            data = ranker.to_bytes()
            digest.update(f"{family} trees {len(data)}\n".encode() + data)
        for family, found in sorted(self.meanings.items()):
            data = found.to_bytes()
            digest.update(f"{family} meanings {len(data)}\n".encode() + data)
        object.__setattr__(self, "id", digest.hexdigest()[:12])
        weights = {family: _weights_of(family, table) for family, table in self.tables.items()}
        object.__setattr__(self, "_weights", weights)
        rare = {family: _weight(family, RARE_IN, 1) for family, table in self.tables.items()}
        object.__setattr__(self, "_rare", rare)

    def rarity(self, family: str) -> tuple[Mapping[str, int], int]:
        """The weights by rarity of a family's terms in 1/256, and the weight of a term that is not among them."""
        weights = self._weights.get(family)
        if weights is None:
            return {}, IDF_UNIT
        return weights, weights[""]

    def rare(self, family: str) -> int:
        """The weight by rarity from which a term counts as rare: that of one document in two hundred."""
        return self._rare.get(family, IDF_UNIT + 1)

    def frequent(self, family: str) -> tuple[int, int]:
        """The weights by rarity up to which a term counts as frequent and as common, by the recipe of the family."""
        if family not in self.tables:
            return -1, -1
        recipe = recipe_of(family)
        return _weight(family, recipe.frequent_in, 1), _weight(family, recipe.common_in, 1)


def _weight(family: str, documents: int, frequency: float) -> int:
    power = recipe_of(family).power
    return round(IDF_UNIT * math.pow(math.log(1 + documents / frequency), power))


def _weights_of(family: str, table: Table) -> dict[str, int]:
    by_frequency: dict[int, int] = {}
    weights: dict[str, int] = {}
    for term, frequency in table.frequency.items():
        if frequency not in by_frequency:
            by_frequency[frequency] = _weight(family, table.documents, frequency)
        weights[term] = by_frequency[frequency]
    weights[""] = _weight(family, table.documents, table.least)
    return weights


def load_epoch(folder: Path = SHIPPED) -> Epoch:
    """The epoch that lies in `folder`; by default the one that ships, epoch 0.

    Tables are `FAMILY.txt.gz`, rankers `FAMILY.trees.jsonl`, meanings `FAMILY.meanings.gz`.
    """
    tables, rankers, meanings = (
        {path.name.split(".")[0]: path.read_bytes() for path in sorted(folder.glob(f"*.{kind}"))}
        for kind in ("txt.gz", "trees.jsonl", "meanings.gz")
    )
    return Epoch(
        {family: Table.unpacked(data) for family, data in tables.items()},
        {family: Ranker.from_bytes(data) for family, data in rankers.items()},
        {family: Meanings.unpacked(data) for family, data in meanings.items()},
    )
