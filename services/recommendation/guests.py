"""Articles of other shards: what lists show of them and leave out for them. What scores them stays where they are."""

from array import array

import numpy as np

from services.recommendation.articles import Articles, Card, Face
from services.recommendation.columns import Column
from services.recommendation.copies import Sketches
from services.recommendation.ranking import GUESTS
from services.recommendation.timeline import Point


class Guests:
    """All of them by slot, from `GUESTS` up; a slot is used again after its article is gone."""

    def __init__(self) -> None:
        self._rows = Articles()
        self._sketches = Sketches()
        self._free: list[int] = []
        self._count = 0
        self.columns = {"listed": Column(np.bool_), "shard": Column(np.uint16)}

    @property
    def resting(self) -> dict[str, bytes]:
        """The stamp of each article that is withheld or expired."""
        return self._rows.resting

    def __len__(self) -> int:
        return len(self._rows.slots)

    def slot(self, article_id: str) -> int | None:
        """The slot of a live article; None for one that is not known."""
        row = self._rows.slots.get(article_id)
        return None if row is None else row + GUESTS

    def stamp(self, article_id: str) -> bytes:
        """The stamp of the version that stands, empty if none does."""
        return self._rows.stamp(article_id)

    def put(self, found: Face, shard: int) -> int:
        """Take one in; gives its slot."""
        if self._free:
            row = self._free.pop()
        else:
            row = self._count
            self._count += 1
        self._rows.put(row, found)
        self._sketches.add(row, found.sketch)
        for column, value in zip(self.columns.values(), (not found.card.unlisted, shard), strict=True):
            column.reach(row + 1)
            column.rows[row] = value
        return row + GUESTS

    def drop(self, slot: int) -> None:
        """Take one out."""
        self._rows.drop(slot - GUESTS)
        self._sketches.remove(slot - GUESTS)
        self._free.append(slot - GUESTS)

    def card(self, slot: int) -> Card:
        """What lists show of one."""
        return self._rows.card(slot - GUESTS)

    def point(self, slot: int) -> Point:
        """Its place in time."""
        instant, uri, _ = self._rows.point(slot - GUESTS)
        return Point(instant, uri, slot)

    def is_listed(self, slot: int) -> bool:
        """Whether it may stand in lists."""
        return bool(self.columns["listed"].rows[slot - GUESTS])

    def shard(self, slot: int) -> int:
        """The shard that it belongs to."""
        return int(self.columns["shard"].rows[slot - GUESTS])

    def copies(self, sketch: "array[int]") -> set[int]:
        """The slots of those that are copies of a text."""
        return {row + GUESTS for row in self._sketches.find(sketch)}
