"""What an article is about, in few numbers, so that two that say the same in other words are seen to be alike.

Latent semantic analysis (Deerwester et al., JASIS 1990): terms that stand in the same articles got similar vectors,
once, from a corpus; these ship with the epoch. The meaning of an article is the sum of its terms' vectors, each times
the term's weight: a function of the article and the epoch, in whole numbers.
"""

import gzip
import json
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.recommendation.ranker import Whole

LENGTH = 127
"""The length of a meaning, but for what is rounded: its numbers are signed bytes."""
_BELOW = 8
"""So many bits of a sum are left out, that its square fits into 64."""


class Meanings:
    """The vectors of one language family: `terms`, each once, and a row of signed bytes for each."""

    def __init__(self, terms: Sequence[str], rows: NDArray[np.int8]) -> None:
        self.terms = tuple(terms)
        self.rows = rows
        self._places = {term: place for place, term in enumerate(self.terms)}

    def of(self, terms: Sequence[str], weights: Sequence[int]) -> bytes:
        """The meaning of an article with these terms: signed bytes; all are 0 where it has none that is known."""
        pairs = zip(terms, weights, strict=True)
        known = [(self._places[term], weight) for term, weight in pairs if term in self._places]
        places, factors = np.array(known, np.int64).reshape(-1, 2).T
        sums = factors @ self.rows.take(places, axis=0).astype(np.int64) >> _BELOW
        length = max(math.isqrt(int(sums @ sums)), 1)
        return ((2 * LENGTH * sums + length) // (2 * length)).astype(np.int8).tobytes()

    def to_bytes(self) -> bytes:
        """The vectors as they ship, before compression: a line of JSON, a line of the terms, the numbers."""
        head = json.dumps({"terms": len(self.terms), "width": self.rows.shape[1]})
        return f"{head}\n{' '.join(self.terms)}\n".encode() + self.rows.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Meanings":
        """The inverse of `to_bytes`. Raises ValueError for what is not that."""
        head, terms, numbers = data.split(b"\n", 2)
        found = json.loads(head)
        rows = np.frombuffer(numbers, np.int8).reshape(found["terms"], found["width"])
        return cls(terms.decode().split(" "), rows)

    def packed(self) -> bytes:
        """The vectors as they ship."""
        return gzip.compress(self.to_bytes(), mtime=0)

    @classmethod
    def unpacked(cls, data: bytes) -> "Meanings":
        """The inverse of `packed`. Raises ValueError, OSError or EOFError for what is not that."""
        return cls.from_bytes(gzip.decompress(data))


def dots(one: bytes | memoryview, others: Sequence[bytes | memoryview]) -> Whole:
    """The dot products of a meaning with others of its family and epoch; 0 where there are none."""
    table = np.frombuffer(b"".join(others), np.int8).reshape(len(others), -1)
    return np.asarray(table.astype(np.int64) @ np.frombuffer(one, np.int8), np.int64)
