"""Related articles of all live articles, kept up to date version by version. Pure: no I/O, no clock.

`items(x)` is a function of the newest versions by `newer()`, the kills and the epoch, never of the order in which they
came. Everything is decided on whole millionths, ties by uri (docs/related.md).
"""

from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
from msgspec.structs import replace

from services.recommendation.arrange import Shown, arrange
from services.recommendation.copies import Sketches
from services.recommendation.epoch import Epoch
from services.recommendation.index import Index
from services.recommendation.limits import LIMITS, Limits
from services.recommendation.live import Live, weighed
from services.recommendation.ranker import Whole
from services.recommendation.ranking import Ranking
from services.recommendation.reasons import Why
from services.recommendation.recipes import recipe_of
from services.recommendation.score import MILLION, final_scores
from services.recommendation.timeline import Timelines
from shared.messages import Enriched, Reason, RelatedItem
from shared.order import Phase, Stamp, newer


class Relations:
    """The related lists of all live articles under one epoch."""

    def __init__(self, epoch: Epoch, limits: Limits = LIMITS) -> None:
        self._epoch = epoch
        self._limits = limits
        self._index = Index()
        self._timelines = Timelines()
        self._sketches = Sketches()
        self._stamps: dict[str, Stamp] = {}
        self._killed: set[str] = set()
        self._slots: dict[str, int] = {}
        self._live: dict[int, Live] = {}
        self._copies: dict[int, set[int]] = {}
        self._pinners: dict[str, set[str]] = {}
        self._uris: list[str] = []
        self._floors = np.zeros(1024, np.int64)

    @property
    def epoch(self) -> str:
        """The id of the epoch."""
        return self._epoch.id

    def ids(self) -> Iterable[str]:
        """The public ids of all live articles."""
        return self._slots.keys()

    def apply(self, article: Enriched) -> set[str]:
        """Take a version in; returns the public ids of the articles whose list it changed.

        A version that is older by `newer()` than one seen, or whose article was killed, is dropped: the set is empty.
        Otherwise the article's own id is always in it, so that its list is emitted, also when it has become empty and
        when an equal version is applied again. Of others only those are in it whose `items()` differ.
        """
        held = self._stamps.get(article.id)
        if article.id in self._killed or (held is not None and newer(held, article.stamp)):
            return set()
        # may raise: before anything changes
        live = weighed(article, self._epoch, self._limits) if article.phase is Phase.LIVE else None
        self._stamps[article.id] = article.stamp
        return self._replace(article.id, live)

    def kill(self, article_id: str) -> set[str]:
        """Take an article out for good, also one never seen; returns the ids whose list changed, its own always in it.

        Whatever is applied to it later is dropped.
        """
        self._killed.add(article_id)
        self._stamps.pop(article_id, None)
        return self._replace(article_id, None)

    def items(self, article_id: str) -> tuple[RelatedItem, ...]:
        """The list of an article, best first, at most 50 entries; empty if it is not live or wants none.

        First an editor's pins; then the similar articles, by score but for the rules of `arrange`; then, score 0 and
        reason `recent` with the edition as its value, those of its home edition that were published next before it.
        """
        slot = self._slots.get(article_id)
        if slot is None:
            return ()
        owner = self._live[slot]
        why = Why(owner.profile)
        return tuple(self._item(owner, why, place) for place in range(len(owner.shown.slots)))

    # --- one list

    def _item(self, owner: Live, why: Why, place: int) -> RelatedItem:
        slots, pins, similar = owner.shown
        slot = slots[place]
        shown = self._live[slot]
        if place < pins:
            return replace(shown.article, reasons=(Reason(kind="pinned", value="", weight=0.0),))
        if place < pins + similar:
            score = owner.ranking.final(slot)
            return replace(shown.article, score=score / MILLION, reasons=why.reasons(shown.profile, score))
        return replace(shown.article, reasons=(Reason(kind="recent", value=owner.article.editions[0], weight=0.0),))

    def _arranged(self, owner: Live) -> Shown:
        if owner.shows_none:
            return Shown()
        editions, language = owner.article.editions, owner.article.language

        def preference(slot: int) -> tuple[bool, bool, str, str]:
            other = self._live[slot].article
            return editions[0] not in other.editions, other.language != language, other.published_at, other.uri

        pins = [slot for pin in owner.pins if (slot := self._slots.get(pin)) is not None]
        return arrange(
            owner.slot,
            [slot for slot in pins if not self._live[slot].unlisted],
            owner.ranking.pool(self._uris),
            self._older(owner),
            self._copies,
            preference,
            recipe_of(owner.profile.family).same_story,
            self._limits,
        )

    def _older(self, owner: Live) -> Iterator[int]:
        """The articles that may fill a list: those next before its owner in its home edition."""
        older = islice(self._timelines.before(owner.point, owner.article.editions[0]), self._limits.older)
        return (slot for slot in older if not self._live[slot].unlisted)

    # --- change

    def _replace(self, article_id: str, new: Live | None) -> set[str]:
        """Put a version, or nothing, in the place of what is known of an article; returns whose list changed.

        All other articles keep their scores and their copies among each other, so only those lists can have changed
        whose pool, pins or older articles this one has come to, left or stands in; and of these entries only its own.
        """
        slot = self._slots.get(article_id)
        touched: set[str] = set(self._pinners.get(article_id, ()))
        before: dict[str, RelatedItem] = {}
        if slot is not None:
            old = self._live[slot]
            keepers = self._that_may_keep(*self._others(old))
            pools = [other for other, score in keepers if self._live[other].ranking.pools(slot, score, self._uris)]
            touched |= self._touched(old, pools)
            if new is not None:
                before = self._entries_of(old, touched)
            self._remove(old, keepers)
        if new is not None:
            touched |= self._touched(new, self._add(new))
            new.shown = self._arranged(new)
        changed = {article_id}
        for other_id in touched & self._slots.keys() - {article_id}:
            owner = self._live[self._slots[other_id]]
            shown = self._arranged(owner)
            if shown != owner.shown:
                owner.shown = shown
                changed.add(other_id)
        if before and new is not None:
            after = self._entries_of(new, before.keys())
            changed |= {other for other, item in after.items() if item != before[other]}
        return changed

    def _touched(self, article: Live, pools: Iterable[int]) -> set[str]:
        """Whose list may change with an article: those in whose pool it is, and those that it may fill."""
        touched = {self._live[other].article.id for other in pools}
        newer_ones = self._timelines.next_newer(article.point, article.article.editions, self._limits.older)
        for other in newer_ones - {article.slot}:
            owner = self._live[other]
            if owner.shown.pins + owner.shown.similar < self._limits.visible:
                touched.add(owner.article.id)
        return touched

    def _entries_of(self, article: Live, owners: Iterable[str]) -> dict[str, RelatedItem]:
        """The entries of an article in those lists of `owners` that show it."""
        entries: dict[str, RelatedItem] = {}
        for other_id in owners:
            owner = self._live[self._slots[other_id]] if other_id in self._slots else None
            if owner is not None and article.slot in owner.shown.slots:
                place = owner.shown.slots.index(article.slot)
                entries[other_id] = self._item(owner, Why(owner.profile), place)
        return entries

    def _remove(self, old: Live, keepers: list[tuple[int, int]]) -> None:
        """Take an article out of the index, the timelines and every list; lists without a reserve are made anew."""
        for copy in self._copies.pop(old.slot, ()):
            self._copies[copy].discard(old.slot)
            if not self._copies[copy]:
                del self._copies[copy]
        for pin in old.pins:
            self._pinners[pin].discard(old.article.id)
            if not self._pinners[pin]:
                del self._pinners[pin]
        self._sketches.remove(old.slot, old.sketch)
        del self._live[old.slot]
        del self._slots[old.article.id]
        self._index.remove(old.slot)
        self._timelines.remove(old.point, old.article.editions)
        for other, score in keepers:
            owner = self._live[other]
            place = owner.ranking.place(old.slot, score, self._uris)
            if place is None:
                continue
            owner.ranking.remove(place)
            if owner.ranking.used_up:
                owner.ranking = self._ranking(owner, *self._others(owner))
            self._floors[other] = owner.ranking.floor

    def _add(self, new: Live) -> set[int]:
        """Take an article in, into the rankings it belongs in, too; returns in whose pool it is."""
        slot = new.slot = self._index.add(new.profile, new.moment, new.article.editions)
        self._slots[new.article.id] = slot
        self._live[slot] = new
        self._note(slot, new.article.uri)
        self._timelines.add(new.point, new.article.editions)
        for copy in self._sketches.find(new.sketch, lambda other: self._live[other].sketch):
            self._copies.setdefault(copy, set()).add(slot)
            self._copies.setdefault(slot, set()).add(copy)
        self._sketches.add(slot, new.sketch)
        for pin in new.pins:
            self._pinners.setdefault(pin, set()).add(new.article.id)
        slots, scores = self._others(new)
        keepers = [] if new.unlisted else self._that_may_keep(slots, scores)
        new.ranking = self._ranking(new, slots, scores)
        self._floors[slot] = new.ranking.floor
        finals = dict(new.ranking.finals)
        rest = [(other, score) for other, score in keepers if other not in finals]
        finals.update(zip((other for other, _ in rest), self._finals(new, rest), strict=True))
        pools: set[int] = set()
        for other, score in keepers:
            owner = self._live[other]
            if owner.ranking.insert(slot, score, finals[other], self._uris):
                pools.add(other)
            self._floors[other] = owner.ranking.floor
        return pools

    def _others(self, live: Live) -> tuple[Whole, Whole]:
        """The articles that are similar to one in the index, without itself, with their base scores."""
        slots, scores = self._index.scores(live.profile, live.moment, live.article.editions)
        others = slots != live.slot
        return slots[others], scores[others]

    def _ranking(self, live: Live, slots: Whole, scores: Whole) -> Ranking:
        """The ranking of an article from all others and their base scores."""
        listed = np.array([not self._live[slot].unlisted for slot in slots.tolist()], bool)
        ranking = Ranking(slots[listed], scores[listed], self._uris, live.profile.threshold, self._limits)
        ranking.judge(self._finals(live, ranking.entries))
        return ranking

    def _finals(self, live: Live, entries: list[tuple[int, int]]) -> list[int]:
        """The final scores of an article with others, which are pairs of slot and base score."""
        others = [self._live[slot].subject for slot, _ in entries]
        bases = np.array([score for _, score in entries], np.int64)
        finals: list[int] = final_scores(live.subject, others, bases, self._epoch).tolist()
        return finals

    def _that_may_keep(self, slots: Whole, scores: Whole) -> list[tuple[int, int]]:
        """Of articles, scored against another one, those that may keep it: pairs of slot and base score."""
        enough = scores >= self._floors[slots]
        return list(zip(slots[enough].tolist(), scores[enough].tolist(), strict=True))

    def _note(self, slot: int, uri: str) -> None:
        """Make room for a slot in what is kept by slot."""
        if slot == len(self._uris):
            self._uris.append(uri)
        self._uris[slot] = uri
        if slot >= len(self._floors):
            self._floors = np.concatenate([self._floors, np.zeros_like(self._floors)])
