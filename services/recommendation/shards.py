"""The related lists of some shards, where others have the rest: index first, then probe (docs/decisions/0056). Pure.

A shard is a partition of `articles.enriched`. Who owns some of them has an index of their articles alone, and of all
others only what lists show (`guests`). A version is indexed first, then every other shard is asked what is like it;
who is asked puts it into its own lists and offers its best. Of two articles at least one meets the other so, in
whatever order messages come.
"""

import dataclasses
from collections.abc import Iterator, Mapping

from services.recommendation.epoch import Epoch
from services.recommendation.hosts import ALONE, Hosts, Share
from services.recommendation.likeness import face_of, likeness, subject_of
from services.recommendation.limits import LIMITS, Limits
from services.recommendation.ranking import GUESTS, Ranking
from services.recommendation.score import Subject
from shared.messages import Enriched, Hit, Likeness, Offer, Probe


class Shards(Hosts):
    """The related lists of the live articles of some shards.

    `outbox`: what is to be sent, in this order, each with the shard that it is for. Who sends it takes it out.
    """

    def __init__(self, epoch: Epoch, limits: Limits = LIMITS, share: Share = ALONE) -> None:
        super().__init__(epoch, limits, share)
        self.outbox: list[tuple[int, Probe | Offer]] = []
        self._others = tuple(sorted(set(range(share.shards)) - share.own))
        self._waiting: dict[str, set[int]] = {}
        self._terms: dict[tuple[int, int], int] = {}

    @property
    def waiting(self) -> Mapping[str, set[int]]:
        """The ids of articles whose list is not known yet, with the shards that have not offered."""
        return self._waiting

    @property
    def alone(self) -> bool:
        """Whether all shards are ours."""
        return not self._others

    def apply(self, article: Enriched) -> set[str]:
        """As `Relations.apply`, for an article of ours. Lists that are not known yet are not named."""
        changed = super().apply(article)
        if changed:
            self._ask(article.id)
        return self._sayable(changed)

    def kill(self, article_id: str) -> set[str]:
        """As `Relations.kill`; all shards are told of all kills, so nobody is asked."""
        self._guests.resting.pop(article_id, None)
        if self._guests.slot(article_id) is not None:
            self._articles.killed.add(article_id)
            return self._sayable(self._leave_all(article_id))
        self._waiting.pop(article_id, None)
        return self._sayable(super().kill(article_id))

    def receive(self, inbox: int, message: Probe | Offer) -> set[str]:
        """Take a message in that came to a shard of ours; returns the ids whose list may have changed."""
        if message.epoch != self.epoch or message.shard in self.share.own or self._is_outdated(inbox, message):
            return set()
        return self._sayable(self._on_probe(inbox, message) if isinstance(message, Probe) else self._on_offer(message))

    def ask_all(self) -> Iterator[None]:
        """Ask for every list, and tell of every article that is not live; one step for each, as `settle`."""
        for article_id in [*self.ids(), *self._articles.resting]:
            self._ask(article_id)
            yield

    # --- what is said to other shards

    def _ask(self, article_id: str) -> None:
        """Probe all others for an article, or tell them that it is not live."""
        if not self._others:
            return
        slot = self._articles.slots.get(article_id)
        found = None if slot is None else self._likeness(slot)
        shard = min(self.share.own) if found is None else self._shard(found.uri)
        stamp = self._articles.stamp(article_id)
        probe = Probe(shard=shard, term=self.share.term, epoch=self.epoch, id=article_id, stamp=stamp, article=found)
        self.outbox += [(other, probe) for other in self._others]
        self._waiting.pop(article_id, None)
        if found is not None:
            self._waiting[article_id] = set(self._others)

    def _likeness(self, slot: int) -> Likeness:
        index = self._index
        profile = index.profiles.profile(slot)
        texts = tuple(index.profiles.words.texts[int(term)] for term in profile.terms)
        section = index.sections.texts[int(index.columns["section"].rows[slot])]
        subject = Subject(dataclasses.replace(profile, terms=texts), None, section)
        return likeness(self._card(slot), subject, self._sketches.get(slot))

    def _offer(self, inbox: int, probe: Probe, slot: int, ranking: Ranking) -> None:
        """Send the best of a shard to the owner of an article, which has a slot for the moment."""
        finals = ranking.finals
        reasons = self._reasons(slot, finals)
        hits = tuple(
            Hit(id=self._card(other).id, base=base, score=finals[other], reasons=reasons[other])
            for other, base in ranking.entries
        )
        floor = None if ranking.complete else (hits[-1].base, self._uri(ranking.entries[-1][0]))
        self.outbox.append(
            (
                probe.shard,
                Offer(
                    shard=inbox,
                    term=self.share.term,
                    epoch=self.epoch,
                    id=probe.id,
                    stamp=probe.stamp,
                    asked=probe.term,
                    hits=hits,
                    floor=floor,
                ),
            )
        )

    # --- what they say

    def _is_outdated(self, inbox: int, message: Probe | Offer) -> bool:
        """Whether its sender has a successor that has spoken here: what came before that in this inbox still counts."""
        if message.term < self._terms.get((inbox, message.shard), -1):
            return True
        self._terms[inbox, message.shard] = message.term
        return False

    def _answers_us(self, offer: Offer) -> bool:
        """Whether an offer is no answer to a predecessor."""
        return offer.asked == self.share.term

    def _on_probe(self, inbox: int, probe: Probe) -> set[str]:
        if probe.id in self._articles.killed or probe.stamp < self._guests.stamp(probe.id):
            return set()
        if probe.article is None:
            self._guests.resting[probe.id] = probe.stamp
            return self._leave_all(probe.id)
        touched, before = set(self._pinning(probe.id)), {}
        slot = self._guests.slot(probe.id)
        holding = set() if slot is None else self._holding(slot)
        other_version = slot is None or self._guests.stamp(probe.id) != probe.stamp
        if slot is not None:
            touched |= self._touched(slot, holding) if other_version else holding
            before = {other: self._items(other, only=slot) for other in touched}
        if slot is None or other_version:
            self._drop_guest(probe.id)
            slot = self._put_guest(face_of(probe.id, probe.stamp, probe.article), probe.shard)
            touched |= self._touched(slot, ())
        touched |= self._meet(inbox, probe, probe.article, slot)
        return self._changed(touched, slot, before)

    def _meet(self, inbox: int, probe: Probe, found: Likeness, guest: int) -> set[int]:
        """Score an article of another shard against those of one of ours: offer the best, and put it into their
        rankings; returns whose pool it came to or left."""
        slot = self._index.add(subject_of(found), found.editions, not found.unlisted)
        self._rankings.reach(self._index.count)
        self._home.reach(self._index.count)
        among = self._home.rows[: self._index.count] == inbox
        slots, scores = self._index.similar(slot, self._limits.kept + 1, self._rankings.floors, among)
        ranking = self._made_anew(slot, slots, scores)
        self._offer(inbox, probe, slot, ranking)
        keepers: dict[int, tuple[int, int]] = {}
        if not found.unlisted:
            keepers = {other: pair for other, *pair in self._keepers(slot, slots, scores, ranking)}  # type: ignore[misc]
        pools = self._take_from({other for other in self._holding(guest) if among[other]}, guest, keepers)
        for other, (base, final) in keepers.items():
            ranking = self._ranking(other)
            if ranking.place(guest, base) is not None:
                continue
            if ranking.insert(guest, base, final, self._uri):
                pools.add(other)
            if ranking.place(guest, base) is not None:
                reasons = self._reasons(other, {slot: final})[slot]
                self._hold(other, self._index.profiles.profile(other), ranking, [(guest, reasons)])
            self._rankings.set(other, ranking)
        self._index.remove(slot)
        for other in pools:
            self._rankings.set(other, self._refilled(other, self._ranking(other)))
        return pools

    def _on_offer(self, offer: Offer) -> set[str]:
        slot = self._articles.slots.get(offer.id)
        if slot is None or self._articles.stamp(offer.id) != offer.stamp or not self._answers_us(offer):
            return set()
        found = {guest: hit for hit in offer.hits if (guest := self._guests.slot(hit.id)) and self._is_listed(guest)}
        ranking = self._ranking(slot)
        self._replace_offered(ranking, offer.shard, found)
        fresh = [guest for guest, hit in found.items() if ranking.place(guest, hit.base) is None]
        for guest in fresh:
            ranking.insert(guest, found[guest].base, found[guest].score, self._uri)
        if offer.floor is not None:
            ranking.cut(*offer.floor, self._uri)
        mine = self._index.profiles.profile(slot)
        self._hold(slot, mine, ranking, [(guest, found[guest].reasons) for guest in fresh])
        waiting = self._waiting.get(offer.id, set())
        waiting.discard(offer.shard)
        if not waiting:
            self._waiting.pop(offer.id, None)
        self._rankings.set(slot, self._refilled(slot, ranking))
        self._shown.set(slot, self._arranged(slot))
        return {offer.id}

    def _replace_offered(self, ranking: Ranking, shard: int, found: Mapping[int, Hit]) -> None:
        """An offer is all that a shard has, down to its floor: what it offered before and offers no more is gone."""
        finals, bases = ranking.finals, dict(ranking.entries)

        def stays(slot: int) -> bool:
            if slot < GUESTS or self._guests.shard(slot) != shard:
                return True
            return slot in found and (found[slot].base, found[slot].score) == (bases[slot], finals[slot])

        ranking.keep(stays)

    def _sayable(self, changed: set[str]) -> set[str]:
        return {article_id for article_id in changed if article_id not in self._waiting}

    def _refilled(self, slot: int, ranking: Ranking) -> Ranking:
        if not ranking.used_up or (article_id := self._card(slot).id) in self._waiting:
            return ranking
        fresh = self._from_index(slot)
        finals = ranking.finals
        for other, base in ranking.entries:
            if other >= GUESTS:
                fresh.insert(other, base, finals[other], self._uri)
        self._ask(article_id)
        return fresh
