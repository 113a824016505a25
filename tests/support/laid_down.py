"""What publishing lays into Redis for versions, kills and related lists, made in memory by its own pure functions."""

from collections.abc import Collection, Iterable, Mapping

from services.publishing import assets
from services.publishing.content import NOWHERE
from services.publishing.publish import Fields, Publication, publication, related_fields
from services.publishing.render import Renderer
from shared import redis_keys as keys
from shared.codec import encode
from shared.editions import Edition
from shared.fragments import make_fragment, pack
from shared.messages import Enriched, RelatedList
from tests.support.fake_redis import FakeRedis


class Layer:
    """Lays down builds for editions with their addresses. What it has made once it does not make again."""

    def __init__(self, editions: Mapping[str, Edition]) -> None:
        self.editions = editions
        self.renderer = Renderer(editions)
        self._articles: dict[str, tuple[object, Publication]] = {}
        self._related: dict[str, tuple[object, Fields]] = {}

    def lay_down(
        self, build: str, versions: Iterable[Enriched], killed: Collection[str], lists: Iterable[RelatedList]
    ) -> FakeRedis:
        """A Redis whose live build has these articles, none of them killed, and these lists of theirs."""
        redis = FakeRedis()
        for version in versions:
            self._lay_article(redis, build, version, killed)
        for found in lists:
            self._lay_related(redis, build, found, killed)
        if killed:
            redis.sets[keys.KILLED] = set(killed)
        redis.strings |= {keys.kill_mark(article_id): b"1" for article_id in killed}
        self._lay_shell(redis, build)
        redis.strings[keys.LIVE] = build.encode()
        return redis

    def _lay_article(self, redis: FakeRedis, build: str, version: Enriched, killed: Collection[str]) -> None:
        made = self._publication(version, killed)
        redis.hashes[keys.entry(build, version.id)] = {"article": made.fence.encode(), **made.fields}
        if made.listed:
            redis.sets[keys.ever_in(build, version.id)] = set(made.listed)
        _lay_shown(redis, build, version.id, [medium.id for medium in version.media], killed)
        for name, listing in made.listed.items():
            place = {"fence": made.fence.encode(), "card": listing.card, "member": listing.member.encode()}
            cards = redis.hashes.setdefault(keys.list_cards(build, name), {})
            cards |= {f"{version.id}/{part}": value for part, value in place.items()}
            if edition := keys.listed_edition(name):
                sections = {section.slug for section in self.editions[edition].sections}
                for section in ("", *{listing.section} & sections):
                    redis.orders.setdefault(keys.edition_order(build, edition, section), set()).add(listing.member)

    def _lay_related(self, redis: FakeRedis, build: str, found: RelatedList, killed: Collection[str]) -> None:
        entry = redis.hashes.setdefault(keys.entry(build, found.id), {})
        entry |= {"related": found.fence().encode(), **self._related_fields(found, killed)}
        _lay_shown(redis, build, found.id, [item.id for item in found.items], killed)

    def _lay_shell(self, redis: FakeRedis, build: str) -> None:
        for slug, edition in self.editions.items():
            shell = self.renderer.shell(edition)
            redis.hashes[keys.shell(build, slug)] = {name: pack(make_fragment(text)) for name, text in shell.items()}
        redis.hashes[keys.assets(build)] = {name: file.content for name, file in assets.load(self.editions).items()}
        listed = [edition.model_dump(mode="json", by_alias=True) for edition in self.editions.values()]
        redis.strings[keys.editions(build)] = encode(listed)

    def _publication(self, version: Enriched, killed: Collection[str]) -> Publication:
        asked = (version.stamp, version.origin, [medium.id for medium in version.media if medium.id in killed])
        before = self._articles.get(version.id)
        if before is None or before[0] != asked:
            before = asked, publication(version, NOWHERE, killed, self.renderer, self.editions)
            self._articles[version.id] = before
        return before[1]

    def _related_fields(self, found: RelatedList, killed: Collection[str]) -> Fields:
        asked = (found, [item.id for item in found.items if item.id in killed])
        before = self._related.get(found.id)
        if before is None or before[0] != asked:
            before = asked, related_fields(found, killed, self.renderer, self.editions)
            self._related[found.id] = before
        return before[1]


def _lay_shown(redis: FakeRedis, build: str, shower: str, shown: Iterable[str], killed: Collection[str]) -> None:
    for article_id in shown:
        if article_id not in killed:
            redis.sets.setdefault(keys.shown_by(build, article_id), set()).add(shower)
