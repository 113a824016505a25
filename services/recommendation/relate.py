"""Related articles of all live articles, kept up to date version by version. Pure: no I/O, no clock.

`items(x)` is a function of the newest versions by `newer()`, the kills and the epoch, never of the order in which they
came. Everything is decided on whole millionths, ties by uri (docs/related.md).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from msgspec.structs import replace

from services.recommendation.epoch import Epoch
from services.recommendation.index import Index
from services.recommendation.profile import Profile, profile
from services.recommendation.ranking import LIMITS, Limits, Ranking
from services.recommendation.score import MILLION, Whole, Why, moment_of
from services.recommendation.timeline import Point, Timelines, backwards
from shared.messages import Enriched, Reason, RelatedItem
from shared.order import Phase, Stamp, newer


@dataclass(slots=True)
class _Live:
    """A live article: what lists show of it, and where it stands. The text is not kept.

    `slot` and `ranking` are set when it is taken in.
    """

    article: RelatedItem
    profile: Profile
    moment: int
    backwards: int
    slot: int = field(init=False)
    ranking: Ranking = field(init=False)

    @property
    def point(self) -> Point:
        return Point(self.backwards, self.article.uri, self.slot)


_Entries = dict[str, tuple[int, RelatedItem | None]]
"""Who shows an article, by id: its place there, from 0, and, where it is asked for, its entry as it reads."""


class Relations:
    """The related lists of all live articles under one epoch."""

    def __init__(self, epoch: Epoch, limits: Limits = LIMITS) -> None:
        self._epoch = epoch
        self._limits = limits
        self._index = Index()
        self._timelines = Timelines()
        self._stamps: dict[str, Stamp] = {}
        self._killed: set[str] = set()
        self._slots: dict[str, int] = {}
        self._live: dict[int, _Live] = {}
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
        live = self._weighed(article) if article.phase is Phase.LIVE else None  # may raise: before anything changes
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
        """The list of an article, best first, at most 50 entries; empty if it is not live.

        First the similar articles, by score; then, score 0 and reason `recent`, those of its home
        edition that were published next before it. The reason's value is that edition.
        """
        slot = self._slots.get(article_id)
        if slot is None:
            return ()
        owner = self._live[slot]
        similar = list(islice(owner.ranking, self._limits.visible))
        why = Why(owner.profile)
        items = [self._similar(owner, why, other, score) for other, score in similar]
        items += [self._recent(owner, other) for other in self._filling(owner, {other for other, _ in similar})]
        return tuple(items)

    # --- one entry

    def _similar(self, owner: _Live, why: Why, slot: int, score: int) -> RelatedItem:
        shown = self._live[slot]
        reasons = why.reasons(shown.profile, owner.moment - shown.moment)
        return replace(shown.article, score=score / MILLION, reasons=reasons)

    def _recent(self, owner: _Live, slot: int) -> RelatedItem:
        reason = Reason(kind="recent", value=owner.article.editions[0], weight=0.0)
        return replace(self._live[slot].article, reasons=(reason,))

    def _filling(self, owner: _Live, similar: set[int]) -> list[int]:
        older = self._timelines.before(owner.point, owner.article.editions[0])
        return list(islice((slot for slot in older if slot not in similar), self._limits.visible - len(similar)))

    # --- change

    def _replace(self, article_id: str, new: _Live | None) -> set[str]:
        """Put a version, or nothing, in the place of what is known of an article; returns whose list changed.

        All other articles keep their order among each other, so a list has changed just where the entry of this one
        has: it came, went, moved or reads otherwise.
        """
        before: _Entries = {}
        slot = self._slots.get(article_id)
        update = slot is not None and new is not None
        if slot is not None:
            old = self._live[slot]
            keepers = self._that_may_keep(*self._others(old))
            before = self._entries_of(old, keepers, update)
            self._remove(old, keepers)
        after = self._add(new, update) if new is not None else {}
        changed = {other for other in before.keys() | after.keys() if before.get(other) != after.get(other)}
        return changed | {article_id}

    def _entries_of(self, shown: _Live, keepers: list[tuple[int, int]], with_items: bool) -> _Entries:
        """Who shows an article: of those that may keep it, and of those that show it as a recent one."""
        entries: _Entries = {}
        for other, score in keepers:
            owner = self._live[other]
            place = owner.ranking.place(shown.slot, score, self._uris)
            if place is not None and place < self._limits.visible:
                why = Why(owner.profile) if with_items else None
                entries[owner.article.id] = place, self._similar(owner, why, shown.slot, score) if why else None
        for other in self._timelines.next_newer(shown.point, shown.article.editions, self._limits.visible):
            owner = self._live[other]
            if len(owner.ranking) < self._limits.visible:
                filling = self._filling(owner, {kept for kept, _ in owner.ranking})
                if shown.slot in filling:
                    place = len(owner.ranking) + filling.index(shown.slot)
                    entries[owner.article.id] = place, self._recent(owner, shown.slot) if with_items else None
        return entries

    def _remove(self, old: _Live, keepers: list[tuple[int, int]]) -> None:
        """Take an article out of the index, the timelines and every list; lists without a reserve are made anew."""
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

    def _add(self, new: _Live, with_items: bool) -> _Entries:
        """Take an article in, into the lists it belongs in, too; returns who shows it, as `_entries_of` does."""
        slot = new.slot = self._index.add(new.profile, new.moment, new.article.editions)
        self._slots[new.article.id] = slot
        self._live[slot] = new
        self._note(slot, new.article.uri)
        self._timelines.add(new.point, new.article.editions)
        slots, scores = self._others(new)
        new.ranking = self._ranking(new, slots, scores)
        self._floors[slot] = new.ranking.floor
        keepers = self._that_may_keep(slots, scores)
        for other, score in keepers:
            owner = self._live[other]
            owner.ranking.insert(slot, score, self._uris)
            self._floors[other] = owner.ranking.floor
        return self._entries_of(new, keepers, with_items)

    def _weighed(self, article: Enriched) -> _Live:
        shown = RelatedItem(
            id=article.id,
            uri=article.uri,
            slug=article.slug,
            editions=article.editions,
            headline=article.headline,
            published_at=article.published_at,
            media_type=article.media_type,
            language=article.language,
            score=0.0,
            reasons=(),
        )
        moment = moment_of(article.published_at)
        return _Live(shown, profile(article, self._epoch), moment, backwards(article.published_at))

    def _others(self, live: _Live) -> tuple[Whole, Whole]:
        """The articles that are similar to one in the index, without itself, with their scores."""
        slots, scores = self._index.scores(live.profile, live.moment, live.article.editions)
        others = slots != live.slot
        return slots[others], scores[others]

    def _ranking(self, live: _Live, slots: Whole, scores: Whole) -> Ranking:
        return Ranking(slots, scores, self._uris, live.profile.threshold, self._limits)

    def _that_may_keep(self, slots: Whole, scores: Whole) -> list[tuple[int, int]]:
        """Of articles, scored against another one, those that may keep it: pairs of slot and score."""
        enough = scores >= self._floors[slots]
        return list(zip(slots[enough].tolist(), scores[enough].tolist(), strict=True))

    def _note(self, slot: int, uri: str) -> None:
        """Make room for a slot in what is kept by slot."""
        if slot == len(self._uris):
            self._uris.append(uri)
        self._uris[slot] = uri
        if slot >= len(self._floors):
            self._floors = np.concatenate([self._floors, np.zeros_like(self._floors)])
