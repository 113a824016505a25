"""The related lists of some shards, in which articles of other shards stand as guests. Pure.

What scores an article is known in its own shard alone; here, what lists show of it, its sketch and its time.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from services.recommendation.articles import Card, Face, Weighed, face, packed_stamp
from services.recommendation.columns import Column
from services.recommendation.epoch import Epoch
from services.recommendation.guests import Guests
from services.recommendation.limits import Limits
from services.recommendation.profile import Profile
from services.recommendation.ranking import GUESTS, Ranking
from services.recommendation.relate import Relations
from services.recommendation.timeline import Point
from services.recommendation.whys import Whys
from shared.kafka_log import partition_of
from shared.messages import Enriched, Reason
from shared.order import Phase


class Share(NamedTuple):
    """Which of so many `shards` are our `own`, and the term under which: the offset of our start record."""

    shards: int
    own: frozenset[int]
    term: int


ALONE = Share(1, frozenset({0}), 0)


class Hosts(Relations):
    """The related lists of the live articles of some shards, and guests in them."""

    def __init__(self, epoch: Epoch, limits: Limits, share: Share) -> None:
        super().__init__(epoch, limits)
        self.share = share
        self._guests = Guests()
        self._whys = Whys()
        self._home = Column(np.uint16)
        self._holders: dict[int, array[int]] = {}

    def count_all(self) -> int:
        """How many live articles are known, those of other shards with them."""
        return len(self._articles.slots) + len(self._guests)

    def owns(self, uri: str) -> bool:
        """Whether an article belongs to a shard of ours."""
        return self._shard(uri) in self.share.own

    def fold(self, article: Enriched) -> bool:
        """As `Relations.fold`, for an article of any shard; whether one of ours stands now."""
        if self.owns(article.uri):
            return super().fold(article)
        stamp = packed_stamp(article.stamp)
        if article.id not in self._articles.killed and stamp >= self._guests.stamp(article.id):
            found = face(article, self._limits)
            self._drop_guest(article.id)
            if article.phase is Phase.LIVE:
                self._put_guest(found, self._shard(article.uri))
            else:
                self._guests.resting[article.id] = stamp
        return False

    def fold_kill(self, article_id: str) -> None:
        """As `Relations.fold_kill`."""
        super().fold_kill(article_id)
        self._guests.resting.pop(article_id, None)
        self._drop_guest(article_id)

    # --- guests in lists

    def _leave_all(self, article_id: str) -> set[str]:
        """Take a guest out of everything; returns the ids whose list changed."""
        slot = self._guests.slot(article_id)
        if slot is None:
            return set()
        holding = self._holding(slot)
        touched = {*self._pinning(article_id), *self._touched(slot, holding)}
        self._drop_guest(article_id)
        for other in self._take_from(holding, slot, {}):
            self._rankings.set(other, self._refilled(other, self._ranking(other)))
        self._holders.pop(slot, None)
        return self._changed(touched, None, {})

    def _take_from(self, holding: Iterable[int], guest: int, keepers: Mapping[int, tuple[int, int]]) -> set[int]:
        """Take a guest out of rankings, but where it has the scores that a keeper has for it; returns of which."""
        left: set[int] = set()
        for other in holding:
            ranking = self._ranking(other)
            scores = next(base for slot, base in ranking.entries if slot == guest), ranking.finals[guest]
            if keepers.get(other) is None or tuple(keepers[other]) != scores:
                ranking.keep(lambda slot: slot != guest)
                self._rankings.set(other, ranking)
                left.add(other)
        return left

    def _put_guest(self, found: Face, shard: int) -> int:
        slot = self._guests.put(found, shard)
        self._guests.resting.pop(found.card.id, None)
        self._place(slot, found.card, found.sketch)
        return slot

    def _drop_guest(self, article_id: str) -> None:
        slot = self._guests.slot(article_id)
        if slot is not None:
            self._displace(slot, self._card(slot))
            self._guests.drop(slot)

    def _hold(self, owner: int, mine: Profile, ranking: Ranking, said: list[tuple[int, tuple[Reason, ...]]]) -> None:
        """Note that a ranking holds guests, and why."""
        kept = {slot for slot, _ in ranking.entries if slot >= GUESTS}
        self._whys.put(owner, mine, said, kept)
        for guest, _ in said:
            self._holders.setdefault(guest, array("I")).append(owner)

    def _holding(self, guest: int) -> set[int]:
        """The slots whose ranking holds a guest."""
        noted = {other for other in self._holders.get(guest, ()) if self._articles.is_live(other)}
        holding = {other for other in noted if guest in self._ranking(other).finals}
        self._holders[guest] = array("I", sorted(holding))
        return holding

    def _pinning(self, article_id: str) -> Iterator[int]:
        return (self._articles.slots[pinner] for pinner in self._pinners.get(article_id, ()))

    # --- what is asked of any article in a list

    def _take_in(self, new: Weighed) -> int:
        slot = super()._take_in(new)
        self._home.reach(slot + 1)
        self._home.rows[slot] = self._shard(new.card.uri)
        self._whys.drop(slot)
        return slot

    def _shard(self, uri: str) -> int:
        return partition_of(uri.encode(), self.share.shards)

    def _slot(self, article_id: str) -> int | None:
        slot = super()._slot(article_id)
        return self._guests.slot(article_id) if slot is None else slot

    def _card(self, slot: int) -> Card:
        return super()._card(slot) if slot < GUESTS else self._guests.card(slot)

    def _point(self, slot: int) -> Point:
        return super()._point(slot) if slot < GUESTS else self._guests.point(slot)

    def _is_listed(self, slot: int) -> bool:
        return super()._is_listed(slot) if slot < GUESTS else self._guests.is_listed(slot)

    def _reasons(self, owner: int, scores: Mapping[int, int]) -> dict[int, tuple[Reason, ...]]:
        found = super()._reasons(owner, {slot: score for slot, score in scores.items() if slot < GUESTS})
        if len(found) < len(scores):
            said = self._whys.get(owner, self._index.profiles.profile(owner))
            found |= {slot: said(slot) for slot in scores if slot >= GUESTS}
        return found

    def _find_copies(self, found: "array[int]") -> set[int]:
        return super()._find_copies(found) | self._guests.copies(found)
