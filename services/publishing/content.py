"""What a build holds for readers, piece by piece, so that two builds can be compared: pure.

Left out, since it may differ where nothing is wrong:

- how far partitions are applied and filled, and what the log lacks: that is of the filling, not of the content;
- where records lie in the log (`Entry.origin`, `Entry.source`), and the term and the count of who wrote a related list:
  another partition count gives others, and no reader sees them;
- who shows whom, and which lists ever had an article: they may name more than they need;
- fences of articles that a list does not have (any more): they only keep out what is older.
"""

import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from shared.codec import decode, encode
from shared.entries import Entry
from shared.messages import Origin, RelatedList
from shared.rebuilds import Difference, How

Piece = tuple[str, str, str]
"""Kind, name and part: an article's group of fields, an article's card in a list, a member of an order, a file."""

NOWHERE = Origin(topic="", partition=0, offset=0)
_KINDS = frozenset({"entry", "cards", "order", "shell", "assets", "editions"})


def kind_of(suffix: str) -> str:
    """What a key holds, by what follows the build in its name: `entry`, `cards`, `order`, `shell`, `assets`,
    `editions`; nothing where it is not compared."""
    last = suffix.rpartition("}:")[2]
    kind = last.partition(":")[0]
    return kind if kind in _KINDS else ""


def tag_of(suffix: str) -> str:
    """The name in braces: an article's id, or a list's name."""
    return suffix.partition("{")[2].partition("}")[0]


def pieces_of_hash(suffix: str, fields: Mapping[bytes, bytes]) -> dict[Piece, str]:
    """The digests of the pieces that a hash holds."""
    kind, tag = kind_of(suffix), tag_of(suffix)
    parts: dict[Piece, dict[str, bytes]] = {}
    for raw, value in fields.items():
        field = raw.decode()
        if kind == "entry":
            piece = (field.partition("/")[0], tag, "")
        elif kind == "cards":
            piece = ("card", field.partition("/")[0], tag)
        else:
            piece = (kind, f"{tag}/{field}" if tag else field, "")
        parts.setdefault(piece, {})[field] = value
    if kind == "cards":
        parts = {piece: found for piece, found in parts.items() if f"{piece[1]}/card" in found}
    return {piece: _digest(found) for piece, found in parts.items()}


def pieces_of_order(suffix: str, members: Iterable[bytes]) -> dict[Piece, str]:
    """The same of a sorted set: its order is that of its members, which all have one score."""
    name = suffix.partition("{")[2].replace("}:order", "")
    return {("order", member.decode(), name): "there" for member in members}


def pieces_of_text(suffix: str, value: bytes | None) -> dict[Piece, str]:
    """The same of a string."""
    return {} if value is None else {(kind_of(suffix), "", ""): _digest({"": value})}


def _digest(fields: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(fields):
        value = masked(name, fields[name])
        digest.update(b"%d|%s|%d|" % (len(name), name.encode(), len(value)) + value)
    return digest.hexdigest()[:32]


def masked(field: str, value: bytes) -> bytes:
    """A field of an entry or of cards without what is left out."""
    match field:
        case "article/entry":
            return encode(msgspec.structs.replace(decode(value, Entry), origin=NOWHERE, source=NOWHERE))
        case "related/list":
            return encode(msgspec.structs.replace(decode(value, RelatedList), term=0, sequence=0))
        case "related":
            return b""
    return value


def digest_of(pieces: Mapping[Piece, str]) -> str:
    """One digest for all pieces, in hexadecimal."""
    digest = hashlib.sha256()
    for piece in sorted(pieces):
        digest.update("\0".join((*piece, pieces[piece], "")).encode())
    return digest.hexdigest()


def differences(before: Mapping[Piece, str], after: Mapping[Piece, str]) -> list[Difference]:
    """How `after` differs from `before`, in the order of the pieces."""
    return [
        Difference(kind=kind, name=f"{name} in {part}" if part else name, how=_how((kind, name, part), before, after))
        for kind, name, part in sorted(before.keys() | after.keys())
        if before.get((kind, name, part)) != after.get((kind, name, part))
    ]


def _how(piece: Piece, before: Mapping[Piece, str], after: Mapping[Piece, str]) -> How:
    if piece not in before:
        return "missing"
    return "other" if piece in after else "left over"
