"""The network without Kafka, Redis and processes: its pure functions, topics as lists, fences as comparisons.

`Network` delivers everything again and again, in any order that a broken world might; what then stands in `Shelf` must
not depend on it.
"""

import asyncio
from collections.abc import Iterable, Mapping
from random import Random

from services.ingest.accept import accept, routes
from services.ingest.gate import Gate, mark_of
from services.publishing.publish import KILL_FENCE
from services.recommendation.lists import Lists
from services.recommendation.relate import Relations
from shared.codec import encode
from shared.editions import Edition
from shared.errors import ContentError
from shared.kafka_log import Record
from shared.messages import Article, Enriched, GateMark, Kill, RelatedItem, RelatedList
from shared.order import Phase
from shared.redis_keys import edition_list
from tests.support.oracle import enriched, epoch

Standing = tuple[dict[str, Enriched], dict[str, tuple[RelatedItem, ...]], set[tuple[str, str]], set[str]]
"""Versions and related lists by article, places in lists as (list, article), the killed."""


class Shelf:
    """What publishing does in Redis: groups and places under their fences, kills."""

    def __init__(self) -> None:
        self.versions: dict[str, tuple[str, Enriched]] = {}
        self.related: dict[str, tuple[str, RelatedList]] = {}
        self.places: dict[tuple[str, str], tuple[str, bool]] = {}
        self.killed: set[str] = set()

    def take(self, message: Enriched | RelatedList | Kill) -> None:
        """Applies one record."""
        if isinstance(message, Kill):
            self._kill(message.id)
        elif message.id not in self.killed:
            if isinstance(message, RelatedList):
                if self.related.get(message.id, ("",))[0] <= message.fence():
                    self.related[message.id] = message.fence(), message
            elif self.versions.get(message.id, ("",))[0] <= message.stamp.fence():
                self._stand(message, message.stamp.fence())

    def standing(self) -> Standing:
        """What readers could see of it."""
        listed = {place for place, (_, there) in self.places.items() if there}
        lists = {article_id: found.items for article_id, (_, found) in self.related.items()}
        return {article_id: version for article_id, (_, version) in self.versions.items()}, lists, listed, self.killed

    def _stand(self, version: Enriched, fence: str) -> None:
        self.versions[version.id] = fence, version
        wanted = places_of(version)
        for place in {*wanted, *(place for place in self.places if place[1] == version.id)}:
            if self.places.get(place, ("",))[0] <= fence:
                self.places[place] = fence, place in wanted

    def _kill(self, article_id: str) -> None:
        self.killed.add(article_id)
        self.versions.pop(article_id, None)
        self.related.pop(article_id, None)
        for place in [place for place in self.places if place[1] == article_id]:
            self.places[place] = KILL_FENCE, False


class Network:
    """Topics, and the stages between them. `loop` is any event loop: nothing is waited for."""

    def __init__(self, editions: Mapping[str, Edition], loop: asyncio.AbstractEventLoop) -> None:
        self._editions = editions
        self._loop = loop
        self._accepted: list[Article] = []
        self._scheduled: list[Article | GateMark] = []
        self._kills: list[Kill] = []
        self.forwarded: list[Enriched] = []
        self._related: list[RelatedList] = []
        self._moment = ""
        self._read = self._related_read = self._kills_read = 0
        self.shelf = Shelf()
        self.restart_gate()
        self._terms = 0
        self.restart_recommendation()

    def ingest(self, record: Record) -> None:
        """The door, and enrichment behind it."""
        try:
            found = accept(record, self._editions, ())
        except ContentError:
            return
        if isinstance(found, Kill):
            self._kills.append(found)
            return
        for route in routes(found):
            if route == "scheduled":
                self._scheduled.append(found)
            else:
                self._accept(found)

    def clock(self, moment: str, dies: bool = False) -> None:
        """The gate reads on and forwards what is due by now; it may die before it says that it has."""
        self._moment = max(self._moment, moment)
        for message in self._scheduled[self._read :]:
            self._schedule(message)
        self._read = len(self._scheduled)
        for article in self._gate.due(self._moment):
            self._accept(article)
            if dies:
                self.restart_gate()
                return
            self._scheduled.append(mark_of(article))

    def restart_gate(self) -> None:
        """A new gate reads its topic from the beginning."""
        self._gate, self._read = Gate(), 0

    def relate(self, most: int) -> None:
        """Recommendation reads on: so many articles, and all kills."""
        news = self.forwarded[self._related_read : self._related_read + most]
        self._related_read += len(news)
        for version in news:
            self._say(version)
        for kill in self._kills[self._kills_read :]:
            self._emit(self._take_out(kill))
        self._kills_read = len(self._kills)

    def restart_recommendation(self) -> None:
        """A new one folds the topics, and says what differs. What the old one had not read, it reads as well."""
        self._terms += 1
        self._relations, self._out = Relations(epoch()), set[str]()
        self._lists = Lists(self._relations, self._send)
        self._lists.begin(self._terms)
        for kill in self._kills:
            self._take_out(kill)
        for version in self.forwarded:
            self._relations.apply(version)
        for found in self._related:
            self._lists.fold(found)
        self._related_read, self._kills_read = len(self.forwarded), len(self._kills)
        self._lists.due_after_start()
        self._emit(())

    def settle(self, moment: str) -> None:
        """Everything up to `moment` is accepted, enriched and related."""
        before = -1
        while before < len(self.forwarded):
            before = len(self.forwarded)
            self.clock(moment)
        self.relate(len(self.forwarded))

    def published(self) -> list[Enriched | RelatedList | Kill]:
        """The records that publishing reads."""
        return [*self.forwarded, *self._related, *self._kills]

    def publish(self, random: Random, most: int) -> None:
        """Publishing gets some records of its topics, in any order, perhaps not for the first time."""
        everything = self.published()
        for message in random.sample(everything, min(most, len(everything))):
            self.shelf.take(message)

    def publish_all(self, random: Random) -> None:
        """Publishing gets every record, in any order."""
        self.publish(random, len(self.published()))

    def _accept(self, article: Article) -> None:
        version = enriched(encode(article))
        assert version is not None
        self.forwarded.append(version)

    def _schedule(self, message: Article | GateMark) -> None:
        if isinstance(message, GateMark):
            self._gate.mark(message)
        else:
            self._gate.schedule(message)

    def _say(self, version: Enriched) -> None:
        self._emit(self._relations.apply(version))

    def _take_out(self, kill: Kill) -> set[str]:
        changed = set() if kill.id in self._out else self._relations.kill(kill.id)
        self._out.add(kill.id)
        return changed

    def _emit(self, changed: Iterable[str]) -> None:
        self._loop.run_until_complete(self._lists.emit(changed, {}))

    async def _send(self, message: RelatedList, cause: Mapping[str, str]) -> None:
        self._related.append(message)


def places_of(version: Enriched) -> set[tuple[str, str]]:
    """The places of a version in lists of editions."""
    return {(edition_list(slug), version.id) for slug in version.editions if version.phase is Phase.LIVE}
