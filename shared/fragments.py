"""Pages out of fragments that were compressed once: joined without compressing again.

A fragment is raw deflate (RFC 1951) ended by a sync flush, so that several of them in a row, with one gzip header
(RFC 1952) before and an empty final block behind, are one gzip file. The checksum of the whole follows from the parts'.
"""

import hashlib
import struct
import zlib
from collections.abc import Sequence

import msgspec
from isal.isal_zlib import crc32_combine

_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LAST_BLOCK = b"\x03\x00"


class Fragment(msgspec.Struct, frozen=True, array_like=True):
    """A compressed piece of a page.

    `crc` and `length` are those of the plain bytes, `digest` 16 hexadecimal digits of their sha256; `shows` the public
    ids of all articles and media that the piece shows, so that the edge can leave it out when one of them is killed.
    """

    deflate: bytes
    crc: int
    length: int
    digest: str
    shows: tuple[str, ...] = ()

    def plain(self) -> bytes:
        """The bytes that were compressed."""
        return zlib.decompressobj(-15).decompress(self.deflate)


def make_fragment(text: str, shows: Sequence[str] = (), level: int = 6) -> Fragment:
    """Compresses `text` (UTF-8) into a fragment."""
    data = text.encode()
    compressor = zlib.compressobj(level, zlib.DEFLATED, -15)
    deflate = compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH)
    return Fragment(deflate, zlib.crc32(data), len(data), hashlib.sha256(data).hexdigest()[:16], tuple(shows))


def join_gzip(fragments: Sequence[Fragment]) -> bytes:
    """The gzip file that decodes to all fragments' plain bytes in a row."""
    crc, length = 0, 0
    for fragment in fragments:
        crc = crc32_combine(crc, fragment.crc, fragment.length)
        length += fragment.length
    trailer = struct.pack("<II", crc, length & 0xFFFFFFFF)
    return b"".join([_HEADER, *(fragment.deflate for fragment in fragments), _LAST_BLOCK, trailer])


def join_plain(fragments: Sequence[Fragment]) -> bytes:
    """All fragments' plain bytes in a row, for who does not take gzip."""
    return b"".join(fragment.plain() for fragment in fragments)


def pack(fragment: Fragment) -> bytes:
    """A fragment as it lies in Redis (msgpack)."""
    return msgspec.msgpack.encode(fragment)


def unpack(data: bytes) -> Fragment:
    """The inverse of `pack`. Raises msgspec.DecodeError or ValidationError on other bytes."""
    return msgspec.msgpack.decode(data, type=Fragment)
