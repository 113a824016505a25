"""Files of articles for measuring (JSON Lines, plain or gzip) as the messages that the services read.

Fields used: `id`, `title`, `body`, `lang`, `section`, `published_at` (a date, a time or null); for labels
`stories`.
"""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from services.recommendation.epoch import Epoch
from services.recommendation.index import Index
from services.recommendation.ranker import Whole
from services.recommendation.score import Subject, decay_of, decay_table, subject
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
        section=line.get("section") or "",
        slug="article",
        headline=line["title"] or "",
        text=line["body"] or "",
        origin=Origin(topic="bench", partition=0, offset=0),
    )


class Corpus:
    """The articles of a labelled file, in the order of `published_at` (those without a date first), to be ranked.

    An article is its place in that order, and its slot in the index. Where fewer than half have a date, or if `timed`
    is false, time is left out; likewise `section`.
    """

    def __init__(self, path: Path, epoch: Epoch, timed: bool = True, section: bool = True) -> None:
        self.epoch = epoch
        self.lines = sorted(read_lines(path), key=lambda line: line["published_at"] or "")
        self.dated = sum(line["published_at"] is not None for line in self.lines)
        self.timed = timed and self.dated * 2 >= len(self.lines)
        self.subjects: list[Subject] = []
        for line in self.lines:
            found = subject(enriched(line), epoch)
            moment = found.moment if self.timed else None
            self.subjects.append(found._replace(moment=moment, section=found.section if section else ""))
        self._index = Index(decay_of if self.timed else _no_decay)
        self._added = 0
        self._by_story: dict[str, set[int]] = {}
        for place, line in enumerate(self.lines):
            for story in line.get("stories") or ():
                self._by_story.setdefault(story, set()).add(place)

    def grow(self, count: int) -> None:
        """Put the first `count` articles into the index."""
        for place in range(self._added, count):
            self._index.add(self.subjects[place], (EDITION,))
        self._added = max(self._added, count)

    def best(self, query: int, count: int) -> tuple[list[int], Whole]:
        """The best of those in the index for an article of it by base score, and these scores; ties by uri."""
        slots, scores = self._index.similar(query, count)
        others = list(zip(slots.tolist(), scores.tolist(), strict=True))
        others.sort(key=lambda pair: (-pair[1], self.lines[pair[0]]["id"]))
        return [slot for slot, _ in others[:count]], np.array([score for _, score in others[:count]], np.int64)

    def ranked(self, query: int, pool: int) -> list[int]:
        """The pool of an article in the order of the final scores, as the service shows them."""
        slots, base = self.best(query, pool)
        ranker = self.epoch.rankers.get(self._index.family(query))
        finals = self._index.finals(query, np.array(slots, np.int64), base, ranker)
        pairs = zip(slots, finals.tolist(), strict=True)
        return [slot for slot, _ in sorted(pairs, key=lambda pair: (-pair[1], self.lines[pair[0]]["id"]))]

    def stories(self, place: int) -> list[str]:
        """The labels of an article."""
        return list(self.lines[place].get("stories") or ())

    def relevant(self, place: int) -> set[int]:
        """The other articles with one of its labels."""
        return {other for story in self.stories(place) for other in self._by_story[story]} - {place}

    def queries(self) -> list[int]:
        """The articles that share a label with another one."""
        return [place for place in range(len(self.lines)) if self.relevant(place)]


def _no_decay(family: str) -> Whole:
    return decay_table(1.0, 1.0)
