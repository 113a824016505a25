"""Ascending numbers in few bits: about two each, beside what tells neighbours apart (Elias, 1974; Fano, 1971)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def packed(numbers: NDArray[np.uint32]) -> bytes:
    """Distinct numbers in their order, at least one. How many they are must be known to read them.

    The lowest bits of each as they are; the rest as marks, each as far behind the one before as the rest is larger.
    """
    count, last = len(numbers), int(numbers[-1])
    low = max(last // count, 1).bit_length() - 1
    marks = np.zeros((last >> low) + count, np.uint8)
    marks[(numbers >> np.uint32(low)) + np.arange(count)] = 1
    lowest = numbers[:, None] >> np.arange(low, dtype=np.uint32) & np.uint32(1)
    return bytes([low]) + np.packbits(np.concatenate([lowest.astype(np.uint8).ravel(), marks])).tobytes()


def unpacked(pieces: Sequence[memoryview], count: int) -> NDArray[np.uint32]:
    """The inverse, of several at once that have as many numbers: a row for each."""
    lows = np.array([piece[0] for piece in pieces])
    numbers = np.empty((len(pieces), count), np.uint32)
    for low in set(lows.tolist()):
        rows = np.flatnonzero(lows == low)
        numbers[rows] = _unpacked([pieces[row] for row in rows.tolist()], count, low)
    return numbers


def _unpacked(pieces: Sequence[memoryview], count: int, low: int) -> NDArray[np.int64]:
    size, rows = max(map(len, pieces)), len(pieces)
    data = np.frombuffer(b"".join([bytes(piece).ljust(size, b"\0") for piece in pieces]), np.uint8)
    bits = np.unpackbits(data.reshape(rows, size)[:, 1:], axis=1)
    lowest = bits[:, : count * low].reshape(rows, count, low) @ (1 << np.arange(low))
    rest = np.nonzero(bits[:, count * low :])[1].reshape(rows, count) - np.arange(count)
    return np.asarray(rest << low | lowest, np.int64)
