"""An epoch is renewed on the running stack: all lists follow it, nothing is missed, and a restart keeps it."""

from collections.abc import Mapping
from typing import Any

from services.desk import epoch
from services.desk.explain import newest_enriched
from services.desk.log import log_reader
from services.recommendation.explained import explained
from services.recommendation.relate import Relations
from shared.codec import decode
from shared.identity import public_id
from shared.messages import Enriched, Kill
from shared.topics import ENRICHED, KILLS
from tests.support.articles import article, new_uri
from tests.support.newsroom import Newsroom
from tests.support.waiting import eventually

LINE = "The weighbridge of Tarnholm was opened; weighmaster Isa Corviston weighed the first lorry of Tarnholm."


async def follows(newsroom: Newsroom, owner: str, shown: str) -> None:
    """What is served is scored by the epoch that stands."""
    items: list[Mapping[str, Any]] = await newsroom.edge.related(owner)
    scores = {item["id"]: item["score"] for item in items}
    async with log_reader(newsroom.settings) as consumer:
        one, other = await newest_enriched(consumer, owner), await newest_enriched(consumer, shown)
    assert scores[public_id(shown)] == explained(one, other, (await newsroom.log.epoch()).epoch).score


async def test_all_lists_follow_a_renewed_epoch(newsroom: Newsroom) -> None:
    owner, shown, late = new_uri("epoch"), new_uri("epoch"), new_uri("epoch")
    await newsroom.publish(article(owner, headline="Weighbridge of Tarnholm opened", paragraphs=[LINE]))
    await newsroom.publish(article(shown, headline="First lorry at Tarnholm", paragraphs=[LINE, "It was too heavy."]))
    await eventually(lambda: follows(newsroom, owner, shown))
    before = await newsroom.log.epoch()

    assert await epoch.renew_epoch(newsroom.settings, False, 120, False) == 0
    after = await newsroom.log.epoch()
    assert after.epoch.id != before.epoch.id
    assert after.message is not None
    assert after.message.counted["en"] > 1
    assert after.rollout is not None
    assert 0 < after.rollout.changed <= after.rollout.lists
    await eventually(lambda: follows(newsroom, owner, shown))

    await newsroom.publish(article(late, headline="Second lorry at Tarnholm", paragraphs=[LINE, "It was lighter."]))
    await eventually(lambda: follows(newsroom, owner, late))
    newsroom.stack.kill("recommendation")
    await newsroom.stack.ready("recommendation")
    later = new_uri("epoch")
    await newsroom.publish(article(later, headline="Third lorry at Tarnholm", paragraphs=[LINE, "It was empty."]))
    await eventually(lambda: follows(newsroom, owner, later))
    await eventually(lambda: all_follow(newsroom))


async def all_follow(newsroom: Newsroom) -> None:
    """Every list is what the log gives under the epoch that stands."""
    relations = Relations((await newsroom.log.epoch()).epoch)
    for record in await newsroom.log.records(KILLS):
        relations.kill(decode(record.value, Kill).id)
    uris: dict[str, str] = {}
    for record in await newsroom.log.records(ENRICHED):
        version = decode(record.value, Enriched)
        relations.apply(version)
        uris[version.id] = version.uri
    for article_id in list(relations.ids())[:100]:
        served = [(item["id"], item["score"]) for item in await newsroom.edge.related(uris[article_id])]
        assert served == [(item.id, item.score) for item in relations.items(article_id)]
