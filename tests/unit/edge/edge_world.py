"""A Redis of dictionaries that knows the edge's commands, filled with a small network."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from services.edge.connection import Command, Unavailable
from shared import redis_keys as keys
from shared.codec import encode
from shared.editions import Edition
from shared.entries import Card, Entry, Summary
from shared.fragments import make_fragment, pack
from shared.identity import page_path, public_id
from shared.messages import Origin
from shared.order import Phase

KINDS = ("not_found", "killed", "withheld", "expired", "unavailable")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class FakeRedis:
    """`run` answers as a Redis would; `steps` are called one before each round trip, to change something meanwhile."""

    def __init__(self) -> None:
        self.strings: dict[str, bytes] = {}
        self.hashes: dict[str, dict[str, bytes]] = {}
        self.sets: dict[str, set[str]] = {}
        self.orders: dict[str, set[str]] = {}
        self.steps: list[Callable[[], None]] = []
        self.trips = 0
        self.away = False
        self.hangs = False

    async def run(self, commands: Sequence[Command]) -> list[Any]:
        self.trips += 1
        if self.steps:
            self.steps.pop(0)()
        if self.away:
            raise Unavailable("Redis is away")
        if self.hangs:
            await asyncio.Event().wait()
        return [self._answer(*command) for command in commands]

    def _answer(self, name: str | int, key: str | int, *rest: Any) -> Any:
        key = str(key)
        match name:
            case "GET":
                return self.strings.get(key)
            case "EXISTS":
                return int(key in self.strings)
            case "HGET":
                return self.hashes.get(key, {}).get(rest[0])
            case "HMGET":
                assert rest, "Redis refuses HMGET without a field"
                return [self.hashes.get(key, {}).get(name) for name in rest]
            case "SMISMEMBER":
                return [int(member in self.sets.get(key, set())) for member in rest]
            case "ZCARD":
                return len(self.orders.get(key, ()))
            case "ZREVRANGEBYLEX":
                return self._order(key, *rest)
        raise AssertionError(f"the edge has sent {name}")

    def _order(self, key: str, top: str, bottom: str, limit: str, offset: int, count: int) -> list[bytes]:
        assert (bottom, limit, offset) == ("-", "LIMIT", 0)
        below = [m for m in self.orders.get(key, ()) if top == "+" or m < top.removeprefix("(")]
        return [member.encode() for member in sorted(below, reverse=True)[:count]]

    def drop(self, build_name: str) -> None:
        """Deletes the keys of a build."""
        for kept in (self.strings, self.hashes, self.sets, self.orders):
            for key in [key for key in kept if key.startswith(f"masthead:{build_name}:")]:
                del kept[key]  # type: ignore[attr-defined]


@dataclass
class World:
    """The network's editions and articles, as publishing would have laid them down."""

    redis: FakeRedis
    now: datetime = NOON
    build: str = "b1"
    editions: tuple[Edition, ...] = field(
        default_factory=lambda: (
            Edition(slug="north", name="The North", time_zone="Asia/Hong_Kong"),
            Edition(slug="south", name="The South", time_zone="America/New_York"),
        )
    )

    def write_shell(self) -> None:
        """The editions and their shells, live."""
        listed = [edition.model_dump(mode="json", by_alias=True) for edition in self.editions]
        self.redis.strings[keys.editions(self.build)] = json.dumps(listed).encode()
        names = ["top", "rest", "foot", "front_head", "front_open", "front_close"]
        names += [f"{part}:{kind}" for part in ("message_head", "message") for kind in KINDS]
        for edition in self.editions:
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
    ) -> str:
        """Lays an article down and gives its id. `related` are ids; None: no list has arrived."""
        article_id = public_id(uri)
        entry = Entry(
            uri=uri,
            id=article_id,
            phase=phase,
            version=1,
            version_created=published,
            hash="0" * 32,
            editions=tuple(editions),
            slug="slug",
            section="news",
            not_before=not_before,
            not_after=not_after,
            origin=Origin(topic="articles.ingest", partition=0, offset=0),
            source=Origin(topic="articles.ingest", partition=0, offset=0),
        )
        fields = {"article/entry": encode(entry)}
        shows = (article_id, *media)
        if phase is Phase.LIVE:
            fields["article/json"] = encode({"id": article_id, "uri": uri, "media": [{"id": m} for m in media]})
            for edition in editions:
                fields[f"article/head:{edition}"] = pack(make_fragment(f"<head {uri}>", shows))
                fields[f"article/page:{edition}"] = pack(make_fragment(f"<article {uri} {text}>", shows))
                card = Card(
                    Summary(
                        id=article_id,
                        uri=uri,
                        url=page_path(edition, "slug", article_id),
                        headline=uri,
                        dek="",
                        section="news",
                        language="en",
                        published_at=published,
                        media_type="text",
                    ),
                    make_fragment(f"<card {uri}>", shows),
                    not_before,
                    not_after,
                )
                member = keys.list_member(published, article_id)
                self.redis.orders.setdefault(keys.edition_order(self.build, edition), set()).add(member)
                cards = self.redis.hashes.setdefault(keys.edition_cards(self.build, edition), {})
                cards[f"{article_id}/card"] = msgspec.msgpack.encode(card)
        if related is not None:
            fields["related/json"] = encode(
                {"articleId": article_id, "items": [{"id": i, "score": 0.5} for i in related]}
            )
            for edition in editions:
                fields[f"related/page:{edition}"] = pack(make_fragment(f"<related {' '.join(related)}>", related))
        self.redis.hashes[keys.entry(self.build, article_id)] = fields
        return article_id

    def kill(self, shown_id: str) -> None:
        """Only what the edge's last lock reads: the set of all killed ids."""
        self.redis.sets.setdefault(keys.KILLED, set()).add(shown_id)
