"""Why an entry is in a list: names and telling words of both articles; nothing where only chance words are shared."""

from typing import Literal

from services.recommendation.profile import NAME, RARE, TITLE, Profile
from services.recommendation.score import MILLION, places_of, shared_places
from services.recommendation.stopwords import UNTELLING
from shared.messages import Reason

MOST = 3
LEAST_PERCENT = 4
"""What a word must add to the score, as a share of it, to be a reason."""
LEAST_PERCENT_IN_TEXT = 12
"""The same for a rare word that stands in neither headline and is no name."""

_ENTITY, _NAME, _HEADLINES, _HEADLINE = 4, 3, 3, 2
"""How much more than their part of the score entities, names, words of both headlines and of one of them count."""

_Label = tuple[Literal["term", "entity"], str]


class Why:
    """The reasons of one article's list; made once for all of its entries."""

    def __init__(self, owner: Profile) -> None:
        self._owner = owner
        self._places = places_of(owner)
        untelling = UNTELLING.get(owner.family, frozenset())
        self._words = [form if len(form) > 1 and form.lower() not in untelling else "" for form in owner.forms]

    def reasons(self, shown: Profile, score: int) -> tuple[Reason, ...]:
        """Why an article is in the list with this score (millionths): at most three reasons, the most telling first.

        Terms of an entity that both articles name count together as `entity`; the rest as `term`, together where they
        come from one word of the owner's text. Weights are parts of the score, so they add up to at most the score.
        """
        owner = self._owner
        parts: dict[_Label, int] = {}
        telling: dict[_Label, int] = {}
        dot = 0
        for place, beside in shared_places(self._places, shown):
            product = owner.weights[place] * shown.weights[beside]
            dot += product
            name = owner.names.get(place)
            if name is not None and name == shown.names.get(beside):
                label: _Label = ("entity", name)
                factor = _ENTITY
            elif not self._words[place]:
                continue
            else:
                label = ("term", self._words[place])
                factor = _factor(owner.marks[place], shown.marks[beside])
            parts[label] = parts.get(label, 0) + product
            telling[label] = max(telling.get(label, 0), factor)
        found = [
            label for label, part in parts.items() if part * 100 >= _least(telling[label]) * dot and telling[label]
        ]
        found.sort(key=lambda label: (-parts[label] * telling[label], label))
        return tuple(
            Reason(kind=kind, value=value, weight=parts[kind, value] * score // dot / MILLION)
            for kind, value in found[:MOST]
        )


def _factor(mine: int, theirs: int) -> int:
    """How telling a shared word is: 0 for one that may stand in any two articles."""
    if mine & theirs & NAME:
        return _NAME
    if mine & theirs & TITLE:
        return _HEADLINES
    if (mine | theirs) & TITLE:
        return _HEADLINE
    return 1 if mine & RARE else 0


def _least(factor: int) -> int:
    return LEAST_PERCENT if factor > 1 else LEAST_PERCENT_IN_TEXT
