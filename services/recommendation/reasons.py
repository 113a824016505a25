"""Why an entry is in a list: names and telling words of both articles; nothing where only chance words are shared."""

from typing import Literal

from services.recommendation.profile import NAME, RARE, TITLE, Profile
from services.recommendation.score import MILLION, places_of, shared_places
from services.recommendation.stopwords import is_untelling
from shared.messages import Reason

MOST = 3
LEAST_PERCENT = {4: 2, 3: 4, 2: 8, 1: 12}
"""What a word must add to the score, as a share of it, to be a reason, by how telling it is."""

_ENTITY, _NAME, _HEADLINES, _HEADLINE = 4, 3, 3, 2
"""How much more than their part of the score entities, names, words of both headlines and of one of them count."""

_Label = tuple[Literal["term", "entity"], str]


class Why:
    """The reasons of one article's list; made once for all of its entries."""

    def __init__(self, owner: Profile) -> None:
        self._owner = owner
        self._places = places_of(owner)
        self._words = ["" if is_untelling(form, owner.family) else form for form in owner.forms]

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
            elif not self._words[place] or _part_of_a_name(name, shown.names.get(beside)):
                continue
            else:
                label = ("term", self._words[place])
                factor = _factor(owner.marks[place], shown.marks[beside])
            parts[label] = parts.get(label, 0) + product
            telling[label] = max(telling.get(label, 0), factor)
        found = [label for label, part in parts.items() if 100 * part >= LEAST_PERCENT.get(telling[label], 101) * dot]
        found.sort(key=lambda label: (-parts[label] * telling[label], label))
        return tuple(
            Reason(kind=kind, value=value, weight=parts[kind, value] * score // dot / MILLION)
            for kind, value in found[:MOST]
        )


def _part_of_a_name(mine: str | None, theirs: str | None) -> bool:
    """Whether a word belongs to a longer name of something that only one of the two names: Council, Hill."""
    return (mine is None) != (theirs is None) and " " in (mine or theirs or "")


def _factor(mine: int, theirs: int) -> int:
    """How telling a shared word is: 0 for one that may stand in any two articles."""
    if mine & theirs & NAME:
        return _NAME
    if mine & theirs & TITLE:
        return _HEADLINES
    if (mine | theirs) & TITLE:
        return _HEADLINE
    return 1 if mine & RARE else 0
