"""What was said last of each article, packed: some fifty bytes each."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import numpy as np

from services.recommendation.columns import Column, Words
from services.recommendation.lookup import Texts
from shared.identity import ID_LENGTH

DIGEST = 12


class Saying(NamedTuple):
    """A list that was said: `fence` is its term and sequence, `digest` that of where it belongs and what is in it."""

    fence: tuple[int, int]
    epoch: str
    digest: bytes


class PackedSaid(msgspec.Struct, array_like=True):
    """All of it as bytes, for a snapshot."""

    count: int
    columns: list[bytes]
    epochs: list[str]


class Said:
    """By public id. An article that was spoken of once has a row for good."""

    def __init__(self) -> None:
        self._rows = Texts(self._id)
        self._columns = {
            "id": Column(np.uint8, ID_LENGTH),
            "fence": Column(np.int64, 2),
            "epoch": Column(np.uint16),
            "digest": Column(np.uint8, DIGEST),
        }
        self._epochs = Words()

    def __len__(self) -> int:
        return len(self._rows)

    def ids(self) -> Iterator[str]:
        """The public ids of all articles of which something was said."""
        return map(self._id, range(len(self)))

    def get(self, article_id: str) -> Saying | None:
        """What was said last of an article."""
        row = self._rows.get(article_id)
        if row is None:
            return None
        _, fence, epoch, digest = (column.rows[row] for column in self._columns.values())
        return Saying(tuple(fence.tolist()), self._epochs.texts[int(epoch)], digest.tobytes())

    def put(self, article_id: str, found: Saying) -> None:
        """Take down what was said of an article. ValidationError, as for any record that cannot be read, for no id."""
        encoded = np.frombuffer(article_id.encode(), np.uint8)
        if len(encoded) != ID_LENGTH:
            raise msgspec.ValidationError(f"not a public id: {article_id}")
        row = self._rows.get(article_id)
        if row is None:
            row = len(self)
            self._rows.add(article_id, row)
        values = encoded, found.fence, self._epochs.number(found.epoch), np.frombuffer(found.digest, np.uint8)
        for column, value in zip(self._columns.values(), values, strict=True):
            column.reach(row + 1)
            column.rows[row] = value

    def packed(self) -> PackedSaid:
        """Everything."""
        columns = [column.rows[: len(self)].tobytes() for column in self._columns.values()]
        return PackedSaid(len(self), columns, self._epochs.texts)

    @classmethod
    def unpacked(cls, found: PackedSaid) -> "Said":
        """The inverse; ValueError for what does not fit together."""
        said = cls()
        said._epochs = Words(found.epochs)
        for column, data in zip(said._columns.values(), found.columns, strict=True):
            column.reach(found.count)
            rows = np.frombuffer(data, column.rows.dtype)
            column.rows[: found.count] = rows.reshape(found.count, *column.rows.shape[1:])
        for row in range(found.count):
            said._rows.add(said._id(row), row)
        return said

    def _id(self, row: int) -> str:
        return str(self._columns["id"].rows[row].tobytes(), "ascii")
