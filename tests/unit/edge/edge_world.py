"""A small network, laid into a Redis of dictionaries."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec
from pydantic import HttpUrl

from services.edge import shells
from shared import redis_keys as keys
from shared.codec import encode
from shared.editions import Edition, Section
from shared.entries import Card, Entry, LanguageVersion, Summary
from shared.fragments import make_fragment, pack
from shared.identity import page_path, public_id
from shared.messages import Origin
from shared.order import Phase
from tests.support.fake_redis import FakeRedis

KINDS = ("not_found", "killed", "withheld", "expired", "unavailable")
SECTIONS = (Section(slug="news", name="News"), Section(slug="sport", name="Sport"))
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def _edition(slug: str, name: str, time_zone: str, sections: tuple[Section, ...]) -> Edition:
    base = HttpUrl(f"https://{slug}.example")
    return Edition(slug=slug, name=name, time_zone=time_zone, sections=sections, base_url=base)


@dataclass
class World:
    """The network's editions and articles, as publishing would have laid them down."""

    redis: FakeRedis
    now: datetime = NOON
    build: str = "b1"
    editions: tuple[Edition, ...] = field(
        default_factory=lambda: (
            _edition("north", "The North", "Asia/Hong_Kong", SECTIONS),
            _edition("south", "The South", "America/New_York", SECTIONS[:1]),
        )
    )

    def write_shell(self) -> None:
        """The editions and their shells, live."""
        listed = [edition.model_dump(mode="json", by_alias=True) for edition in self.editions]
        self.redis.strings[keys.editions(self.build)] = json.dumps(listed).encode()
        for edition in self.editions:
            names = {*shells.front(edition), *shells.NETWORK}
            names |= {name for section in edition.sections for name in shells.section(section.slug)}
            names |= {name for kind in KINDS for name in shells.message(kind)}
            self.redis.hashes[keys.shell(self.build, edition.slug)] = {
                name: pack(make_fragment(f"<{name} {edition.slug}>")) for name in names
            }
        self.redis.hashes[keys.assets(self.build)] = {"page.css": b"body{}", "talk.wav": b"RIFF0123456789"}
        self.redis.strings[keys.LIVE] = self.build.encode()

    def add(
        self,
        uri: str,
        editions: Sequence[str] = ("north",),
        *,
        published: str = "2026-11-20T08:00:00.000000Z",
        phase: Phase = Phase.LIVE,
        not_before: str | None = None,
        not_after: str | None = None,
        media: Sequence[str] = (),
        related: Sequence[str] | None = None,
        text: str = "text",
        section: str = "news",
        urgency: int = 5,
        language: str = "en",
        original: str = "",
        **said: str,
    ) -> str:
        """Lays an article down and gives its id. `related` are ids; None: no list has arrived. `original` is a uri.

        `said` are fields of its summary.
        """
        article_id = public_id(uri)
        entry = Entry(
            uri=uri,
            id=article_id,
            phase=phase,
            version=1,
            version_created=published,
            hash="0" * 32,
            original=public_id(original or uri),
            editions=tuple(editions),
            slug="slug",
            section=section,
            not_before=not_before,
            not_after=not_after,
            origin=Origin(topic="articles.ingest", partition=0, offset=0),
            source=Origin(topic="articles.ingest", partition=0, offset=0),
        )
        fields = {"article/entry": encode(entry)}
        shows = (article_id, *media)
        canonical = f"https://{editions[0]}.example{page_path(editions[0], 'slug', article_id)}"
        if phase is Phase.LIVE:
            fields["article/json"] = encode({"id": article_id, "uri": uri, "media": [{"id": m} for m in media]})
            for edition in editions:
                fields[f"article/head:{edition}"] = pack(make_fragment(f"<head {uri}>", shows))
                fields[f"article/page:{edition}"] = pack(make_fragment(f"<article {uri} {text}>", shows))
                summary = Summary(
                    id=article_id,
                    uri=uri,
                    url=page_path(edition, "slug", article_id),
                    canonical_url=canonical,
                    headline=uri,
                    dek="",
                    summary="",
                    by="",
                    image="",
                    section=section,
                    language=language,
                    published_at=published,
                    version_created=published,
                    media_type="text",
                    urgency=urgency,
                )
                summary = msgspec.structs.replace(summary, **said)
                card = Card(summary, make_fragment(f"<card {uri}>", shows), not_before, not_after)
                member = keys.list_member(published, article_id)
                for order in ("", section):
                    self.redis.orders.setdefault(keys.edition_order(self.build, edition, order), set()).add(member)
                cards = self.redis.hashes.setdefault(keys.list_cards(self.build, keys.edition_list(edition)), {})
                cards[f"{article_id}/card"] = msgspec.msgpack.encode(card)
            version = LanguageVersion(article_id, language, canonical, not_before, not_after)
            languages = keys.list_cards(self.build, keys.language_list(entry.original))
            self.redis.hashes.setdefault(languages, {})[f"{article_id}/card"] = msgspec.msgpack.encode(version)
        if related is not None:
            fields["related/json"] = encode(
                {"articleId": article_id, "items": [{"id": i, "score": 0.5} for i in related]}
            )
            for edition in editions:
                fields[f"related/page:{edition}"] = pack(make_fragment(f"<related {' '.join(related)}>", related))
        self.redis.hashes[keys.entry(self.build, article_id)] = fields
        return article_id

    def kill(self, shown_id: str) -> None:
        """Only what the edge's last lock reads, and what it follows: the killed ids, and their order."""
        self.redis.sets.setdefault(keys.KILLED, set()).add(shown_id)
        order = self.redis.scores.setdefault(keys.KILL_ORDER, {})
        order.setdefault(shown_id, max(order.values(), default=1_000_000) + 10)
