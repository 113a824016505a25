"""The sample newsroom behind the real edge, without a stack: what the services make of it, in memory."""

from collections.abc import Sequence
from datetime import UTC, datetime

from fastapi import FastAPI

from services.edge.app import build
from services.edge.settings import EdgeSettings
from services.recommendation.epoch import load_epoch
from services.recommendation.relate import Relations
from shared.editions import with_addresses
from shared.messages import Enriched, RelatedList
from shared.times import utc_text
from tests.support.laid_down import Layer
from tests.support.samples import EDITIONS, newest_versions

SITE = "https://masthead.test"
NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
"""The evening of the newest samples: late on the 19th in Hong Kong and in Dubai."""
BUILD = "samples-0"


def sample_app(now: datetime = NOW) -> FastAPI:
    """The edge as it answers at `now` once every sample that is not under embargo has gone through."""
    versions, killed = newest_versions()
    moment = utc_text(now)
    return app_over([version for version in versions if (version.not_before or "") <= moment], set(killed), now)


def app_over(versions: Sequence[Enriched], killed: set[str], now: datetime = NOW) -> FastAPI:
    """The edge as it answers at `now` once these are published in the editions of the samples."""
    relations = Relations(load_epoch())
    for version in versions:
        relations.apply(version)
    lists = [
        RelatedList(
            uri=version.uri, id=version.id, editions=version.editions, term=0, sequence=0, epoch="",
            items=relations.items(version.id),
        )
        for version in versions
    ]  # fmt: skip
    redis = Layer(with_addresses(EDITIONS, SITE)).lay_down(BUILD, versions, killed, lists)
    return build(EdgeSettings(), run=redis.run, clock=lambda: now)
