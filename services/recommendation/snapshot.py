"""A file with what an index holds, to be believed only if everything about it is as expected.

A first line that names the format, a line of JSON (what it was made from, and the shape of what follows), the numbers
as they lie in memory, and at the end the BLAKE2 sum of all before it.
"""

import hashlib
import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

FORMAT = b"masthead recommendation 1\n"
_SUM = 32
_PIECE = 1 << 22

Parts = Mapping[str, NDArray[Any]]


class SnapshotError(Exception):
    """A snapshot that cannot be used, and why."""


def write(path: Path, head: Mapping[str, Any], parts: Parts) -> None:
    """Writes a snapshot in the place of the one before, whole or not at all. OSError where that cannot be."""
    shapes = [[name, part.dtype.str, list(part.shape)] for name, part in parts.items()]
    temporary = path.with_suffix(".partial")
    with temporary.open("wb") as file:
        total = hashlib.blake2b(digest_size=_SUM)
        for piece in (FORMAT, json.dumps({**head, "parts": shapes}).encode() + b"\n"):
            file.write(piece)
            total.update(piece)
        for part in parts.values():
            data = np.ascontiguousarray(part).reshape(-1).view(np.uint8).data
            for start in range(0, len(data), _PIECE):
                file.write(data[start : start + _PIECE])
                total.update(data[start : start + _PIECE])
        file.write(total.digest())
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def read_head(path: Path) -> dict[str, Any]:
    """What a snapshot says of itself; not yet to be believed. SnapshotError for a file of another kind, or for none."""
    try:
        with path.open("rb") as file:
            return _head(file)
    except OSError as error:
        raise SnapshotError(f"{error.strerror}") from error


def read(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Head and parts of a snapshot. SnapshotError for anything that is not as it was written."""
    try:
        with path.open("rb") as file:
            _check_sum(file, path.stat().st_size)
            head = _head(file)
            parts = {name: _part(file, kind, shape) for name, kind, shape in head["parts"]}
            if file.tell() != path.stat().st_size - _SUM:
                raise SnapshotError("it has more than it says")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SnapshotError(f"{type(error).__name__}: {error}") from error
    return head, parts


def _check_sum(file: BinaryIO, size: int) -> None:
    total, left = hashlib.blake2b(digest_size=_SUM), size - _SUM
    while left > 0:
        piece = file.read(min(left, _PIECE))
        if not piece:
            break
        total.update(piece)
        left -= len(piece)
    if file.read() != total.digest():
        raise SnapshotError("its sum is wrong")
    file.seek(0)


def _head(file: BinaryIO) -> dict[str, Any]:
    if file.readline(len(FORMAT)) != FORMAT:
        raise SnapshotError("it is of another format")
    try:
        head = json.loads(file.readline())
    except ValueError as error:
        raise SnapshotError("its head cannot be read") from error
    if not isinstance(head, dict):
        raise SnapshotError("its head is none")
    return head


def _part(file: BinaryIO, kind: str, shape: list[int]) -> NDArray[Any]:
    return np.fromfile(file, np.dtype(kind), math.prod(shape)).reshape(shape)
