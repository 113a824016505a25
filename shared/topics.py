"""Every topic, declared once: its key, value, who writes and who reads it, its configuration.

None is compacted: compaction keeps the highest offset, not the highest version (docs/decisions/0002).
"""

from dataclasses import dataclass

from shared import messages

MIB = 1024 * 1024
BODY_LIMIT = 1 * MIB
ARTICLE_LIMIT = 2 * MIB
DEAD_LETTER_LIMIT = 10 * MIB
REQUEST_LIMIT = 11 * MIB
"""What our producers may send and our fetches may return: above the largest topic limit."""

WRITER_KEY = b"writer-start"
"""Key of the start records on `articles.related`; no article has it, since its records go by `uri` to a partition."""


GATE_FORWARDED = "gate.forwarded"
"""The kind of event (`shared.codec.event_headers`) of the gate's marks among the articles on `articles.scheduled`."""

EPOCHS_KEY = b"epochs"
"""Key of all records on `model.epochs`."""

EPOCH_ROLLED_OUT = "epoch.rolled-out"
"""The kind of event of recommendation's reports among the epochs on `model.epochs`."""

LETTER_MARKED = "dead-letter.marked"
"""The kind of event of the desk's marks among the letters on `articles.dead-letter`."""

REBUILD_WANTED = "rebuild.wanted"
"""The kind of event of the desk's wishes on `publishing.rebuilds`."""

REBUILD_ENDED = "rebuild.ended"
"""The kind of event of publishing's outcomes on `publishing.rebuilds`."""


@dataclass(frozen=True)
class Topic:
    """A topic as data. `value` names the message types that its records decode to; `bytes` is whatever came."""

    name: str
    key: str
    value: tuple[type, ...]
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    limit: int
    retention_ms: int = -1

    @property
    def config(self) -> dict[str, str]:
        """The configuration the topic is created with, and that is asserted at every start."""
        kept = {"retention.ms": str(self.retention_ms), "retention.bytes": "-1", "cleanup.policy": "delete"}
        return {**kept, "max.message.bytes": str(self.limit)}


INGEST = Topic("articles.ingest", "any", (bytes,), ("producers", "desk"), ("ingest",), 4 * MIB)
SCHEDULED = Topic("articles.scheduled", "uri", (messages.Article, messages.GateMark), ("ingest",), ("ingest",), 8 * MIB)
ACCEPTED = Topic("articles.accepted", "uri", (messages.Article,), ("ingest",), ("enrichment",), 8 * MIB)
ENRICHED = Topic(
    "articles.enriched", "uri", (messages.Enriched,), ("enrichment",), ("recommendation", "publishing"), 8 * MIB
)
RELATED = Topic(
    "articles.related",
    "uri",
    (messages.RelatedList, messages.WriterStart),
    ("recommendation",),
    ("publishing", "recommendation"),
    8 * MIB,
)
KILLS = Topic("articles.kills", "uri", (messages.Kill,), ("ingest", "desk"), ("recommendation", "publishing"), 1 * MIB)
DEAD_LETTER = Topic(
    "articles.dead-letter",
    "as it came",
    (bytes, messages.LetterMark),
    ("ingest", "enrichment", "recommendation", "publishing", "desk"),
    ("desk",),
    DEAD_LETTER_LIMIT,
)
MODEL_EPOCHS = Topic(
    "model.epochs",
    "always `epochs`, so that all lie in one partition",
    (messages.ModelEpoch, messages.EpochRollout),
    ("recommendation", "desk"),
    ("recommendation", "desk"),
    8 * MIB,
)
PROBES = Topic(
    "related.probes",
    "id, in the partition of the shard that it is for",
    (messages.Probe, messages.Offer),
    ("recommendation",),
    ("recommendation",),
    8 * MIB,
    retention_ms=24 * 60 * 60 * 1000,
)
"""What the instances of recommendation say to each other. No state is folded from it, so it need not be kept."""

REBUILDS = Topic(
    "publishing.rebuilds",
    "none, all on partition 0",
    (messages.RebuildWanted, messages.RebuildEnded),
    ("desk", "publishing"),
    ("publishing",),
    1 * MIB,
)

ALL = (INGEST, SCHEDULED, ACCEPTED, ENRICHED, RELATED, KILLS, DEAD_LETTER, MODEL_EPOCHS)
"""The log: what Redis follows from, and what an export saves."""

DECLARED = (*ALL, REBUILDS, PROBES)
"""Every topic that is created and checked: the log, and what services are asked for, and say to each other."""
