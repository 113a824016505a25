"""Articles as a producer sends them: ninjs 3.1 in dictionaries."""

import itertools
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

Ninjs = dict[str, Any]
_numbers = itertools.count(1)

PARAGRAPHS = (
    "The council met after dark and heard from residents of both banks.",
    "A vote is expected before the rains.",
)


def new_uri(name: str) -> str:
    """A `uri` that no other test has; `name` says in logs and failures whose it is."""
    return f"urn:newsml:desk.example:20240319:{name}-{next(_numbers)}"


def moment(seconds: float = 0.0) -> str:
    """The time `seconds` from now, as producers write it, to the microsecond."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def article(
    uri: str,
    *,
    version: int = 0,
    headline: str = "Council weighs a second footbridge",
    paragraphs: Iterable[str] = PARAGRAPHS,
    editions: Iterable[str] = ("hk",),
    **fields: Any,
) -> Ninjs:
    """A version of an article, written now. `fields` come on top, or instead; None takes a field away."""
    found: Ninjs = {
        "uri": uri,
        "version": version,
        "versionCreated": moment(),
        "headlines": [{"role": "main", "value": headline}],
        "bodies": [
            {"role": "main", "contentType": "text/html", "value": "".join(f"<p>{text}</p>" for text in paragraphs)}
        ],
        "editions": list(editions),
    }
    return {name: value for name, value in (found | fields).items() if value is not None}


def canceled(uri: str, spelling: str = "canceled") -> Ninjs:
    """A producer's kill: nothing but what one must have."""
    return {"uri": uri, "versionCreated": moment(), "pubStatus": spelling}
