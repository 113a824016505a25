"""Recommendation comes back from its snapshot on the running stack, misses nothing, and trusts no other file."""

from pathlib import Path

from services.desk.log import log_reader
from services.recommendation.epoch import load_epoch
from services.recommendation.epochs import read_standing
from services.recommendation.relate import Relations
from shared.codec import decode
from shared.identity import public_id
from shared.messages import Enriched, Kill
from shared.topics import ENRICHED, KILLS
from tests.support.articles import article, new_uri
from tests.support.newsroom import Newsroom
from tests.support.waiting import eventually

LINE = "The lamplighters of Osmerry were called; lamplighter Tove Brindal lit the first lamp of Osmerry quay."


async def right(newsroom: Newsroom, *uris: str) -> None:
    """The lists that are served are those that follow from the log."""
    async with log_reader(newsroom.settings) as consumer:
        relations = Relations((await read_standing(consumer, load_epoch())).epoch)
    for record in await newsroom.log.records(KILLS):
        relations.kill(decode(record.value, Kill).id)
    for record in await newsroom.log.records(ENRICHED):
        relations.apply(decode(record.value, Enriched))
    for uri in uris:
        served = [(item["id"], item["score"]) for item in await newsroom.edge.related(uri)]
        assert served == [(item.id, item.score) for item in relations.items(public_id(uri))]


def said(newsroom: Newsroom, words: str) -> int:
    """How often recommendation has logged these words."""
    logs = sorted((newsroom.settings.state_dir / "log").glob("recommendation*"))
    return sum(path.read_text(encoding="utf-8").count(words) for path in logs)


async def test_back_from_a_snapshot_and_from_the_log_alone(newsroom: Newsroom) -> None:
    one, other, late, last = (new_uri("snapshot") for _ in range(4))
    await newsroom.publish(article(one, headline="Lamplighters of Osmerry", paragraphs=[LINE]))
    await newsroom.publish(article(other, headline="First lamp at Osmerry", paragraphs=[LINE, "It was dark."]))
    await eventually(lambda: right(newsroom, one, other))
    file = Path(newsroom.settings.state_dir) / "recommendation.snapshot"

    before = said(newsroom, "from a snapshot")
    await newsroom.stack.stop_part("recommendation")
    assert file.exists()
    await newsroom.push(article(late, headline="Second lamp at Osmerry", paragraphs=[LINE, "It was lit."]))
    newsroom.stack.start_part("recommendation")
    await newsroom.stack.ready("recommendation")
    assert said(newsroom, "from a snapshot") == before + 1
    await newsroom.visible(late)
    await eventually(lambda: right(newsroom, one, other, late))

    alone = said(newsroom, "from the log alone")
    await newsroom.stack.stop_part("recommendation")
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    newsroom.stack.start_part("recommendation")
    await newsroom.stack.ready("recommendation")
    assert said(newsroom, "from the log alone") == alone + 1
    await newsroom.publish(article(last, headline="Third lamp at Osmerry", paragraphs=[LINE, "It went out."]))
    await eventually(lambda: right(newsroom, one, other, late, last))
