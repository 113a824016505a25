"""The sample newsroom behind the real edge, without a stack: what the services make of it, in memory."""

from collections.abc import Sequence
from datetime import UTC, datetime

from fastapi import FastAPI

from services.edge.app import build
from services.edge.settings import EdgeSettings
from services.publishing import assets
from services.publishing.publish import publication, related_fields
from services.publishing.render import Renderer
from services.recommendation.epoch import load_epoch
from services.recommendation.relate import Relations
from shared import redis_keys as keys
from shared.codec import encode
from shared.editions import with_addresses
from shared.fragments import make_fragment, pack
from shared.messages import Enriched, Origin, RelatedList
from shared.times import utc_text
from tests.support.fake_redis import FakeRedis
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
    redis = FakeRedis()
    _fill(redis, versions, killed)
    return build(EdgeSettings(), run=redis.run, clock=lambda: now)


def _fill(redis: FakeRedis, versions: Sequence[Enriched], killed: set[str]) -> None:
    editions = with_addresses(EDITIONS, SITE)
    renderer = Renderer(editions)
    relations = Relations(load_epoch())
    for version in versions:
        relations.apply(version)
    source = Origin(topic="articles.enriched", partition=0, offset=0)
    for version in versions:
        made = publication(version, source, killed, renderer, editions)
        fields = dict(made.fields)
        found = RelatedList(
            uri=version.uri, id=version.id, editions=version.editions, term=0, sequence=0, epoch="",
            items=relations.items(version.id),
        )  # fmt: skip
        redis.hashes[keys.entry(BUILD, version.id)] = fields | related_fields(found, killed, renderer, editions)
        for name, listing in made.listed.items():
            cards = redis.hashes.setdefault(keys.list_cards(BUILD, name), {})
            cards[f"{version.id}/card"] = listing.card
            if edition := keys.listed_edition(name):
                for section in ("", listing.section):
                    order = keys.edition_order(BUILD, edition, section)
                    redis.orders.setdefault(order, set()).add(listing.member)
    redis.sets[keys.KILLED] = killed
    redis.strings |= {keys.kill_mark(article_id): b"1" for article_id in killed}
    for slug, edition in editions.items():
        shell = renderer.shell(edition)
        redis.hashes[keys.shell(BUILD, slug)] = {name: pack(make_fragment(text)) for name, text in shell.items()}
    redis.hashes[keys.assets(BUILD)] = {name: asset.content for name, asset in assets.load(editions).items()}
    listed = [edition.model_dump(mode="json", by_alias=True) for edition in editions.values()]
    redis.strings[keys.editions(BUILD)] = encode(listed)
    redis.strings[keys.LIVE] = BUILD.encode()
