"""The effects of messages on Redis, in the order that a crash at any point leaves repairable by doing it again.

Those of several messages come step by step: a step of all of them, then the next, so that each has them in its order.
"""

import asyncio
from collections.abc import Mapping, Sequence

from aiokafka import TopicPartition

from services.publishing import assets
from services.publishing.newest import Sourced, version_of
from services.publishing.publish import Fields, Publication, publication, related_fields
from services.publishing.render import Renderer
from services.publishing.store import Place, Put, Store, Write
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
    """Applies articles, related lists and kills to a store.

    `killed`: the ids of which the log has a kill; one set for all publishers of a process.
    """

    def __init__(
        self,
        store: Store,
        renderer: Renderer,
        editions: Mapping[str, Edition],
        originals: "Originals",
        killed: set[str] | None = None,
    ) -> None:
        self._store = store
        self._renderer = renderer
        self._editions = editions
        self._originals = originals
        self._killed: set[str] = set() if killed is None else killed

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
            found = version_of(record)
            (put,) = await self._articles([found])
            if report and put.stood and conflict(put.stood, found.version.stamp.fence()):
                await self._originals.report(found.version, put)
            return found.version.id if put.stands else ""
        if record.key != WRITER_KEY:
            await self._related([decode(record.value, RelatedList)])
        return ""

    async def put_back(self, records: Sequence[Record]) -> set[str]:
        """Applies several records of both topics again, and reports nothing; gives the ids of the articles that stand
        as one of them says."""
        articles = [version_of(record) for record in records if record.topic == ENRICHED.name]
        listed = [record for record in records if record.topic != ENRICHED.name and record.key != WRITER_KEY]
        puts = await self._articles(articles)
        await self._related([decode(record.value, RelatedList) for record in listed])
        return {found.version.id for found, put in zip(articles, puts, strict=True) if put.stands}

    async def _articles(self, found: Sequence[Sourced], also_killed: frozenset[str] = frozenset()) -> list[Put]:
        """Writes versions without killed media; asks again afterwards, for kills that came in between."""
        if not found:
            return []
        media = [[medium.id for medium in version.media] for version, _ in found]
        killed = [also_killed | self._killed.intersection(ids) for ids in media]
        wanted = await asyncio.to_thread(self._publications, found, killed)
        await self._store.remember(
            {one.id: one.listed for one in wanted},
            {one.id: set(ids) - dead for one, ids, dead in zip(wanted, media, killed, strict=True)},
        )
        puts = await self._store.put_all([Write(one.id, "article", one.fence, one.fields) for one in wanted])
        standing = [one for one, put in zip(wanted, puts, strict=True) if put.stands]
        await self._store.note_logged([one.id for one in standing])
        # Asked for behind the write: whoever wrote an older version before it has said by then where he lists it.
        lists = await self._store.lists_of_all([one.id for one in standing])
        await self._store.put_listed_all(
            Place(name, one.id, one.fence, one.listed.get(name)) for one in standing for name in sorted(lists[one.id])
        )
        now_killed = await self._killed_since(media, killed)
        again = [one for one, ids, put in zip(found, media, puts, strict=True) if put.stands and now_killed & {*ids}]
        await self._articles(again, also_killed | now_killed)
        return puts

    async def _related(self, found: Sequence[RelatedList], also_killed: frozenset[str] = frozenset()) -> None:
        """Writes lists without the killed; asks again afterwards, for kills that came in between."""
        if not found:
            return
        shown = [[item.id for item in one.items] for one in found]
        killed = [also_killed | self._killed.intersection(ids) for ids in shown]
        await self._store.remember(
            {}, {one.id: set(ids) - dead for one, ids, dead in zip(found, shown, killed, strict=True)}
        )
        fields = await asyncio.to_thread(self._related_fields, found, killed)
        puts = await self._store.put_all(
            [Write(one.id, "related", one.fence(), made) for one, made in zip(found, fields, strict=True)]
        )
        now_killed = await self._killed_since(shown, killed)
        again = [one for one, ids, put in zip(found, shown, puts, strict=True) if put.stands and now_killed & {*ids}]
        await self._related(again, also_killed | now_killed)

    def _publications(self, found: Sequence[Sourced], killed: Sequence[frozenset[str]]) -> list[Publication]:
        return [
            publication(version, source, dead, self._renderer, self._editions)
            for (version, source), dead in zip(found, killed, strict=True)
        ]

    def _related_fields(self, found: Sequence[RelatedList], killed: Sequence[frozenset[str]]) -> list[Fields]:
        pairs = zip(found, killed, strict=True)
        return [related_fields(one, dead, self._renderer, self._editions) for one, dead in pairs]

    async def _killed_since(self, shown: Sequence[Sequence[str]], known: Sequence[frozenset[str]]) -> frozenset[str]:
        """Which of all these ids are killed and were not known to be."""
        asked = {i for ids, dead in zip(shown, known, strict=True) for i in ids if i not in dead}
        return frozenset(await self._store.killed_among(sorted(asked)))

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
                await self._related([listed])
            if entry is not None and entry.phase is Phase.LIVE:
                version = await self._originals.version(entry.source)
                if version is not None and version.id == shower:  # else the edge leaves it out: the log has it no more
                    await self._articles([Sourced(version, entry.source)])

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
