"""Of many records the few that need be written again: pure. A related list is said some forty times as often as it is
read, so most of the log of lists is passed over."""

from typing import NamedTuple

import msgspec

from shared.codec import decode
from shared.kafka_log import Record
from shared.messages import Enriched, Message, Origin
from shared.order import Phase, Stamp
from shared.topics import ENRICHED, WRITER_KEY


class Sourced(NamedTuple):
    """A version, and the record of `articles.enriched` that it stands in."""

    version: Enriched
    source: Origin


class _Version(Message, frozen=True):
    """What of a version its place in the order depends on: the rest need not be read."""

    id: str
    version: int
    version_created: str
    phase: Phase
    hash: str


class _Listed(Message, frozen=True):
    """The same of a related list."""

    id: str
    term: int
    sequence: int


def version_of(record: Record) -> Sourced:
    """What a record of `articles.enriched` holds. Raises msgspec.DecodeError."""
    source = Origin(topic=record.topic, partition=record.partition, offset=record.offset)
    return Sourced(decode(record.value, Enriched), source)


class Newest:
    """Of records that are taken one after the other, that of each article's newest version and that of each newest
    list: by their fences, of equal ones the last. What is passed over would be replaced by what is there, whatever
    stood before.

    What cannot be read is there, too, so that it fails where failures are counted. Starts of writers are not.
    """

    def __init__(self) -> None:
        self._found: dict[object, tuple[tuple[object, ...], Record]] = {}
        self.size = 0
        """Bytes of the values that are held."""

    def take(self, record: Record) -> None:
        """Takes the next record."""
        if record.key == WRITER_KEY and record.topic != ENRICHED.name:
            return
        try:
            subject, fence = _fence(record)
        except msgspec.MsgspecError:
            subject, fence = record.place, ()
        held = self._found.get(subject)
        if held is None or fence >= held[0]:
            self._found[subject] = fence, record
            self.size += len(record.value or b"") - (len(held[1].value or b"") if held is not None else 0)

    def give(self) -> list[Record]:
        """All that is held; nothing is, from then on."""
        found, self._found, self.size = self._found, {}, 0
        return [record for _, record in found.values()]


def _fence(record: Record) -> tuple[object, tuple[object, ...]]:
    """What a record is about, and its place in the order of such records. Raises msgspec.DecodeError."""
    if record.topic == ENRICHED.name:
        one = decode(record.value, _Version)
        stamp = Stamp(False, one.version, one.version_created, one.phase, one.hash)
        return (record.topic, one.id), (stamp.fence(),)
    listed = decode(record.value, _Listed)
    return (record.topic, listed.id), (listed.term, listed.sequence)
