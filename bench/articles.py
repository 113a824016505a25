"""Files of articles for measuring (JSON Lines, plain or gzip) as the messages that the services read.

Fields used: `id`, `title`, `body`, `lang`, `published_at` (a date, a time or null).
"""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared.identity import public_id
from shared.messages import Enriched, Origin
from shared.order import Phase
from shared.times import utc_text

EDITION = "all"
NEVER = datetime(1900, 1, 1, tzinfo=UTC)
"""Stands for an unknown date."""


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file, line by line."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def enriched(line: dict[str, Any]) -> Enriched:
    """A line as an enriched article of one edition; its `uri` is the line's `id`."""
    moment = datetime.fromisoformat(line["published_at"]) if line["published_at"] else NEVER
    published = utc_text(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    return Enriched(
        uri=line["id"],
        id=public_id(line["id"]),
        version=1,
        version_created=published,
        phase=Phase.LIVE,
        hash="0" * 32,
        published_at=published,
        editions=(EDITION,),
        language=line["lang"],
        section="news",
        slug="article",
        headline=line["title"] or "",
        text=line["body"] or "",
        origin=Origin(topic="bench", partition=0, offset=0),
    )
