"""The log that `bench.rebuild` rebuilds from: what ingest, enrichment and recommendation would have written."""

import asyncio
import json
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from services.enrichment.enrich import enrich
from services.ingest.accept import accept
from services.recommendation.epoch import load_epoch
from services.recommendation.lists import Lists
from services.recommendation.relate import Relations
from shared.codec import decode, encode
from shared.editions import Edition
from shared.kafka_log import Record
from shared.messages import Article, Enriched, RelatedList
from shared.topics import INGEST

VOCABULARY = 8000
"""Different words, drawn so that some are frequent and most are rare."""
OF_ONE_STORY = 6
"""Articles that share the words of a story."""
AT_ONCE = 25

_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]


def articles(count: int, editions: Mapping[str, Edition]) -> list[Enriched]:
    """So many articles of some 300 words, in one edition or two, as enrichment writes them; always the same."""
    chance = random.Random(20240319)
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(VOCABULARY)]
    weights = [1 / (rank + 10) for rank in range(VOCABULARY)]
    began, slugs, story = datetime(2026, 11, 1, tzinfo=UTC), list(editions), [""]
    found = []
    for number in range(count):
        if number % OF_ONE_STORY == 0:
            story = chance.sample(words, 12)
        text = [*chance.choices(words, weights, k=280), *chance.choices(story, k=20)]
        chance.shuffle(text)
        home = slugs[number % len(slugs)]
        ninjs = {
            "uri": f"urn:bench:{number}",
            "version": "1",
            "versionCreated": (began + timedelta(minutes=number)).isoformat(),
            "headlines": [{"role": "main", "value": " ".join(chance.sample(text, 7)).capitalize()}],
            "descriptions": [{"role": "dek", "value": " ".join(chance.sample(text, 14)).capitalize()}],
            "language": "en",
            "editions": [home] if number % 3 else [home, slugs[(number + 1) % len(slugs)]],
            "section": editions[home].sections[number % len(editions[home].sections)].slug,
            "by": "Ines Calloway",
            "bodies": [
                {
                    "contentType": "text/html",
                    "value": "".join(f"<p>{' '.join(text[at : at + 50])}.</p>" for at in range(0, 300, 50)),
                }
            ],
        }
        record = Record(INGEST.name, 0, number, 0, None, json.dumps(ninjs).encode())
        accepted = accept(record, editions, ())
        assert isinstance(accepted, Article)
        found.append(decode(encode(enrich(accepted)), Enriched))
    return found


def lists(found: list[Enriched]) -> list[RelatedList]:
    """Every related list that recommendation says while these articles come, in its order.

    It would say some 45 of each article where they come one by one; here so many come at once (`AT_ONCE`), which gives
    some 10 and takes a minute less.
    """
    said: list[RelatedList] = []

    async def send(message: RelatedList, _cause: Mapping[str, str]) -> None:
        said.append(message)

    async def run() -> None:
        relations = Relations(load_epoch())
        emitted = Lists(relations, send)
        emitted.begin(0)
        changed: set[str] = set()
        for number, article in enumerate(found, 1):
            changed |= relations.apply(article)
            if number % AT_ONCE == 0 or number == len(found):
                await emitted.emit(changed, {})
                changed = set()

    asyncio.run(run())
    return said
