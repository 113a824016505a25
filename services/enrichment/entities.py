"""Persons, organisations and places of an article: those that the producer names, and the names found in its text."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Literal

from shared.messages import Entity

COUNT = 20
READ = 200
"""Names of the producer's that are looked at."""
_LONGEST = 100
Kind = Literal["person", "organisation", "place", "other"]
_FIELDS: tuple[tuple[str, Kind], ...] = (("people", "person"), ("organisations", "organisation"), ("places", "place"))


def entities(headline: str, dek: str, text: str, names: Iterable[str], ninjs: dict[str, Any]) -> tuple[Entity, ...]:
    """At most 20 entities, heaviest first; `names` are those found in the text, of which the kind is not known.

    Weight: 0.3 where the producer names it, else 0.1; and 0.4 for the headline, 0.1 for the dek, 0.04 for each time
    in the text, up to 0.2.
    """
    found = {name.casefold(): (name, kind, 0.3) for name, kind in reversed(list(islice(_from_producer(ninjs), READ)))}
    for name in names:
        found.setdefault(name.casefold(), (name, "other", 0.1))
    weighed = [
        Entity(name=name, kind=kind, weight=round(base + _prominence(name, headline, dek, text), 2))
        for name, kind, base in found.values()
    ]
    return tuple(sorted(weighed, key=lambda entity: (-entity.weight, entity.name))[:COUNT])


def _from_producer(ninjs: dict[str, Any]) -> Iterator[tuple[str, Kind]]:
    for field, kind in _FIELDS:
        values = ninjs.get(field)
        for value in values if isinstance(values, list) else []:
            name = value.get("name") if isinstance(value, dict) else None
            if isinstance(name, str) and 0 < len(name.strip()) <= _LONGEST:
                yield " ".join(name.split()), kind


def _prominence(name: str, headline: str, dek: str, text: str) -> float:
    return 0.4 * _times(name, headline, 1) + 0.1 * _times(name, dek, 1) + 0.04 * _times(name, text, 5)


def _times(name: str, text: str, most: int) -> int:
    """How often, up to `most`, a name stands in a text in whatever case, or its last word in its own."""
    last = name.rsplit(" ", 1)[-1]
    times = _occurrences(name.casefold(), text.casefold(), most)
    return max(times, _occurrences(last, text, most)) if last != name and len(last) > 3 else times


def _occurrences(name: str, text: str, most: int) -> int:
    """How often, up to `most`; only as a whole word where the script has words."""
    times, start = 0, text.find(name)
    while start >= 0 and times < most:
        end = start + len(name)
        around = text[start - 1 : start] + text[end : end + 1]
        times += not (name.isascii() and any(character.isalnum() for character in around))
        start = text.find(name, end)
    return times
