"""Articles and an epoch small enough to think about, for the tests of related articles."""

import hashlib
from typing import Any

import numpy as np

from services.recommendation.epoch import Epoch, Table
from services.recommendation.meanings import Meanings
from services.recommendation.ranker import FEATURES, Ranker, Tree
from shared.identity import public_id
from shared.messages import Enriched, Origin
from shared.order import Phase

EPOCH = Epoch(
    {
        "en": Table(1000, 2, {"harbour": 40, "ferri": 25, "strike": 60, "mayor": 90, "budget": 80, "storm": 30}),
        "zh": Table(1000, 2, {"香港": 300, "渡轮": 10, "罢工": 12, "台风": 8, "市长": 60}),
    }
)
RANKER = Ranker(
    (
        Tree(((FEATURES.index("shared"), 1, 0b01),), (-900, 1500)),
        Tree(((FEATURES.index("minutes"), 2000, 0b011), (FEATURES.index("title"), 30000, 0b001)), (200, 700, -2100)),
        Tree(((FEATURES.index("meaning"), 9000, 0b01),), (-300, 400)),
    )
)
MEANINGS = Meanings(
    ["ferri", "harbour", "mayor", "budget", "storm"],
    np.array([[90, 10, 0], [80, 0, 20], [-10, 70, 0], [0, 60, -20], [30, -20, 100]], np.int8),
)
RANKED = Epoch(EPOCH.tables, {"en": RANKER}, {"en": MEANINGS})
"""The same with a ranker for English, which turns some scores over, and what its terms mean."""


def article(name: str, headline: str = "", **fields: Any) -> Enriched:
    """An article, live, in edition `north`, published at noon on the first of May; its hash is of its content."""
    fields = {
        "text": "",
        "editions": ("north",),
        "language": "en",
        "published_at": "2026-05-01T12:00:00.000000Z",
        "slug": name,
        **fields,
    }
    uri = f"https://example.org/{name}"
    content = repr((headline, sorted(item for item in fields.items() if item[0] not in {"phase", "version"})))
    return Enriched(
        uri=uri,
        id=public_id(uri),
        headline=headline,
        origin=Origin(topic="articles.ingest", partition=0, offset=0),
        **{
            "version": 1,
            "version_created": "2026-05-01T12:00:00.000000Z",
            "phase": Phase.LIVE,
            "hash": hashlib.sha256(content.encode()).hexdigest()[:32],
            "section": "news",
            **fields,
        },
    )


def day(number: int, minute: int = 0) -> str:
    """A time on a day of May 2026."""
    return f"2026-05-{number:02d}T12:{minute:02d}:00.000000Z"
