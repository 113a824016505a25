"""Parts of a recording, as players ask for them when a reader jumps (RFC 9110, 14)."""

import re

_ONE_RANGE = re.compile(r"bytes\s*=\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})\s*")


def asked_part(header: str | None, length: int) -> range | None:
    """Which bytes of `length` a Range field asks for; an empty range where it asks for none that there are.

    None where the whole is to be sent: no field, one that is malformed, or one of several parts.
    """
    match = _ONE_RANGE.fullmatch(header or "")
    if match is None:
        return None
    first, last = match.groups()
    if not first:
        return range(max(0, length - int(last)), length) if last else None
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, length) if last else length)
