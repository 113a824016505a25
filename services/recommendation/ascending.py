"""Ascending numbers in few bits: about two each, beside what tells neighbours apart (Elias, 1974; Fano, 1971)."""

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


def unpacked(data: memoryview, count: int) -> NDArray[np.uint32]:
    """The inverse."""
    low = data[0]
    bits = np.unpackbits(np.frombuffer(data, np.uint8, offset=1))
    lowest = bits[: count * low].reshape(count, low) @ (1 << np.arange(low))
    rest = np.flatnonzero(bits[count * low :]) - np.arange(count)
    return (rest << low | lowest).astype(np.uint32)
