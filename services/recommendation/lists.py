"""Emitting lists: what was said last of each article, what must be said now, under which fence."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain, islice

import msgspec

from services.recommendation.articles import Place
from services.recommendation.relate import Relations
from services.recommendation.said import PackedSaid, Said, Saying
from services.recommendation.snapshot import SnapshotError
from shared.codec import encode
from shared.messages import RelatedItem, RelatedList

Send = Callable[[RelatedList, Mapping[str, str]], Awaitable[None]]
"""Writes a list to the log; the headers are those of the record that changed it."""

AT_ONCE = 200


class Lists:
    """Says each changed list once; one that could not be sent stays due.

    A list is due until it has been delivered, so that a failed send, or a crash between index and log, loses nothing:
    after a restart `due_after_start` finds all that differs from what the log says.
    """

    def __init__(self, relations: Relations, send: Send) -> None:
        self._relations = relations
        self._send = send
        self.term = -1
        self.delivered = 0
        self._sequence = 0
        self.forget()

    def begin(self, term: int) -> None:
        """Takes a term: the offset of this writer's start record."""
        self.term, self._sequence, self.delivered = term, 0, 0

    def forget(self) -> None:
        """Knows of no article and no list any more."""
        self._said = Said()
        self._elsewhere: dict[str, Place] = {}
        self._due: set[str] = set()

    def follow(self, relations: Relations) -> None:
        """Takes the lists from another index from now on."""
        before, self._relations = self._relations, relations
        for article_id in chain(self._said.ids(), before.placed()):
            if (place := before.place(article_id)) is not None:
                self._remember(article_id, place)

    def fold(self, found: RelatedList) -> None:
        """Takes a list from the log. What stands is decided by the fence, as in Redis, not by the order of the log:

        a kill and an article send at the same time, and the later of two lists can come to lie before the earlier.
        """
        said = self._said.get(found.id)
        if said is None or said.fence <= (found.term, found.sequence):
            digest = _digest(found.editions, found.items)
            self._said.put(found.id, Saying((found.term, found.sequence), found.epoch, digest))
            self._remember(found.id, (found.uri, found.editions))

    def packed(self) -> bytes:
        """All that is known of what was said, and what is due."""
        return msgspec.msgpack.encode([self._said.packed(), self._elsewhere, sorted(self._due)])

    def unpack(self, data: bytes) -> set[str]:
        """The inverse; gives what was due. SnapshotError for anything else."""
        kind = tuple[PackedSaid, dict[str, Place], set[str]]
        try:
            said, self._elsewhere, due = msgspec.msgpack.decode(data, type=kind)
            self._said = Said.unpacked(said)
        except (msgspec.MsgspecError, ValueError) as error:
            raise SnapshotError(f"what was said cannot be read: {error}") from error
        return set(due)

    def due_after_start(self, among: Collection[str] | None = None, but: Collection[str] = ()) -> int:
        """Marks every list that differs from what the log says, also empty ones that it lacks; gives how many.

        `among`: only these are looked at. `but`: these are not known yet. Lists under another epoch are marked, too,
        but do not count where nothing else differs.
        """
        differing = 0
        for article_id in self._everyone() if among is None else among:
            if article_id in but:
                continue
            said = self._said.get(article_id)
            _, editions = self._place(article_id)
            differs = said is None or said.digest != _digest(editions, self._relations.items(article_id))
            differing += differs
            if said is None or differs or said.epoch != self._relations.epoch:
                self._due.add(article_id)
        return differing

    async def emit(self, changed: Iterable[str], cause: Mapping[str, str]) -> None:
        """Sends the changed lists and whatever is still due; returns when all are delivered."""
        self._due.update(changed)
        while batch := sorted(islice(self._due, AT_ONCE)):
            self._due.difference_update(batch)
            messages = [message for article_id in batch if (message := self._message(article_id))]
            sent = await asyncio.gather(
                *(self._deliver(message, cause) for message in messages), return_exceptions=True
            )
            for failure in sent:
                if isinstance(failure, BaseException):
                    raise failure

    async def _deliver(self, message: RelatedList, cause: Mapping[str, str]) -> None:
        try:
            await self._send(message, cause)
        except BaseException:
            self._due.add(message.id)
            raise
        self.fold(message)
        self.delivered += 1

    def _message(self, article_id: str) -> RelatedList | None:
        """The list as it is now; nothing for an article of which nothing was ever said and nothing is to be said."""
        uri, editions = self._place(article_id)
        if not uri:
            return None
        self._sequence += 1
        return RelatedList(
            uri=uri,
            id=article_id,
            editions=editions,
            term=self.term,
            sequence=self._sequence,
            epoch=self._relations.epoch,
            items=self._relations.items(article_id),
        )

    def _place(self, article_id: str) -> Place:
        """The `uri` and the editions of an article; empty for one that was never heard of."""
        return self._relations.place(article_id) or self._elsewhere.get(article_id) or ("", ())

    def _remember(self, article_id: str, place: Place) -> None:
        """Keeps where the list of an article belongs if the index does not know it."""
        if self._relations.place(article_id) is None:
            self._elsewhere[article_id] = place

    def _everyone(self) -> Iterator[str]:
        yield from self._relations.placed()
        yield from (found for found in self._said.ids() if self._relations.place(found) is None)


def _digest(editions: tuple[str, ...], items: tuple[RelatedItem, ...]) -> bytes:
    return hashlib.sha256(encode([editions, items])).digest()[:12]
