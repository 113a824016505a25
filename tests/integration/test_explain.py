"""A related entry as the edge serves it against the score recomputed from the log; and an editor's pin, end to end."""

from typing import Any

from services.desk.explain import newest_enriched
from services.desk.log import log_reader
from services.recommendation.explained import explained
from shared.identity import public_id
from tests.support.articles import article, new_uri
from tests.support.newsroom import Newsroom
from tests.support.waiting import eventually

LINE = "The Quillfeather viaduct was closed after surveyor Osbert Tamplin found a crack in its ninth pier."


async def test_what_is_served_is_what_the_log_and_the_epoch_give(newsroom: Newsroom) -> None:
    owner, shown, pinned = new_uri("explain"), new_uri("explain"), new_uri("explain")
    association = {"name": "first", "rel": "related", "uri": pinned}
    closed, crack = "Viaduct of Quillfeather closed", "Quillfeather viaduct: a crack in the ninth pier"
    await newsroom.publish(article(owner, headline=closed, paragraphs=[LINE], associations=[association]))
    await newsroom.publish(
        article(shown, headline=crack, paragraphs=["Osbert Tamplin goes on looking.", "Ninth pier."])
    )
    await newsroom.publish(article(pinned))

    async def served() -> list[dict[str, Any]]:
        answer = await newsroom.edge.get(f"/v1/articles/{public_id(owner)}/related")
        items: list[dict[str, Any]] = answer.json()["items"]
        assert {public_id(shown), public_id(pinned)} <= {item["id"] for item in items}
        return items

    items = await eventually(served)
    assert items[0]["id"] == public_id(pinned)
    assert [reason["kind"] for reason in items[0]["reasons"]] == ["pinned"]
    [entry] = [item for item in items if item["id"] == public_id(shown)]
    async with log_reader(newsroom.settings) as consumer:
        one, other = await newest_enriched(consumer, owner), await newest_enriched(consumer, shown)
    found = explained(one, other, (await newsroom.log.epoch()).epoch)
    assert entry["score"] == found.score
    assert [(r["kind"], r["value"], r["weight"]) for r in entry["reasons"]] == [
        (r.kind, r.value, r.weight) for r in found.reasons
    ]
