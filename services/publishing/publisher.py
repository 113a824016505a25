"""The effects of one message on Redis, in the order that a crash at any point leaves repairable by doing it again."""

import asyncio
from collections.abc import Mapping

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
from shared.logs import logger
from shared.messages import Enriched, Origin, RelatedList
from shared.order import Phase, conflict
from shared.settings import Settings
from shared.topics import ENRICHED, WRITER_KEY


class Publisher:
    """Applies articles, related lists and kills to a store."""

    def __init__(
        self, store: Store, renderer: Renderer, editions: Mapping[str, Edition], originals: "Originals"
    ) -> None:
        self._store = store
        self._renderer = renderer
        self._editions = editions
        self._originals = originals
        self._killed: set[str] = set()

    async def write_shell(self) -> None:
        """Lays down the editions' own fragments, their list, and the assets."""
        shells = {
            slug: {name: pack(make_fragment(text)) for name, text in self._renderer.shell(edition).items()}
            for slug, edition in self._editions.items()
        }
        listed = encode([edition.model_dump(mode="json", by_alias=True) for edition in self._editions.values()])
        files = {name: asset.content for name, asset in assets.load(self._editions).items()}
        await self._store.write_shell(shells, listed, files)

    @property
    def killed(self) -> frozenset[str]:
        """The ids of which the log has a kill."""
        return frozenset(self._killed)

    async def apply(self, record: Record, report: bool = True) -> str:
        """Applies a record of `articles.enriched` or `articles.related`; `report`: conflicts become dead letters.

        Gives the id of the article that stands as this record says; nothing where it does not, and for a list.
        """
        if record.topic == ENRICHED.name:
            source = Origin(topic=record.topic, partition=record.partition, offset=record.offset)
            version = decode(record.value, Enriched)
            put = await self._article(version, source)
            if report and put.stood and conflict(put.stood, version.stamp.fence()):
                await self._originals.report(version, put)
            return version.id if put.outcome in ("written", "equal") else ""
        if record.key != WRITER_KEY:
            await self._related(decode(record.value, RelatedList))
        return ""

    async def _article(self, version: Enriched, source: Origin, also_killed: frozenset[str] = frozenset()) -> Put:
        """Writes a version without killed media; asks again afterwards, for a kill that came in between."""
        media = [medium.id for medium in version.media]
        killed = also_killed | {medium for medium in media if medium in self._killed}
        wanted = await asyncio.to_thread(publication, version, source, killed, self._renderer, self._editions)
        await self._store.remember_lists(version.id, wanted.listed)
        await self._store.remember_shown(version.id, [medium for medium in media if medium not in killed])
        put = await self._store.put(version.id, "article", wanted.fence, wanted.fields)
        if put.outcome in ("written", "equal"):
            await self._store.note_logged(version.id)
            # Asked for behind the write: whoever wrote an older version before it has said by then where he lists it.
            for name in sorted(await self._store.lists_of(version.id)):
                await self._store.put_listed(name, version.id, wanted.fence, wanted.listed.get(name))
            if (now_killed := await self._store.killed_among(media)) - killed:
                await self._article(version, source, killed | now_killed)
        return put

    async def _related(self, found: RelatedList, also_killed: frozenset[str] = frozenset()) -> None:
        """Writes a list without the killed; asks again afterwards, for a kill that came in between."""
        ids = [item.id for item in found.items]
        killed = also_killed | {article_id for article_id in ids if article_id in self._killed}
        await self._store.remember_shown(found.id, [article_id for article_id in ids if article_id not in killed])
        fields = await asyncio.to_thread(related_fields, found, killed, self._renderer, self._editions)
        put = await self._store.put(found.id, "related", found.fence(), fields)
        if put.outcome in ("written", "equal"):
            now_killed = await self._store.killed_among(ids)
            if now_killed - killed:
                await self._related(found, killed | now_killed)

    async def kill(self, killed_id: str) -> None:
        """Of an article or a medium: mark, text, lists, then every fragment that names it."""
        await self.take_away(killed_id)
        await self.renew_showers(killed_id)

    async def take_away(self, killed_id: str) -> None:
        """The part of a kill that readers see at once: the edge leaves out every fragment that names it."""
        self._killed.add(killed_id)
        await self._store.kill(killed_id)

    async def renew_showers(self, killed_id: str) -> None:
        """The other part: every fragment that names it is rendered again without it. It may take seconds."""
        for shower in await self._store.showers(killed_id):
            entry, listed = await self._store.what_shows(shower, killed_id)
            if listed is not None:
                await self._related(listed)
            if entry is not None and entry.phase is Phase.LIVE:
                version = await self._originals.version(entry.source)
                if version is not None and version.id == shower:  # else the edge leaves it out: the log has it no more
                    await self._article(version, entry.source)

    async def kill_all_again(self) -> None:
        """All kills that are known, before anything is put back into a Redis that has lost them."""
        for killed_id in sorted(self._killed):
            await self.kill(killed_id)


class Originals:
    """Reads single records again, and reports who lost when one version was sent with two contents."""

    def __init__(self, settings: Settings, producer: Producer) -> None:
        self._settings = settings
        self._producer = producer

    async def report(self, version: Enriched, put: Put) -> None:
        """Writes the loser's own record, from `articles.ingest`, to the dead letters."""
        if put.entry is None:
            return
        loser, winner = version.origin, put.entry.origin
        if put.outcome != "older":
            loser, winner = winner, loser
        reason = (
            f"version {version.version} of {version.uri} with versionCreated {version.version_created} was sent twice "
            f"with different content; {winner.topic}/{winner.partition}/{winner.offset} stands"
        )
        try:
            record = await self.read(loser)
        except LookupError:
            logger().warning("a loser that the log does not have any more", uri=version.uri, reason=reason)
            return
        await send_dead_letter(self._producer, record, "publishing", "conflict", (reason,))

    async def version(self, place: Origin) -> Enriched | None:
        """The version at a place of `articles.enriched`; None where the log was cut back behind it."""
        try:
            return decode((await self.read(place)).value, Enriched)
        except LookupError:
            return None

    async def read(self, place: Origin) -> Record:
        """The record at a place in the log."""
        async with reader(self._settings, "masthead-publishing-original") as consumer:
            return await read_one(consumer, TopicPartition(place.topic, place.partition), place.offset)
