"""Why an entry is in a list: names and telling words of both articles; nothing where only chance words are shared."""

import functools
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from services.recommendation.profile import NAME, RARE, TITLE, Profile, places_of, shared_places
from services.recommendation.score import MILLION
from services.recommendation.stopwords import is_untelling
from shared.messages import Reason

MOST = 3
LEAST_PERCENT = {4: 2, 3: 4, 2: 8, 1: 12}
"""What a word must add to the score, as a share of it, to be a reason, by how telling it is."""

_ENTITY, _NAME, _HEADLINES, _HEADLINE = 4, 3, 3, 2
"""How much more than their part of the score entities, names, words of both headlines and of one of them count."""

_Label = tuple[Literal["term", "entity"], str]


class Met(NamedTuple):
    """The terms that an article shares with the owner of a list: their `places` in the owner's profile, and what
    they are in the article's: weights, marks, and by the owner's place the entities that they belong to.
    """

    places: Sequence[int]
    weights: Sequence[int]
    marks: Sequence[int]
    names: Mapping[int, str]


def met(owner: Profile, shown: Profile) -> Met:
    """What two profiles share."""
    pairs = shared_places(places_of(owner), shown)
    return Met(
        [place for place, _ in pairs],
        [shown.weights[beside] for _, beside in pairs],
        [shown.marks[beside] for _, beside in pairs],
        {place: shown.names[beside] for place, beside in pairs if beside in shown.names},
    )


class Why:
    """The reasons of one article's list; made once for all of its entries."""

    def __init__(self, owner: Profile) -> None:
        self._owner = owner
        self._terms: dict[int, _Term] = {}

    def reasons(self, shown: Met, score: int) -> tuple[Reason, ...]:
        """Why an article is in the list with this score (millionths): at most three reasons, the most telling first.

        Terms of an entity that both articles name count together as `entity`; the rest as `term`, together where they
        come from one word of the owner's text. Weights are parts of the score, so they add up to at most the score.
        """
        parts: dict[_Label, int] = {}
        telling: dict[_Label, int] = {}
        dot = 0
        for place, weight, marks in zip(shown.places, shown.weights, shown.marks, strict=True):
            mine = self._terms.get(place) or self._term(place)
            product = mine.weight * weight
            dot += product
            their_name = shown.names.get(place)
            if mine.name is not None and mine.name == their_name:
                label: _Label = ("entity", mine.name)
                factor = _ENTITY
            elif not mine.word or _part_of_a_name(mine.name, their_name):
                continue
            else:
                label = ("term", mine.word)
                factor = _factor(mine.marks, marks)
            parts[label] = parts.get(label, 0) + product
            telling[label] = max(telling.get(label, 0), factor)
        found = [label for label, part in parts.items() if 100 * part >= LEAST_PERCENT.get(telling[label], 101) * dot]
        found.sort(key=lambda label: (-parts[label] * telling[label], label))
        return tuple(
            Reason(kind=kind, value=value, weight=parts[kind, value] * score // dot / MILLION)
            for kind, value in found[:MOST]
        )

    def _term(self, place: int) -> "_Term":
        owner = self._owner
        form = owner.forms[place]
        word = "" if is_untelling(form, owner.family) else form
        found = self._terms[place] = _Term(owner.weights[place], owner.marks[place], owner.names.get(place), word)
        return found


class _Term(NamedTuple):
    """A term of the owner; `word` is empty where it tells nothing."""

    weight: int
    marks: int
    name: str | None
    word: str


def _part_of_a_name(mine: str | None, theirs: str | None) -> bool:
    """Whether a word belongs to a longer name of something that only one of the two names: Council, Hill."""
    return (mine is None) != (theirs is None) and " " in (mine or theirs or "")


@functools.cache
def _factor(mine: int, theirs: int) -> int:
    """How telling a shared word is: 0 for one that may stand in any two articles."""
    if mine & theirs & NAME:
        return _NAME
    if mine & theirs & TITLE:
        return _HEADLINES
    if (mine | theirs) & TITLE:
        return _HEADLINE
    return 1 if mine & RARE else 0
