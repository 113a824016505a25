"""The one alarm that the edge can give: the log was restored from an old copy, and readers see what it has lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from services.edge.connection import Command
from shared import redis_keys as keys

NAMED = 20
"""So many ids are named; the numbers count all."""


@dataclass(frozen=True)
class Unlogged:
    """What stands in Redis and not in the log: how many articles and kills, and the first ids of each."""

    articles: int
    article_ids: tuple[str, ...]
    kills: int
    killed_ids: tuple[str, ...]

    @classmethod
    def of(cls, replies: Sequence[Any]) -> Self:
        """From the replies to `unlogged_commands`."""
        articles, article_ids, kills, killed_ids = replies
        return cls(articles, tuple(i.decode() for i in article_ids), kills, tuple(i.decode() for i in killed_ids))

    def __bool__(self) -> bool:
        return bool(self.articles or self.kills)

    def as_json(self) -> dict[str, object]:
        """The alarm for programs, with one sentence for a person."""
        lost = " and ".join(
            f"{count} {word if count == 1 else word + 's'}"
            for count, word in ((self.articles, "article"), (self.kills, "kill"))
            if count
        )
        text = f"the log is older than what readers see: it lacks {lost}; send them again (docs/backup.md)"
        return {
            "text": text,
            "articles": self.articles,
            "articleIds": self.article_ids,
            "kills": self.kills,
            "killedIds": self.killed_ids,
        }


def unlogged_commands(build: str) -> list[Command]:
    """What to ask Redis for."""
    names = (keys.unlogged(build), keys.UNLOGGED_KILLS)
    return [command for name in names for command in (("ZCARD", name), ("ZRANGE", name, 0, NAMED - 1))]
