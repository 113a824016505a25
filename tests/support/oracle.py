"""The oracle: what Redis must hold, by a single-threaded replay of the kept topics through the pure functions.

    found = differences(expected(records), await held(redis))

In go the records of `articles.ingest`, `articles.kills` and `model.epochs`, with the times at which they were written;
nothing else that the services wrote counts. There is no wiring: no groups, fences in Redis, retries, refills or
instances.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache

from services.enrichment.enrich import enrich
from services.ingest.accept import accept, routes
from services.ingest.gate import Gate, mark_of
from services.publishing.app import build_name
from services.recommendation.epoch import load_epoch
from services.recommendation.epochs import Standing
from services.recommendation.relate import Relations
from shared.codec import decode, encode
from shared.editions import Edition, load_editions, with_addresses
from shared.errors import ContentError
from shared.kafka_log import Record
from shared.messages import Article, Enriched, Kill, RelatedList
from shared.order import newer
from shared.settings import Settings
from shared.times import now, utc_text
from shared.topics import INGEST, KILLS, MODEL_EPOCHS
from tests.support.content import Content, content_of, differences, held
from tests.support.fake_redis import FakeRedis
from tests.support.laid_down import Layer

__all__ = ["SOURCES", "Content", "Oracle", "Replay", "differences", "expected", "held", "in_time"]

SOURCES = (INGEST, KILLS, MODEL_EPOCHS)
"""The topics that count."""


def expected(records: Iterable[Record], settings: Settings | None = None, moment: str | None = None) -> Content:
    """What Redis must hold at `moment` (fixed-width UTC; now), once these records have had all their effects.

    They may be of all topics and in any order. Editions and addresses are those of the settings, as services read them.
    """
    oracle = Oracle(settings or Settings())
    oracle.take(records)
    return oracle.content(moment)


class Oracle:
    """A replay that takes more records again and again; those of one call must not be older than those of the last."""

    def __init__(self, settings: Settings) -> None:
        self.editions = with_addresses(load_editions(settings.editions), settings.public_address)
        self.replay = Replay(self.editions, settings.default_editions)
        self._layer = Layer(self.editions)
        self.renderer = self._layer.renderer
        self._build = build_name(self.renderer)

    def take(self, records: Iterable[Record]) -> None:
        """Takes records in the order in which they were written."""
        for record in in_time(records):
            self.replay.take(record)

    def content(self, moment: str | None = None) -> Content:
        """What Redis must hold at `moment` (fixed-width UTC; now)."""
        return content_of(self.redis(moment))

    def redis(self, moment: str | None = None) -> FakeRedis:
        """The same as a Redis that an edge can read."""
        self.replay.clock(moment or utc_text(now()))
        return self._layer.lay_down(
            self._build, self.replay.live().values(), self.replay.killed, self.replay.lists().values()
        )


class Replay:
    """The network as it follows from the records taken so far, at the last moment that was told.

    `standing`: the newest version of each article, also of killed ones, by public id. `killed`: ids of articles and
    media.
    """

    def __init__(self, editions: Mapping[str, Edition], default_editions: tuple[str, ...] = ()) -> None:
        self._editions = editions
        self._default_editions = default_editions
        self._gate = Gate()
        self._epochs = Standing(epoch())
        self._relations = Relations(epoch())
        self.standing: dict[str, Enriched] = {}
        self.killed: set[str] = set()

    def take(self, record: Record) -> None:
        """Takes a record of `SOURCES`, at the time that it was written; others say nothing."""
        if record.topic not in {topic.name for topic in SOURCES}:
            return
        self.clock(utc_text(datetime.fromtimestamp(record.timestamp / 1000, UTC)))
        if record.topic == KILLS.name:
            self._kill(decode(record.value, Kill).id)
            return
        if record.topic == MODEL_EPOCHS.name:
            if self._epochs.take(record, epoch()):
                self._relate_anew()
            return
        try:
            found = accept(record, self._editions, self._default_editions)
        except ContentError:
            return
        if isinstance(found, Kill):
            self._kill(found.id)
            return
        article = decode(encode(found), Article)
        for route in routes(article):
            if route == "scheduled":
                self._gate.schedule(article)
            else:
                self._publish(article)

    def clock(self, moment: str) -> None:
        """It is `moment` (fixed-width UTC): what is due is released."""
        for article in self._gate.due(moment):
            self._publish(article)
            self._gate.mark(mark_of(article))

    def live(self) -> dict[str, Enriched]:
        """The newest version of each article that is not killed; withheld and expired ones are among them."""
        return {article_id: version for article_id, version in self.standing.items() if article_id not in self.killed}

    def lists(self) -> dict[str, RelatedList]:
        """The related list of each article that is not killed; term and sequence are 0, since they are the writer's."""
        return {
            version.id: RelatedList(
                uri=version.uri,
                id=version.id,
                editions=version.editions,
                term=0,
                sequence=0,
                epoch=self._relations.epoch,
                items=self._relations.items(version.id),
            )
            for version in self.live().values()
        }

    def _relate_anew(self) -> None:
        """Another epoch stands."""
        self._relations = Relations(self._epochs.epoch)
        for version in self.live().values():
            self._relations.apply(version)
        for article_id in self.killed:
            self._relations.kill(article_id)

    def _kill(self, article_id: str) -> None:
        if article_id not in self.killed:
            self.killed.add(article_id)
            self._relations.kill(article_id)

    def _publish(self, article: Article) -> None:
        version = enriched(encode(article))
        if version is None:
            return
        stands = self.standing.get(version.id)
        if stands is None or not newer(stands.stamp, version.stamp):
            self.standing[version.id] = version
        self._relations.apply(version)


epoch = cache(load_epoch)


@lru_cache(maxsize=1000)
def enriched(article: bytes) -> Enriched | None:
    """A version as it is read from `articles.enriched`; nothing where enrichment refuses it."""
    try:
        return decode(encode(enrich(decode(article, Article))), Enriched)
    except ContentError:
        return None


def in_time(records: Iterable[Record]) -> list[Record]:
    """Records in the order in which they were written, so far as their times tell; each partition in its own order."""
    return sorted(records, key=lambda record: (record.timestamp, record.topic, record.partition, record.offset))
