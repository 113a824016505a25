"""The effects of one message on Redis, in the order that a crash at any point leaves repairable by doing it again."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack

import msgspec
from aiokafka import TopicPartition

from services.publishing import assets
from services.publishing.publish import publication, related_fields
from services.publishing.render import Renderer
from services.publishing.store import Put, Store
from shared.codec import decode, encode
from shared.dead_letters import send_dead_letter
from shared.editions import Edition
from shared.fragments import make_fragment, pack
from shared.kafka_log import Producer, Record, read_one, reader
from shared.messages import Enriched, Kill, Origin, RelatedList
from shared.order import conflict
from shared.settings import Settings
from shared.topics import ENRICHED, WRITER_KEY


class Publisher:
    """Applies articles, related lists and kills to a store."""

    def __init__(
        self, store: Store, renderer: Renderer, editions: Mapping[str, Edition], conflicts: "Conflicts"
    ) -> None:
        self._store = store
        self._renderer = renderer
        self._editions = editions
        self._conflicts = conflicts
        self.kills: dict[str, Kill] = {}

    async def write_shell(self) -> None:
        """Lays down the editions' own fragments, their list, and the assets."""
        shells = {
            slug: {name: pack(make_fragment(text)) for name, text in self._renderer.shell(edition).items()}
            for slug, edition in self._editions.items()
        }
        listed = encode([edition.model_dump(mode="json", by_alias=True) for edition in self._editions.values()])
        files = {name: asset.content for name, asset in assets.load(self._editions).items()}
        await self._store.write_shell(shells, listed, files)

    async def apply(self, record: Record, report: bool = True) -> None:
        """Applies a record of `articles.enriched` or `articles.related`; `report`: conflicts become dead letters."""
        if record.topic == ENRICHED.name:
            await self._article(decode(record.value, Enriched), report)
        elif record.key != WRITER_KEY:
            await self._related(decode(record.value, RelatedList))

    async def _article(self, version: Enriched, report: bool) -> None:
        wanted = await asyncio.to_thread(publication, version, self._renderer, self._editions)
        ever_in = await self._store.remember_editions(version.id, wanted.editions)
        put = await self._store.put(version.id, "article", wanted.fence, wanted.fields)
        if put.outcome in ("written", "equal"):
            for slug in sorted(ever_in):
                member, card = wanted.listed.get(slug, ("", b""))
                await self._store.put_listed(slug, version.id, wanted.fence, member, card)
        if report and put.stood and conflict(put.stood, wanted.fence):
            await self._conflicts.report(version, put)

    async def _related(self, found: RelatedList, also_killed: frozenset[str] = frozenset()) -> None:
        """Writes a list without the killed; asks again afterwards, for a kill that came in between."""
        ids = [item.id for item in found.items]
        killed = also_killed | {article_id for article_id in ids if article_id in self.kills}
        await self._store.remember_shown(found.id, [article_id for article_id in ids if article_id not in killed])
        fields = await asyncio.to_thread(related_fields, found, killed, self._renderer, self._editions)
        put = await self._store.put(found.id, "related", found.fence(), fields)
        if put.outcome in ("written", "equal"):
            now_killed = await self._store.killed_among(ids)
            if now_killed - killed:
                await self._related(found, killed | now_killed)

    async def kill(self, kill: Kill) -> None:
        """Mark, text, lists, then every fragment that names it."""
        self.kills[kill.id] = kill
        await self._store.kill(kill.id)
        for shower in await self._store.showers(kill.id):
            listed = await self._store.related_list(shower)
            if listed is not None:
                await self._related(msgspec.json.decode(listed, type=RelatedList))

    async def kill_all_again(self) -> None:
        """All kills that are known, before anything is put back into a Redis that has lost them."""
        for kill in list(self.kills.values()):
            await self.kill(kill)


class Conflicts:
    """Reports who lost when one version was sent with two contents: the loser's own record, as a dead letter."""

    def __init__(self, settings: Settings, producer: Producer) -> None:
        self._settings = settings
        self._producer = producer

    async def report(self, version: Enriched, put: Put) -> None:
        """Reads the loser from `articles.ingest` and writes it to the dead letters."""
        if put.entry is None:
            return
        loser, winner = (
            (version.origin, put.entry.origin) if put.outcome == "older" else (put.entry.origin, version.origin)
        )
        reason = (
            f"version {version.version} of {version.uri} with versionCreated {version.version_created} was sent twice "
            f"with different content; {_place(winner)} stands"
        )
        record = await self._original(loser)
        await send_dead_letter(self._producer, record, "publishing", "conflict", (reason,))

    async def _original(self, origin: Origin) -> Record:
        async with AsyncExitStack() as stack:
            consumer = await stack.enter_async_context(reader(self._settings, "masthead-publishing-original"))
            return await read_one(consumer, TopicPartition(origin.topic, origin.partition), origin.offset)


def _place(origin: Origin) -> str:
    return f"{origin.topic}/{origin.partition}/{origin.offset}"
