"""Related articles of all live articles, kept up to date version by version. Pure: no I/O, no clock.

`items(x)` is a function of the newest versions by `newer()`, the kills and the epoch, never of the order in which they
came. Everything is decided on whole millionths, ties by uri (docs/related.md).
"""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, islice

import numpy as np

from services.recommendation.arrange import Shown, arrange
from services.recommendation.articles import Articles, Card, Place, Weighed, packed_stamp, weighed
from services.recommendation.copies import Sketches
from services.recommendation.epoch import Epoch
from services.recommendation.index import Index
from services.recommendation.limits import LIMITS, Limits
from services.recommendation.ranker import Whole
from services.recommendation.ranking import GUESTS, Ranking, Rankings, ShownLists
from services.recommendation.reasons import Why
from services.recommendation.recipes import recipe_of
from services.recommendation.score import MILLION
from services.recommendation.timeline import Point, Timelines
from shared.messages import Enriched, Reason, RelatedItem
from shared.order import Phase


class Relations:
    """The related lists of all live articles under one epoch."""

    def __init__(self, epoch: Epoch, limits: Limits = LIMITS) -> None:
        self._epoch = epoch
        self._limits = limits
        self._index = Index()
        self._articles = Articles()
        self._timelines = Timelines(self._uri)
        self._sketches = Sketches()
        self._rankings = Rankings(limits)
        self._shown = ShownLists(limits)
        self._copies: dict[int, set[int]] = {}
        self._pinners: dict[str, set[str]] = {}

    @property
    def epoch(self) -> str:
        """The id of the epoch."""
        return self._epoch.id

    @property
    def epoch_itself(self) -> Epoch:
        """The epoch."""
        return self._epoch

    @property
    def killed(self) -> Collection[str]:
        """The public ids of all killed articles, also those never seen."""
        return self._articles.killed

    def ids(self) -> Collection[str]:
        """The public ids of all live articles."""
        return [self._card(slot).id for slot in self._articles.live()]

    def placed(self) -> Iterator[str]:
        """The public ids of all articles of which a version has stood, also of those that are not live."""
        return chain((self._card(slot).id for slot in self._articles.live()), self._articles.left)

    def place(self, article_id: str) -> Place | None:
        """Where the list of an article belongs; None for one of which no version has stood."""
        return self._articles.place(article_id)

    def apply(self, article: Enriched) -> set[str]:
        """Take a version in; returns the public ids of the articles whose list it changed.

        A version that is older by `newer()` than one seen, or whose article was killed, is dropped: the set is empty.
        Otherwise the article's own id is always in it, so that its list is emitted, also when it has become empty and
        when an equal version is applied again. Of others only those are in it whose `items()` differ.
        """
        taken = self._take(article)
        return set() if taken is None else self._replace(article.id, taken[0])

    def kill(self, article_id: str) -> set[str]:
        """Take an article out for good, also one never seen; returns the ids whose list changed, its own always in it.

        Whatever is applied to it later is dropped.
        """
        self._articles.kill(article_id)
        return self._replace(article_id, None)

    def items(self, article_id: str) -> tuple[RelatedItem, ...]:
        """The list of an article, best first, at most 50 entries; empty if it is not live or wants none.

        First an editor's pins; then the similar articles, by score but for the rules of `arrange`; then, score 0 and
        reason `recent` with the edition as its value, those of its home edition that were published next before it.
        """
        slot = self._articles.slots.get(article_id)
        return () if slot is None else self._items(slot)

    def similar(self, article_id: str) -> list[tuple[str, int]]:
        """The public ids of the articles most similar to a live one, as many as are kept, with their final scores."""
        slot = self._articles.slots[article_id]
        ranking = self._made_anew(slot, *self._index.similar(slot, self._limits.kept + 1))
        pool = ranking.pool(self._uri)
        return [(self._card(other).id, score) for other, score in zip(*pool, strict=True)]

    # --- one list

    def _items(self, owner: int, only: int | None = None) -> tuple[RelatedItem, ...]:
        """The entries of a list, or only the one of an article, if it is there."""
        slots, pins, similar = self._shown.get(owner) or self._arranged(owner)
        places = [place for place, slot in enumerate(slots) if only is None or slot == only]
        if not places:
            return ()
        alike = [slots[place] for place in places if pins <= place < pins + similar]
        finals = self._ranking(owner).finals if alike else {}
        reasons = self._reasons(owner, {slot: finals[slot] for slot in alike}) if alike else {}
        items = []
        for place in places:
            card = self._card(slots[place])
            if place < pins:
                items.append(card.item(0.0, (Reason(kind="pinned", value="", weight=0.0),)))
            elif place < pins + similar:
                items.append(card.item(finals[slots[place]] / MILLION, reasons[slots[place]]))
            else:
                home = self._card(owner).editions[0]
                items.append(card.item(0.0, (Reason(kind="recent", value=home, weight=0.0),)))
        return tuple(items)

    def _arranged(self, owner: int) -> Shown:
        card = self._card(owner)
        if card.shows_none:
            return Shown()

        def preference(slot: int) -> tuple[bool, bool, str, str]:
            other = self._card(slot)
            return (
                card.editions[0] not in other.editions,
                other.language != card.language,
                other.published_at,
                other.uri,
            )

        pins = [slot for pin in card.pins if (slot := self._slot(pin)) is not None]
        return arrange(
            owner,
            [slot for slot in pins if self._is_listed(slot)],
            self._ranking(owner).pool(self._uri),
            self._older(owner, card),
            self._copies,
            preference,
            recipe_of(self._index.family(owner)).same_story,
            self._limits,
        )

    def _older(self, owner: int, card: Card) -> Iterator[int]:
        """The articles that may fill a list: those next before its owner in its home edition."""
        older = islice(self._timelines.before(self._point(owner), card.editions[0]), self._limits.older)
        return (slot for slot in older if self._is_listed(slot))

    # What is asked of any article in a list; `Shards` knows articles of other shards, too.

    def _slot(self, article_id: str) -> int | None:
        return self._articles.slots.get(article_id)

    def _card(self, slot: int) -> Card:
        return self._articles.card(slot)

    def _uri(self, slot: int) -> str:
        return self._card(slot).uri

    def _point(self, slot: int) -> Point:
        return self._articles.point(slot)

    def _is_listed(self, slot: int) -> bool:
        return bool(self._index.columns["listed"].rows[slot])

    def _reasons(self, owner: int, scores: Mapping[int, int]) -> dict[int, tuple[Reason, ...]]:
        """Why articles are in a list, by slot, as their scores are."""
        profiles = self._index.profiles
        why = Why(profiles.profile(owner))
        shared = profiles.met(owner, list(scores))
        return {slot: why.reasons(found, score) for (slot, score), found in zip(scores.items(), shared, strict=True)}

    def _find_copies(self, found: "array[int]") -> set[int]:
        return self._sketches.find(found)

    def _ranking(self, slot: int) -> Ranking:
        return self._rankings.get(slot, recipe_of(self._index.family(slot)).threshold)

    # --- change

    def _take(self, article: Enriched) -> tuple[Weighed | None] | None:
        """Note a version as the one that stands: what is to be taken in for it, or nothing if another one stands."""
        stamp = packed_stamp(article.stamp)
        if article.id in self._articles.killed or stamp < self._articles.stamp(article.id):
            return None
        if article.phase is Phase.LIVE:
            new = weighed(article, self._epoch, self._limits)  # may raise: before anything changes
            self._articles.resting.pop(article.id, None)
            self._articles.left.pop(article.id, None)
            return (new,)
        self._articles.resting[article.id] = stamp
        self._articles.left[article.id] = (article.uri, article.editions)
        return (None,)

    def _replace(self, article_id: str, new: Weighed | None) -> set[str]:
        """Put a version, or nothing, in the place of what is known of an article; returns whose list changed.

        All other articles keep their scores and their copies among each other, so only those lists can have changed
        whose pool, pins or older articles this one has come to, left or stands in; and of these entries only its own.
        A new version takes the slot of the old one.
        """
        slot = self._articles.slots.get(article_id)
        touched: set[int] = {self._articles.slots[pinner] for pinner in self._pinners.get(article_id, ())}
        before: dict[int, tuple[RelatedItem, ...]] = {}
        if slot is not None:
            keepers = self._that_may_keep(*self._index.similar(slot, 0, self._rankings.floors))
            pools = [other for other, score in keepers if self._ranking(other).pools(slot, score)]
            touched |= self._touched(slot, pools)
            if new is not None:
                before = {other: self._items(other, only=slot) for other in touched}
            self._take_out(slot)
            self._leave(slot, keepers)
        if new is not None:
            slot = self._take_in(new)
            touched |= self._touched(slot, self._enter(slot))
            self._shown.set(slot, self._arranged(slot))
        return {article_id, *self._changed(touched - {slot}, slot, before)}

    def _changed(
        self, touched: Iterable[int], slot: int | None, before: Mapping[int, tuple[RelatedItem, ...]]
    ) -> set[str]:
        """Arrange lists anew; returns the ids of those that are others now, or show an article (`slot`) otherwise."""
        changed: set[str] = set()
        for other in touched:
            differs = self._shown.set(other, self._arranged(other))
            if differs or (before.get(other) and self._items(other, only=slot) != before[other]):
                changed.add(self._card(other).id)
        return changed

    def _touched(self, slot: int, pools: Iterable[int]) -> set[int]:
        """Whose list may change with an article: those in whose pool it is, and those that it may fill."""
        newer_ones = self._timelines.next_newer(self._point(slot), self._card(slot).editions, self._limits.older)
        mine = (other for other in newer_ones if other < GUESTS)
        return {*pools, *(other for other in mine if not self._shown.is_full(other))} - {slot}

    def _take_in(self, new: Weighed) -> int:
        """Put an article into everything but the rankings; returns its slot."""
        card = new.card
        slot = self._index.add(new.subject, card.editions, not card.unlisted)
        self._articles.put(slot, new)
        self._place(slot, card, new.sketch)
        self._sketches.add(slot, new.sketch)
        for pin in card.pins:
            self._pinners.setdefault(pin, set()).add(card.id)
        self._rankings.reach(slot + 1)
        self._shown.reach(slot + 1)
        return slot

    def _take_out(self, slot: int) -> None:
        """Take an article out of everything but the rankings."""
        card = self._articles.card(slot)
        self._displace(slot, card)
        for pin in card.pins:
            self._pinners[pin].discard(card.id)
            if not self._pinners[pin]:
                del self._pinners[pin]
        self._sketches.remove(slot)
        self._articles.drop(slot)
        self._index.remove(slot)

    def _place(self, slot: int, card: Card, sketch: "array[int]") -> None:
        """Put an article into its editions, and among its copies."""
        self._timelines.add(self._point(slot), card.editions)
        for copy in self._find_copies(sketch) - {slot}:
            self._copies.setdefault(copy, set()).add(slot)
            self._copies.setdefault(slot, set()).add(copy)

    def _displace(self, slot: int, card: Card) -> None:
        """The inverse."""
        self._timelines.remove(self._point(slot), card.editions)
        for copy in self._copies.pop(slot, ()):
            self._copies[copy].discard(slot)
            if not self._copies[copy]:
                del self._copies[copy]

    def _leave(self, slot: int, keepers: list[tuple[int, int]]) -> None:
        """Take an article out of the rankings of others; those without a reserve are made anew."""
        for other, score in keepers:
            ranking = self._ranking(other)
            place = ranking.place(slot, score)
            if place is None:
                continue
            ranking.remove(place)
            self._rankings.set(other, self._refilled(other, ranking))

    def _refilled(self, slot: int, ranking: Ranking) -> Ranking:
        """A ranking from which something was taken; made anew if it is used up."""
        return self._from_index(slot) if ranking.used_up else ranking

    def _from_index(self, slot: int) -> Ranking:
        return self._made_anew(slot, *self._index.similar(slot, self._limits.kept + 1))

    def _enter(self, slot: int) -> list[int]:
        """Make the ranking of an article, and put it into those that it belongs in; gives whose pool it is in."""
        slots, scores = self._index.similar(slot, self._limits.kept + 1, self._rankings.floors)
        ranking = self._made_anew(slot, slots, scores)
        self._rankings.set(slot, ranking)
        if not self._is_listed(slot):
            return []
        pools: list[int] = []
        for other, score, final in self._keepers(slot, slots, scores, ranking):
            kept = self._ranking(other)
            if kept.insert(slot, score, final, self._uri):
                pools.append(other)
            self._rankings.set(other, kept)
        return pools

    def _keepers(self, slot: int, slots: Whole, scores: Whole, ranking: Ranking) -> Iterator[tuple[int, int, int]]:
        """Of articles scored against another one, those that may keep it: slot, base and final score.

        `ranking`: that of the other one, whose final scores need not be computed again.
        """
        keepers = self._that_may_keep(slots, scores)
        finals = ranking.finals
        rest = [(other, score) for other, score in keepers if other not in finals]
        finals.update(zip((other for other, _ in rest), self._finals(slot, rest), strict=True))
        return ((other, score, finals[other]) for other, score in keepers)

    def _made_anew(self, slot: int, slots: Whole, scores: Whole) -> Ranking:
        """The ranking of an article from what the index found for it."""
        listed = self._index.columns["listed"].rows[slots]
        threshold = recipe_of(self._index.family(slot)).threshold
        ranking = Ranking.of(slots[listed], scores[listed], self._uri, threshold, self._limits)
        ranking.judge(self._finals(slot, ranking.entries))
        return ranking

    def _finals(self, slot: int, entries: list[tuple[int, int]]) -> list[int]:
        """The final scores of an article with others, which are pairs of slot and base score."""
        others = np.array([other for other, _ in entries], np.int64)
        bases = np.array([score for _, score in entries], np.int64)
        found: list[int] = self._index.finals(
            slot, others, bases, self._epoch.rankers.get(self._index.family(slot))
        ).tolist()
        return found

    def _that_may_keep(self, slots: Whole, scores: Whole) -> list[tuple[int, int]]:
        """Of articles, scored against another one, those that may keep it: pairs of slot and base score."""
        enough = scores >= self._rankings.floors[slots]
        return list(zip(slots[enough].tolist(), scores[enough].tolist(), strict=True))

    # --- all at once

    def fold(self, article: Enriched) -> bool:
        """Take a version in as `apply` does, but leave all lists as they are until `settle`; whether it stands now."""
        taken = self._take(article)
        if taken is not None:
            self._fold(article.id, taken[0])
        return taken is not None

    def fold_kill(self, article_id: str) -> None:
        """Take an article out as `kill` does, but leave all lists as they are until `settle`."""
        self._articles.kill(article_id)
        self._fold(article_id, None)

    def settle(self) -> Iterator[None]:
        """Make all lists, as if everything that was folded had been applied.

        One step for each, so that others may run in between; to be run to the end before anything is asked or told.
        """
        for slot in self._articles.live():
            self._rankings.set(slot, self._from_index(slot))
            yield
        for slot in self._articles.live():
            self._shown.set(slot, self._arranged(slot))
            yield

    def restore_from_cards(self) -> None:
        """Make anew what follows from the cards: slots, timelines, who pins whom."""
        for slot in self._articles.live():
            card = self._articles.card(slot)
            self._articles.slots.add(card.id, slot)
            self._timelines.add(self._point(slot), card.editions)
            for pin in card.pins:
                self._pinners.setdefault(pin, set()).add(card.id)

    def _fold(self, article_id: str, new: Weighed | None) -> None:
        slot = self._articles.slots.get(article_id)
        if slot is not None:
            self._take_out(slot)
        if new is not None:
            self._take_in(new)
