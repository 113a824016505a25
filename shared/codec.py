"""Messages to bytes and back, and the CloudEvents headers around them.

CloudEvents 1.0.2, Kafka protocol binding, binary mode: attributes are headers `ce_…`, `content-type` is the value's
media type. `ce_causationid` and W3C `traceparent` are carried from end to end.
"""

import secrets
import uuid
from collections.abc import Iterable, Mapping
from typing import TypeVar

import msgspec

from shared.times import now, utc_text

M = TypeVar("M")
Headers = list[tuple[str, bytes]]
_encoder = msgspec.json.Encoder(order="deterministic")


def encode(message: object) -> bytes:
    """A message as JSON, the same bytes for equal messages."""
    return _encoder.encode(message)


def decode(value: bytes | None, kind: type[M]) -> M:
    """The message in a record's value. Raises msgspec.ValidationError or DecodeError where it is not one."""
    if value is None:
        raise msgspec.DecodeError("the record has no value")
    return msgspec.json.decode(value, type=kind)


def header_map(headers: Iterable[tuple[str, bytes | None]] | Mapping[str, bytes | None] | None) -> dict[str, str]:
    """Kafka headers as text, the last of each name; values that are not UTF-8 are left out."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
    found: dict[str, str] = {}
    for name, value in pairs:
        try:
            found[name] = (value or b"").decode()
        except UnicodeDecodeError:
            continue
    return found


def event_headers(kind: str, source: str, cause: Mapping[str, str], subject: str) -> Headers:
    """The CloudEvents headers of a record that follows from another.

    `kind` is the event's type without our prefix (`article.accepted`), `source` the writing service, `cause` the
    headers of the record it follows from (empty at the start of a chain), `subject` the public id or what came.
    """
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": str(uuid.uuid4()),
        "ce_source": f"/masthead/{source}",
        "ce_type": f"masthead.{kind}",
        "ce_time": utc_text(now()),
        "ce_subject": subject,
        "ce_causationid": cause.get("ce_id", ""),
        "traceparent": _child_of(cause.get("traceparent", "")),
        "content-type": "application/json",
    }
    return [(name, value.encode()) for name, value in attributes.items() if value]


def is_event(headers: Mapping[str, str], kind: str) -> bool:
    """Whether these are headers that `event_headers` made for this kind of event."""
    return headers.get("ce_type") == f"masthead.{kind}"


def _child_of(parent: str) -> str:
    """A W3C traceparent of a new span in the trace of `parent`, or in a new trace where that is missing or bad."""
    parts = parent.split("-")
    good = (
        len(parts) == 4 and len(parts[1]) == 32 and set(parts[1]) <= set("0123456789abcdef") and set(parts[1]) != {"0"}
    )
    trace = parts[1] if good else secrets.token_hex(16)
    return f"00-{trace}-{secrets.token_hex(8)}-01"
