"""Strong ETags, and If-None-Match (RFC 9110, 8.8.3 and 13.1.2)."""

import hashlib
import re
from collections.abc import Iterable, Sequence

_LIST = re.compile(r'[\s,]*(?:(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"\s*(?:,[\s,]*|$))+')
_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def make_etag(parts: Iterable[str | bytes]) -> str:
    """A strong ETag that changes whenever one of the parts does, or their number or order."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return f'"{digest.hexdigest()[:32]}"'


def matches(headers: Sequence[str], etag: str) -> bool:
    """Whether the values of a request's If-None-Match fields name `etag`, compared weakly; `*` names any.

    A malformed list names nothing.
    """
    value = ",".join(headers).strip()
    if value == "*":
        return True
    return _LIST.fullmatch(value) is not None and etag in _TAG.findall(value)
