"""Renewing an epoch: what is common in this newsroom's own articles, on top of what ships."""

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from services.recommendation.epoch import Epoch, Table, fitting
from services.recommendation.tokens import count, family_of
from shared.messages import Enriched, ModelEpoch

SIZE = 1024 * 1024
"""The largest packed table, in bytes: all families together fit into one record."""
LEAST_OF_NEW = 2
OWN_TABLE_FROM = 200
"""Articles that a family must have before it gets a table where none ships: of fewer, words would be rare by chance."""
GROWTH = 2
RENEWED_FROM = 1000


@dataclass
class Census:
    """The articles that were counted, by language family, and in how many of them each term was seen."""

    articles: Counter[str] = field(default_factory=Counter)
    seen: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, article: Enriched) -> None:
        """Counts an article."""
        family = family_of(article.language)
        self.articles[family] += 1
        self.seen.setdefault(family, Counter()).update(terms_of(article))


def terms_of(article: Enriched) -> Set[str]:
    """The terms for which an article counts."""
    family = family_of(article.language)
    return count(article.headline, family).keys() | count(article.text, family).keys()


def renewed(shipped: Epoch, census: Census) -> Epoch:
    """The epoch of a newsroom: a function of the articles counted and of what ships, never of an epoch before it."""
    tables: dict[str, Table] = {}
    for family in shipped.tables.keys() | census.articles.keys():
        table = shipped.tables.get(family)
        if table is None and census.articles[family] < OWN_TABLE_FROM:
            continue
        table = table or Table(0, LEAST_OF_NEW, {})
        seen = Counter(table.frequency)
        seen.update(census.seen.get(family, {}))
        tables[family] = fitting(table.documents + census.articles[family], seen, table.least, SIZE)
    return Epoch(tables, shipped.rankers, shipped.meanings)


def is_due(counted: Mapping[str, int], live: int) -> bool:
    """Whether so many more articles are live than were counted that the epoch should be renewed: twice as many, and a
    thousand."""
    return live >= max(RENEWED_FROM, GROWTH * sum(counted.values()))


def to_message(epoch: Epoch, census: Census, actor: str, made_at: str) -> ModelEpoch:
    """The record that makes an epoch the one that stands; without rankers and meanings, which ship with the code."""
    tables = {family: table.packed() for family, table in sorted(epoch.tables.items())}
    return ModelEpoch(made_at=made_at, actor=actor, counted=dict(sorted(census.articles.items())), tables=tables)


def from_message(message: ModelEpoch, shipped: Epoch) -> Epoch:
    """The inverse. Raises ValueError, OSError or EOFError where a table is none."""
    tables = {family: Table.unpacked(data) for family, data in message.tables.items()}
    return Epoch(tables, shipped.rankers, shipped.meanings)


def moved(before: Epoch, after: Epoch, family: str, most: int) -> list[tuple[str, float]]:
    """The terms of a family whose weight by rarity moved most, with its factor; only those of a hundredth or more."""
    old, unknown_before = before.rarity(family)
    new, unknown_after = after.rarity(family)
    factors = {
        term: max(1, new.get(term, unknown_after)) / max(1, old.get(term, unknown_before))
        for term in (old.keys() | new.keys()) - {""}
    }
    far = [(term, factor) for term, factor in factors.items() if abs(factor - 1) >= 0.01]
    return sorted(far, key=lambda found: (-max(found[1], 1 / found[1]), found[0]))[:most]
