"""Everything that an index knows as arrays, and back. What follows from the rest is not written but made anew."""

from array import array
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.recommendation.articles import Place
from services.recommendation.columns import Column, Words
from services.recommendation.forms import Forms
from services.recommendation.relate import Relations
from services.recommendation.snapshot import Parts, SnapshotError


class _Rest(msgspec.Struct, array_like=True):
    """What is no array of numbers."""

    count: int
    end: int
    free_spans: dict[int, list[int]]
    free_slots: list[int]
    words: list[str]
    forms: list[str]
    first_forms: bytes
    further_forms: dict[int, int]
    far_forms: dict[int, int]
    families: list[str]
    sections: list[str]
    groups: list[list[str]]
    names: dict[int, bytes]
    cards: list[bytes]
    resting: dict[str, bytes]
    left: dict[str, Place]
    killed: list[str]
    copies: dict[int, list[int]]


def parts_of(relations: Relations) -> Parts:
    """The arrays of an index; not to be held on to, unless in a copy of the process."""
    index, articles = relations._index, relations._articles
    profiles = index.profiles
    parts = {
        name: column.rows[: profiles.spans.end if name.startswith("profiles.terms") else index.count]
        for name, column in _columns(relations)
    }
    rest = _Rest(
        count=index.count,
        end=profiles.spans.end,
        free_spans=profiles.spans.free,
        free_slots=index.free,
        words=profiles.words.texts,
        forms=profiles.forms.texts.texts,
        first_forms=profiles.forms.first.tobytes(),
        further_forms=profiles.forms.further,
        far_forms=profiles.far,
        families=profiles.families.texts,
        sections=index.sections.texts,
        groups=[sorted(group) for group in index.groups],
        names=profiles.names,
        cards=articles.cards,
        resting=articles.resting,
        left=articles.left,
        killed=sorted(articles.killed),
        copies={slot: sorted(others) for slot, others in relations._copies.items()},
    )
    return {**parts, "rest": np.frombuffer(msgspec.msgpack.encode(rest), np.uint8)}


def fill(relations: Relations, parts: Parts) -> None:
    """Makes an empty index the one whose `parts_of` these are. SnapshotError where they do not fit together."""
    try:
        rest = msgspec.msgpack.decode(parts["rest"].tobytes(), type=_Rest)
        for name, column in _columns(relations):
            count = rest.end if name.startswith("profiles.terms") else rest.count
            _fill(column, parts[name], count)
    except (msgspec.MsgspecError, KeyError, ValueError) as error:
        raise SnapshotError(f"{type(error).__name__}: {error}") from error
    index, articles, profiles = relations._index, relations._articles, relations._index.profiles
    index.count, index.free, index.sections = rest.count, rest.free_slots, Words(rest.sections)
    index.groups = [frozenset(group) for group in rest.groups]
    profiles.spans.end, profiles.spans.free, profiles.names = rest.end, rest.free_spans, rest.names
    profiles.words, profiles.families, profiles.far = Words(rest.words), Words(rest.families), rest.far_forms
    profiles.forms = Forms(Words(rest.forms), array("I", rest.first_forms), rest.further_forms)
    articles.cards, articles.resting, articles.left = rest.cards, rest.resting, rest.left
    articles.killed = set(rest.killed)
    relations._copies = {slot: set(others) for slot, others in rest.copies.items()}
    index.restore()
    relations._sketches.restore()
    relations.restore_from_cards()


def _columns(relations: Relations) -> Iterator[tuple[str, Column]]:
    index = relations._index
    for name, columns in (
        ("profiles.terms", index.profiles.columns),
        ("profiles", index.profiles.by_slot),
        ("index", index.columns),
        ("articles", relations._articles.columns),
        ("sketches", relations._sketches.columns),
        ("rankings", relations._rankings.columns),
        ("shown", relations._shown.columns),
    ):
        for key, column in columns.items():
            yield f"{name}.{key}", column


def _fill(column: Column, rows: NDArray[Any], count: int) -> None:
    if rows.dtype != column.rows.dtype or rows.shape != (count, *column.rows.shape[1:]):
        raise SnapshotError("an array has another shape than is expected")
    column.rows = np.zeros((max(count, 64), *column.rows.shape[1:]), column.rows.dtype)
    column.rows[:count] = rows
