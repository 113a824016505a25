"""Everything that an index knows as arrays, and back. What follows from the rest is not written but made anew."""

from array import array
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.recommendation.articles import Place
from services.recommendation.columns import Column, Spans, Words
from services.recommendation.forms import Forms
from services.recommendation.relate import Relations
from services.recommendation.snapshot import Parts, SnapshotError


class _Rest(msgspec.Struct, array_like=True):
    """What is no array of numbers."""

    count: int
    ends: list[int]
    free_spans: list[dict[int, list[int]]]
    free_slots: list[int]
    words: list[str]
    kinds: bytes
    forms: list[str]
    first_forms: bytes
    further_forms: dict[int, int]
    far_forms: dict[int, int]
    families: list[str]
    sections: list[str]
    groups: list[list[str]]
    resting: dict[str, bytes]
    left: dict[str, Place]
    killed: list[str]
    copies: dict[int, list[int]]


def parts_of(relations: Relations) -> Parts:
    """The arrays of an index; not to be held on to, unless in a copy of the process."""
    index, articles = relations._index, relations._articles
    profiles, spans = index.profiles, _spans(relations)
    parts = {name: column.rows[: index.count] for name, column in columns_of(relations)}
    parts |= {name: column.rows[: spans[place].end] for name, place, column in _long_columns(relations)}
    rest = _Rest(
        count=index.count,
        ends=[found.end for found in spans],
        free_spans=[found.free for found in spans],
        free_slots=index.free,
        words=profiles.words.texts,
        kinds=profiles.kinds.rows[: len(profiles.words)].tobytes(),
        forms=profiles.forms.texts.texts,
        first_forms=profiles.forms.first.tobytes(),
        further_forms=profiles.forms.further,
        far_forms=profiles.far,
        families=profiles.families.texts,
        sections=index.sections.texts,
        groups=[sorted(group) for group in index.groups],
        resting=articles.resting,
        left=articles.left,
        killed=sorted(articles.killed),
        copies={slot: sorted(others) for slot, others in relations._copies.items()},
    )
    parts["sketches.keys"] = relations._sketches.keys.pairs()
    return {**parts, "rest": np.frombuffer(msgspec.msgpack.encode(rest), np.uint8)}


def fill(relations: Relations, parts: Parts) -> None:
    """Makes an empty index the one whose `parts_of` these are. SnapshotError where they do not fit together."""
    try:
        rest = msgspec.msgpack.decode(parts["rest"].tobytes(), type=_Rest)
        for name, column in columns_of(relations):
            _fill(column, parts[name], rest.count)
        for name, place, column in _long_columns(relations):
            _fill(column, parts[name], rest.ends[place])
        for spans, end, free in zip(_spans(relations), rest.ends, rest.free_spans, strict=True):
            spans.end, spans.free = end, free
        relations._sketches.keys.fill(parts["sketches.keys"])
    except (msgspec.MsgspecError, LookupError, ValueError) as error:
        raise SnapshotError(f"{type(error).__name__}: {error}") from error
    index, articles, profiles = relations._index, relations._articles, relations._index.profiles
    index.count, index.free, index.sections = rest.count, rest.free_slots, Words(rest.sections)
    index.groups = [frozenset(group) for group in rest.groups]
    profiles.words, profiles.families, profiles.far = Words(rest.words), Words(rest.families), rest.far_forms
    profiles.forms = Forms(Words(rest.forms), array("I", rest.first_forms), rest.further_forms)
    articles.resting, articles.left, articles.killed = rest.resting, rest.left, set(rest.killed)
    relations._copies = {slot: set(others) for slot, others in rest.copies.items()}
    _fill(profiles.kinds, np.frombuffer(rest.kinds, np.uint8), len(profiles.words))
    index.restore()
    relations.restore_from_cards()


def columns_of(relations: Relations) -> Iterator[tuple[str, Column]]:
    """The arrays with a row for each slot, each by its name."""
    index = relations._index
    for name, columns in (
        ("profiles", index.profiles.by_slot),
        ("names", index.profiles.names.columns),
        ("meanings", index.profiles.meanings.columns),
        ("index", index.columns),
        ("articles", relations._articles.columns),
        ("cards", relations._articles.cards.columns),
        ("sketches", relations._sketches.columns),
        ("sketches", relations._sketches.pieces.columns),
        ("rankings", relations._rankings.columns),
        ("shown", relations._shown.columns),
    ):
        for key, column in columns.items():
            yield f"{name}.{key}", column


def _spans(relations: Relations) -> list[Spans]:
    profiles = relations._index.profiles
    pieces = profiles.names, relations._articles.cards, relations._sketches.pieces, profiles.meanings
    return [profiles.spans, *(found.spans for found in pieces)]


def _long_columns(relations: Relations) -> Iterator[tuple[str, int, Column]]:
    """Those that spans are parts of, with the place of these among `_spans`."""
    profiles = relations._index.profiles
    for key, column in profiles.columns.items():
        yield f"terms.{key}", 0, column
    yield "names.data", 1, profiles.names.data
    yield "cards.data", 2, relations._articles.cards.data
    yield "sketches.data", 3, relations._sketches.pieces.data
    yield "meanings.data", 4, profiles.meanings.data


def _fill(column: Column, rows: NDArray[Any], count: int) -> None:
    if rows.dtype != column.rows.dtype or rows.shape != (count, *column.rows.shape[1:]):
        raise SnapshotError("an array has another shape than is expected")
    column.reach(count)
    column.rows[:count] = rows
