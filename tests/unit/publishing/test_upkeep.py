"""A refill, however long, does not look like a consumer that stands still: it would be ended, and begin anew."""

from typing import Any

from services.publishing.upkeep import Upkeep
from shared.kafka_log import Record
from shared.settings import Settings


class Taking:
    """Publishing that takes every record."""

    async def apply(self, record: Record, report: bool) -> str:
        return "id"


async def test_each_record_that_is_put_back_excuses_the_agents() -> None:
    excuses: list[int] = []
    store: Any = None
    publisher: Any = Taking()
    upkeep = Upkeep(Settings(), "group", store, publisher, set, lambda: excuses.append(1))
    for offset in range(3):
        await upkeep._put_back(Record("articles.enriched", 0, offset, 0, b"urn:1", b"{}"))
    assert len(excuses) == 3
