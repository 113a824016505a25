"""The sample newsroom's files, one for each version of an article, and what ingest and enrichment make of them."""

import re
from functools import cache
from pathlib import Path

import shared
from services.enrichment.enrich import enrich
from services.ingest.accept import accept
from shared.editions import load_editions
from shared.kafka_log import Record
from shared.messages import Article, Enriched, Kill
from shared.settings import Settings

SAMPLES = Path(shared.__file__).with_name("samples")
ARCHIVE = sorted(SAMPLES.glob("*.json"))
LIVE = sorted(SAMPLES.glob("live/*.json"))
EDITIONS = load_editions(Settings().editions)


def number_of(file: Path) -> int:
    """1 for `x.json`, 2 for `x.2.json`: the order in which the versions of an article are pushed."""
    numbered = re.search(r"\.(\d+)\.json$", file.name)
    return int(numbered[1]) if numbered else 1


def accepted(file: Path) -> Article | Kill:
    """A sample as it passes the door."""
    return accept(Record("articles.ingest", 0, 0, 0, None, file.read_bytes()), EDITIONS, ())


@cache
def enriched(file: Path) -> Enriched:
    """A sample, no kill, as it leaves enrichment. Made once for all who ask."""
    article = accepted(file)
    assert isinstance(article, Article), f"{file.name} is a kill"
    return enrich(article)


@cache
def newest_versions() -> tuple[tuple[Enriched, ...], frozenset[str]]:
    """The newest version of each article that is not killed, in the order of the files, and the ids of the killed."""
    versions: dict[str, Enriched] = {}
    killed: set[str] = set()
    for file in ARCHIVE + LIVE:
        if isinstance(found := accepted(file), Kill):
            killed.add(found.id)
            continue
        version = enriched(file)
        held = versions.get(version.id)
        if held is None or held.stamp.order() < version.stamp.order():
            versions[version.id] = version
    return tuple(version for version in versions.values() if version.id not in killed), frozenset(killed)
