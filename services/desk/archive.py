"""The file that `masthead export` writes: parts in a row, each with a checksum that covers all before it, too.

    MASTHEAD ARCHIVE 1\\n
    a part:  kind (1 byte), length of the content (4 bytes, big endian), checksum (32 bytes), content

The content is msgpack, deflated as by zlib. The checksum is the SHA-256 of: the checksum before (of the first part: the
first line), kind, length, content. So the last one stands for the whole file, and a part that is missing, doubled or
moved is found as surely as one that was changed. Kinds: `M` first, a `Manifest`; `R`, a `Batch`; `E` last, an `Ending`.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TypeVar

import msgspec
from aiokafka import TopicPartition

FIRST_LINE = b"MASTHEAD ARCHIVE 1\n"
MANIFEST, BATCH, ENDING = b"M", b"R", b"E"
HEAD = struct.Struct(">cI32s")
LONGEST = 64 * 1024 * 1024
"""No part is longer: a batch is closed at a MiB, and no record has more than 11."""

M = TypeVar("M")


class Saved(msgspec.Struct, frozen=True, array_like=True):
    """A record as it lies in Kafka. `timestamp` in milliseconds since 1970."""

    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


class Extent(msgspec.Struct, frozen=True):
    """A partition: offsets 0 to `end` (without it) are in the file. `identity` is that of `shared.kafka_log.Log`."""

    topic: str
    partition: int
    end: int
    identity: str

    @property
    def tp(self) -> TopicPartition:
        """The partition."""
        return TopicPartition(self.topic, self.partition)

    @property
    def name(self) -> str:
        """The partition as `TOPIC/PARTITION`."""
        return f"{self.topic}/{self.partition}"


class Position(msgspec.Struct, frozen=True):
    """How far a consumer group had come in a partition: the next offset it had committed."""

    group: str
    topic: str
    partition: int
    offset: int


class Manifest(msgspec.Struct, frozen=True):
    """What the file holds: every partition of every topic, in this order. `made_at` is UTC."""

    made_at: str
    extents: tuple[Extent, ...]
    positions: tuple[Position, ...]

    @property
    def records(self) -> int:
        """How many records the file holds."""
        return sum(extent.end for extent in self.extents)


class Batch(msgspec.Struct, frozen=True):
    """Records of one partition (`extent`: its place in the manifest), of offset `first` and those that follow."""

    extent: int
    first: int
    records: tuple[Saved, ...]


class Ending(msgspec.Struct, frozen=True):
    """The last part: the file is whole."""

    records: int


class Broken(Exception):
    """The file cannot be used; `at` is the byte up to which it is good."""

    def __init__(self, at: int, reason: str) -> None:
        super().__init__(f"{reason} (byte {at:,})")
        self.at = at


@dataclass(frozen=True)
class Part:
    """A part that agrees with its checksum. `begin` and `end` are bytes of the file."""

    kind: bytes
    content: bytes
    checksum: bytes
    begin: int
    end: int

    def holds(self, what: type[M]) -> M:
        """The message in it. Raises Broken."""
        try:
            return msgspec.msgpack.decode(zlib.decompress(self.content), type=what)
        except (zlib.error, msgspec.MsgspecError) as error:
            raise Broken(self.begin, f"a part cannot be read: {error}") from error


class Course:
    """What must come next: the partitions in the manifest's order, each from offset 0 to its end, without a gap."""

    def __init__(self, manifest: Manifest) -> None:
        self.extents = manifest.extents
        self.extent = self.offset = 0
        self._pass_over()

    @property
    def done(self) -> bool:
        """Whether all records have come."""
        return self.extent == len(self.extents)

    def take(self, batch: Batch, at: int = 0) -> None:
        """Moves on by a batch. Raises Broken, at byte `at`, where it is not the next one."""
        end = batch.first + len(batch.records)
        if self.done or (batch.extent, batch.first) != (self.extent, self.offset) or not batch.records:
            raise Broken(at, "a part is not the one that should follow")
        if end > self.extents[self.extent].end:
            raise Broken(at, f"{self.extents[self.extent].name} goes beyond its end")
        self.offset = end
        self._pass_over()

    def _pass_over(self) -> None:
        while not self.done and self.offset == self.extents[self.extent].end:
            self.extent, self.offset = self.extent + 1, 0


def parts(file: IO[bytes]) -> Iterator[Part]:
    """All parts from the beginning of the file. Raises Broken where it is cut or was changed."""
    file.seek(0)
    if file.read(len(FIRST_LINE)) != FIRST_LINE:
        raise Broken(0, "this is no archive of Masthead, or one of another kind")
    at, before = len(FIRST_LINE), checksum_of(b"", b"", FIRST_LINE)
    while head := file.read(HEAD.size):
        if len(head) < HEAD.size:
            raise Broken(at, "the file is cut off")
        kind, length, stated = HEAD.unpack(head)
        content = file.read(length) if length <= LONGEST else b""
        if length > LONGEST or (len(content) == length and checksum_of(before, head[:5], content) != stated):
            raise Broken(at, "a part differs from its checksum: the file was changed or damaged")
        if len(content) < length:
            raise Broken(at, "the file is cut off")
        end = at + HEAD.size + length
        yield Part(kind, content, stated, at, end)
        at, before = end, stated


def checksum_of(before: bytes, head: bytes, content: bytes) -> bytes:
    """The checksum of a part; `head` is its kind and length."""
    digest = hashlib.sha256(before)
    digest.update(head)
    digest.update(content)
    return digest.digest()


class Writer:
    """Writes parts behind `before`, the checksum of the last one that is there (None: into an empty file)."""

    def __init__(self, file: IO[bytes], before: bytes | None = None) -> None:
        self._file = file
        if before is None:
            file.write(FIRST_LINE)
            before = checksum_of(b"", b"", FIRST_LINE)
        self.checksum = before

    def write(self, kind: bytes, message: Manifest | Batch | Ending) -> None:
        """Adds a part."""
        content = zlib.compress(msgspec.msgpack.encode(message))
        head = struct.pack(">cI", kind, len(content))
        self.checksum = checksum_of(self.checksum, head, content)
        self._file.write(head + self.checksum + content)
        self._file.flush()


class Archive:
    """A file opened for reading. Raises Broken where it does not begin as one."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        first = next(parts(file), None)
        if first is None or first.kind != MANIFEST:
            raise Broken(len(FIRST_LINE), "the file is cut off")
        self.manifest = first.holds(Manifest)

    def batches(self) -> Iterator[Batch]:
        """All records in their order; every part is checked when it is read. Raises Broken, also at a missing end."""
        course, ended, at = Course(self.manifest), False, 0
        for part in parts(self._file):
            at = part.end
            if ended:
                raise Broken(part.begin, "something follows behind the end")
            if part.kind == BATCH:
                batch = part.holds(Batch)
                course.take(batch, part.begin)
                yield batch
            elif part.kind == ENDING:
                ended = course.done and part.holds(Ending).records == self.manifest.records
                self.checksum = part.checksum.hex()
                if not ended:
                    raise Broken(part.begin, "records are missing")
            elif part.begin != len(FIRST_LINE):
                raise Broken(part.begin, "a part is of an unknown kind")
        if not ended:
            raise Broken(at, "the file is cut off")
