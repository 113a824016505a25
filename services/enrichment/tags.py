"""The topics of an article as readers see them: what its producer says it is about, else what it names most."""

from collections.abc import Sequence
from typing import Any

from shared.messages import Entity
from shared.ninjs import drop_controls

COUNT = 8
_PROMINENT = 0.3
_LONGEST = 60


def tags(ninjs: dict[str, Any], entities: Sequence[Entity], keywords: Sequence[str]) -> tuple[str, ...]:
    """At most 8, each once whatever its case: the producer's subjects, then prominent persons, organisations, places.

    Keywords only where there is nothing of these: single words out of a text are a poor topic.
    """
    names = [*_subjects(ninjs), *(entity.name for entity in entities if entity.weight >= _PROMINENT)]
    found = {name.casefold(): name for name in reversed(names or list(keywords))}
    return tuple(reversed(found.values()))[:COUNT]


def _subjects(ninjs: dict[str, Any]) -> list[str]:
    values = ninjs.get("subjects")
    names = [value.get("name") for value in values if isinstance(value, dict)] if isinstance(values, list) else []
    lines = [drop_controls(name) for name in names if isinstance(name, str)]
    return [line for line in lines if 0 < len(line) <= _LONGEST]
