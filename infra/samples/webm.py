"""A WebM file of one VP8 or VP9 track that states its duration and has cues, so that players can seek in it.

`MediaRecorder` writes neither. Elements and their ids: RFC 9559 (Matroska) and RFC 8794 (EBML).
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

EBML, SEGMENT, INFO, TRACKS, CUES, CLUSTER = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B, 0x1C53BB6B, 0x1F43B675


@dataclass(frozen=True)
class Frame:
    """One encoded frame: milliseconds from the start, whether it needs no other, and its bytes."""

    at: int
    key: bool
    content: bytes


def webm(frames: Sequence[Frame], codec: str, width: int, height: int, duration: int) -> bytes:
    """The file: `codec` is "V_VP8" or "V_VP9", `duration` in milliseconds; the first frame is a key frame."""
    head = _element(
        EBML,
        _element(0x4286, _number(1)) + _element(0x42F7, _number(1)) + _element(0x42F2, _number(4))  # EBML version, ids
        + _element(0x42F3, _number(8)) + _element(0x4282, b"webm")  # longest size, document type
        + _element(0x4287, _number(4)) + _element(0x4285, _number(2)),  # its version, and what suffices to read it
    )  # fmt: skip
    milliseconds = _element(0x2AD7B1, _number(1_000_000))
    info = _element(INFO, milliseconds + _element(0x4489, _float(duration)) + _names())
    size = _element(0xE0, _element(0xB0, _number(width)) + _element(0xBA, _number(height)))
    track = _element(0xD7, _number(1)) + _element(0x73C5, _number(1)) + _element(0x83, _number(1))
    tracks = _element(TRACKS, _element(0xAE, track + _element(0x86, codec.encode()) + size))

    groups = _from_key_to_key(frames)
    clusters = [_cluster(group) for group in groups]
    # A cue holds a cluster's place in the segment; numbers have a fixed width, so the cues' own length is known before.
    starts = [group[0].at for group in groups]
    place = len(info) + len(tracks) + len(_cues(starts, [0] * len(starts)))
    places = []
    for cluster in clusters:
        places.append(place)
        place += len(cluster)
    return head + _element(SEGMENT, info + tracks + _cues(starts, places) + b"".join(clusters))


def _from_key_to_key(frames: Sequence[Frame]) -> list[list[Frame]]:
    groups: list[list[Frame]] = []
    for frame in frames:
        if frame.key:
            groups.append([])
        groups[-1].append(frame)
    return groups


def _cluster(group: list[Frame]) -> bytes:
    start = group[0].at
    blocks = b"".join(
        _element(
            0xA3, b"\x81" + (frame.at - start).to_bytes(2, "big") + (b"\x80" if frame.key else b"\0") + frame.content
        )
        for frame in group
    )
    return _element(CLUSTER, _element(0xE7, _number(start)) + blocks)


def _cues(starts: list[int], places: list[int]) -> bytes:
    def cue(at: int, place: int) -> bytes:
        position = _element(0xB7, _element(0xF7, _number(1)) + _element(0xF1, _number(place)))
        return _element(0xBB, _element(0xB3, _number(at)) + position)

    return _element(CUES, b"".join(map(cue, starts, places)))


def _names() -> bytes:
    return _element(0x4D80, b"infra.samples") + _element(0x5741, b"infra.samples")


def _element(identifier: int, payload: bytes) -> bytes:
    name = identifier.to_bytes((identifier.bit_length() + 7) // 8, "big")
    return name + b"\x01" + len(payload).to_bytes(7, "big") + payload


def _number(value: int) -> bytes:
    return value.to_bytes(8, "big")


def _float(value: float) -> bytes:
    return struct.pack(">d", value)
