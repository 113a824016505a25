"""Articles out of files: one JSON value, several in a row, arrays of them, JSON Lines. Pure but for the reading.

A file is JSON Lines when its first line that is not blank is JSON by itself; it is then read line by line and never
held whole. Everything else is read whole. What JSON an article must be is for the door to say, not for us.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, NoReturn

_BOM = b"\xef\xbb\xbf"
_SPACE = " \t\r\n"


@dataclass(frozen=True)
class Parcel:
    """One record to push. `where` names file and line (or place in the array), `uri` is its key where it has one."""

    where: str
    value: bytes
    uri: str | None


class NotJson(Exception):
    """A file that is not JSON; the text names the file, the line and the reason."""


def parcels(name: str, file: IO[bytes], editions: Sequence[str] = ()) -> Iterator[Parcel]:
    """The records of one file, in its order. Raises NotJson.

    `editions` are written into the articles that name none; the value is otherwise the bytes of the file, except in
    an array, whose elements are encoded anew.
    """
    number, first = 0, b""
    for line in file:
        number += 1
        first = line.removeprefix(_BOM) if number == 1 else line
        if first.strip():
            break
    if not first.strip():
        raise NotJson(f"{name}: is empty")
    rest = file.readline()
    if not rest or not _is_json(first):
        yield from _whole(name, first + rest + file.read(), number, editions)
        return
    yield from _line(name, number, first, editions)
    while rest:
        number += 1
        yield from _line(name, number, rest, editions)
        rest = file.readline()


def _line(name: str, number: int, line: bytes, editions: Sequence[str]) -> Iterator[Parcel]:
    if line := line.strip():
        yield from _whole(name, line, number, editions)


def _whole(name: str, data: bytes, line: int, editions: Sequence[str]) -> Iterator[Parcel]:
    """The values in `data`, which begins at `line` of the file."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        at = line + data.count(b"\n", 0, error.start)
        raise NotJson(f"{name}:{at}: not UTF-8 text (byte 0x{data[error.start]:02x})") from None
    at, end = _skip(text, 0), len(text)
    first, number = at, line + text.count("\n", 0, at)
    while at < end:
        start = at
        try:
            value, until = _DECODER.raw_decode(text, start)
            at = _skip(text, until)
            raw = data if start == first and at == end else text[start:until].encode()
            found = list(_of_value(f"{name}:{number}", value, raw, editions))
        except RecursionError:  # JSON for all we know, and too deep for the door: one record, which it refuses
            yield Parcel(f"{name}:{number}", text[start:].strip().encode(), None)
            return
        except json.JSONDecodeError as error:
            raise NotJson(f"{name}:{line + error.lineno - 1}: not JSON: {error.msg} (column {error.colno})") from None
        except ValueError as error:
            raise NotJson(f"{name}:{number}: not JSON: {error}") from None
        yield from found
        number += text.count("\n", start, at)


def _of_value(where: str, value: Any, raw: bytes, editions: Sequence[str]) -> Iterator[Parcel]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield _parcel(f"{where}[{index}]", item, None, editions)
    else:
        yield _parcel(where, value, raw, editions)


def _parcel(where: str, value: Any, raw: bytes | None, editions: Sequence[str]) -> Parcel:
    uri = value.get("uri") if isinstance(value, dict) else None
    if isinstance(value, dict) and editions and not value.get("editions"):
        value, raw = {**value, "editions": list(editions)}, None
    return Parcel(where, to_json(value) if raw is None else raw, uri if isinstance(uri, str) and uri else None)


def to_json(value: Any) -> bytes:
    """`value` as JSON in UTF-8; half a surrogate pair, which UTF-8 has no bytes for, stays an escape."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _is_json(line: bytes) -> bool:
    try:
        _DECODER.decode(line.decode())
    except RecursionError:
        return True
    except ValueError:
        return False
    return True


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


_DECODER = json.JSONDecoder(parse_constant=_constant)
