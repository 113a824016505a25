"""Articles with something in one of their fields that does not belong there."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from tests.support.articles import Ninjs, article, moment, new_uri

POISON: tuple[Any, ...] = (
    None,
    "",
    "\u0000\u001b[2J\u202e\ufeff\ud800" + "\u0301" * 300,
    "<script>alert(1)</script>" * 50,
    -1,
    1e308,
    2**70,
    True,
    [],
    [[[[[[[[]]]]]]]],
    {},
    {"value": {"value": {"value": None}}},
)


def poisoned() -> Iterator[bytes]:
    """Each field of an article, at each depth, with each poison in turn, the rest as it should be."""
    for path in _paths(_whole("")):
        for poison in POISON:
            content = _whole(new_uri("poison"))
            _put(content, path, poison)
            yield json.dumps(content).encode()


def _whole(uri: str) -> Ninjs:
    return article(
        uri,
        version=1,
        firstCreated=moment(-60),
        expires="2099-01-01T00:00:00Z",
        urgency=4,
        section="harbour",
        slug="poison",
        relatedUnlisted=True,
        relatedHidden=True,
        subjects=[{"name": "Harbour", "uri": "urn:example:harbour"}],
        people=[{"name": "A. Pilot"}],
        associations=[
            {
                "uri": "urn:example:poison-picture",
                "type": "picture",
                "headlines": [{"role": "main", "value": "A picture"}],
                "renditions": [{"href": "https://pictures.example/1.jpg", "width": 800, "height": 600}],
            }
        ],
    )


def _paths(content: Any, before: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inside = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for name, value in inside:
        yield (*before, name)
        yield from _paths(value, (*before, name))


def _put(content: Any, path: tuple[str | int, ...], poison: Any) -> None:
    *way, last = path
    for name in way:
        content = content[name]
    content[last] = copy.deepcopy(poison)
