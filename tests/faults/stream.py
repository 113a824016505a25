"""A stream of numbered articles as a busy newsroom sends it: updates, kills, late and doubled versions, embargoes."""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from tests.support.articles import Ninjs, article, canceled, moment

A_TOPIC = 10
"""Articles that share a topic: each of them enters the lists of those before it. With others they share no word."""
SYLLABLES = (
    "al",
    "bir",
    "co",
    "dun",
    "em",
    "fal",
    "gar",
    "her",
    "iro",
    "juni",
    "kes",
    "lor",
    "mar",
    "nor",
    "os",
    "pel",
)
EDITIONS = (("hk",), ("hk", "tpe"), ("tpe",), ("dxb", "hk"))
SOON = 2.5
"""Seconds within which embargoes end and articles expire."""
LATER = 40
"""Numbers of articles within which the rest of an article's history is sent."""


class Push(NamedTuple):
    """A record for `articles.ingest`; `partition` None is that of its key."""

    content: Ninjs | bytes
    partition: int | None


class Stream:
    """Articles from number 0 on; each call of `take` goes on where the last one ended.

    One topic of `listed` stands in the lists of others: an update of an article changes the lists of all those that it
    may fill, and a round would be one of recommendation and of little else.
    """

    def __init__(self, seed: int, partitions: int, listed: int) -> None:
        self._random = Random(seed)
        self._seed = seed
        self._partitions = partitions
        self._listed = listed
        self._number = 0
        self._waiting: dict[int, list[Ninjs]] = {}

    def take(self, articles: int) -> Iterator[Push]:
        """The records of so many more articles, and of what is left of those before."""
        for _ in range(articles):
            first, *rest = self._history(self._number)
            yield from self._sent(first)
            for content in rest:
                due = self._number + self._random.randint(1, LATER)
                self._waiting.setdefault(due, []).append(content)
            for content in self._waiting.pop(self._number, []):
                yield from self._sent(content)
            self._number += 1

    def rest(self) -> Iterator[Push]:
        """What still waits for its turn."""
        for number in sorted(self._waiting):
            for content in self._waiting.pop(number):
                yield from self._sent(content)

    def _sent(self, content: Ninjs) -> Iterator[Push]:
        random = self._random
        partition = random.randrange(self._partitions) if random.random() < 0.2 else None
        yield Push(content, partition)
        if random.random() < 0.05:
            yield Push(content, partition)
        if random.random() < 0.01:
            yield Push(b"{no JSON", 0)

    def _history(self, number: int) -> list[Ninjs]:
        """What is sent of an article, in this order."""
        one, two, three = (self._version(number, version) for version in (1, 2, 3))
        chance = self._random.random()
        if chance < 0.60:
            return [one]
        if chance < 0.72:
            return [one, two]
        if chance < 0.76:
            return [two, one]  # the first comes late
        if chance < 0.80:
            return [one, three, two]
        if chance < 0.85:
            return [one, canceled(one["uri"]), two]  # after its kill a version changes nothing
        if chance < 0.88:
            return [one, {**two, "pubStatus": "withheld"}]
        if chance < 0.90:
            return [one, {**two, "pubStatus": "withheld"}, three]
        if chance < 0.95:
            return [{**one, "embargoedUntil": moment(self._random.uniform(0.5, SOON))}]
        if chance < 0.97:
            return [one, {**two, "embargoedUntil": moment(self._random.uniform(0.5, SOON))}]
        return [{**one, "expires": moment(self._random.uniform(0.5, SOON))}]

    def _version(self, number: int, version: int) -> Ninjs:
        topic = self._topic(number // A_TOPIC)
        home = self._random.randrange(len(EDITIONS))
        return article(
            f"urn:newsml:desk.example:20240319:fault-{self._seed}-{number}",
            version=version,
            headline=f"{topic.capitalize()} {number}, {topic}{'abc'[version - 1]}",
            paragraphs=(f"At {topic}: {topic}{number}. More of {topic}{'abc'[version - 1]}.",),
            editions=EDITIONS[home],
            section=self._random.choice(("news", "harbour")),
            slug=f"{topic}-{number}",
            firstCreated=_first(number),
            relatedUnlisted=bool(number // A_TOPIC % self._listed),
            relatedHidden=bool(number % 2),
        )

    def _topic(self, number: int) -> str:
        """A word that no other topic has."""
        digits = [number // len(SYLLABLES) ** place % len(SYLLABLES) for place in range(4)]
        return "".join(SYLLABLES[digit] for digit in digits) + "quay"


def _first(number: int) -> str:
    """A minute of its own for each article."""
    day, minute = divmod(number, 24 * 60)
    return f"2024-03-{1 + day % 28:02d}T{minute // 60:02d}:{minute % 60:02d}:{day // 28:02d}Z"
