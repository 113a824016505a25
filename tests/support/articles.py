"""Articles as a producer sends them: ninjs 3.1 in dictionaries."""

import hashlib
import itertools
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

Ninjs = dict[str, Any]
_numbers = itertools.count(1)

_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]


def new_uri(name: str) -> str:
    """A `uri` that no other test has; `name` says in logs and failures whose it is."""
    return f"urn:newsml:desk.example:20240319:{name}-{next(_numbers)}"


def moment(seconds: float = 0.0) -> str:
    """The time `seconds` from now, as producers write it, to the microsecond."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def words(uri: str, count: int) -> str:
    """Words that no other article has: else each one would be related to all others, and change all their lists."""
    digest = hashlib.sha512(uri.encode()).digest()
    syllables = [_SYLLABLES[byte % len(_SYLLABLES)] for byte in digest]
    return " ".join("".join(syllables[start : start + 4]) for start in range(0, 4 * count, 4))


def article(
    uri: str,
    *,
    version: int | str = 0,
    headline: str = "",
    paragraphs: Iterable[str] = (),
    editions: Iterable[str] = ("hk",),
    **fields: Any,
) -> Ninjs:
    """A version of an article, written now, in words of its own where none are given.

    `fields` come on top, or instead; None takes a field away.
    """
    paragraphs = tuple(paragraphs) or (f"{words(uri, 8).capitalize()}.", f"{words(uri, 5).capitalize()}.")
    found: Ninjs = {
        "uri": uri,
        "version": version,
        "versionCreated": moment(),
        "headlines": [{"role": "main", "value": headline or words(uri, 3).capitalize()}],
        "bodies": [
            {"role": "main", "contentType": "text/html", "value": "".join(f"<p>{text}</p>" for text in paragraphs)}
        ],
        "editions": list(editions),
    }
    return {name: value for name, value in (found | fields).items() if value is not None}


def canceled(uri: str, spelling: str = "canceled") -> Ninjs:
    """A producer's kill: nothing but what one must have."""
    return {"uri": uri, "versionCreated": moment(), "pubStatus": spelling}
