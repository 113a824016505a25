"""An article as it is compared: at most 200 terms with whole-number weights, and the words to show for them."""

import math
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sys import intern

import numpy as np

from services.recommendation.epoch import Epoch
from services.recommendation.recipes import recipe_of
from services.recommendation.tokens import Forms, count, family_of, forms_of, tokens
from shared.messages import Enriched

UNIT = 65535
"""The length of a profile: its weights are whole numbers, and their squares add up to at most UNIT²."""

MOST_TERMS = 200
_TF_UNIT = 256

TITLE, LEAD, NAME, RARE, FREQUENT, COMMON = 1, 2, 4, 8, 16, 32
"""Marks of a term: in the headline; in the headline or the first words; written as a name; rare in its language.

The last two are for the index: frequent; so common that nobody lists who has it (those are not marked as frequent).
"""
_MARKS = (TITLE, LEAD, NAME, RARE)


@dataclass(frozen=True, slots=True)
class Profile:
    """`terms`, each once, with `weights` (1..UNIT), `marks` and `forms` beside them.

    `names` maps the place of a term that belongs to an entity to the entity's name. `lengths`: the length of the part
    of the profile with each mark, TITLE first. `traits`: how many distinct terms the article has, how many its
    headline, and their mean weight by rarity. Terms carry their family, so that families never meet; an index may give
    them as numbers. `meaning`: what it is about, as `meanings.Meanings.of` gives it; empty in a family without.
    `threshold` is the score in millionths below which another article counts as chance overlap.
    """

    family: str
    terms: Sequence[str | int]
    weights: Sequence[int]
    marks: bytes
    forms: Sequence[str]
    names: Mapping[int, str]
    lengths: tuple[int, ...]
    traits: tuple[int, int, int]
    meaning: bytes
    threshold: int


def profile(article: Enriched, epoch: Epoch) -> Profile:
    """The profile of an article: a function of its language, headline, dek, text, entities and the epoch."""
    family = family_of(article.language)
    recipe = recipe_of(family)
    headline = list(tokens(article.headline, family))
    text = list(tokens(f"{article.dek}\n{article.text}", family))
    title, occurrences = (Counter([term for term, _ in found]) for found in (headline, text))
    forms = forms_of([*headline, *text])
    lead = {term for term, _ in text[: recipe.lead]} | title.keys()
    rarity, unknown = epoch.rarity(family)
    for term, times in title.items():
        occurrences[term] += recipe.title * times
    parts = {times: round(_TF_UNIT * recipe.frequency(times)) for times in set(occurrences.values())}
    raw: dict[str, int] = {}
    for term, times in occurrences.items():
        weight = parts[times] * rarity.get(term, unknown)
        weight *= recipe.first if term in lead else 1
        raw[term] = weight if term in forms else weight * recipe.crossing // 10
    strongest = list(raw)
    if len(raw) > MOST_TERMS:
        strongest = sorted(raw, key=lambda term: (-raw[term], term))[:MOST_TERMS]
    length = root_up(sum(raw[term] ** 2 for term in strongest))
    weights = {term: raw[term] * UNIT // length for term in strongest}
    terms = tuple(term for term, weight in weights.items() if weight)
    shown = tuple(_form(term, forms) for term in terms)
    rarities = [rarity.get(term, unknown) for term in terms]
    rare, (frequent, common) = epoch.rare(family), epoch.frequent(family)
    marks = bytes(
        [
            (TITLE if term in title else 0)
            | (LEAD if term in lead else 0)
            | (NAME if recipe.is_name(form) else 0)
            | (RARE if weight >= rare else 0)
            | (COMMON if weight <= common else FREQUENT if weight <= frequent else 0)
            for term, form, weight in zip(terms, shown, rarities, strict=True)
        ]
    )
    final = array("H", [weights[term] for term in terms])
    return Profile(
        family=family,
        terms=tuple(intern(f"{family} {term}") for term in terms),
        weights=final,
        marks=marks,
        forms=shown,
        names=_names(article, family, terms),
        lengths=lengths(final, marks, _MARKS),
        meaning=epoch.meanings[family].of(terms, final) if family in epoch.meanings else b"",
        traits=(len(raw), len(title), sum(rarities) // max(len(terms), 1)),
        threshold=recipe.threshold,
    )


def shared_places(places: Mapping[str | int, int], other: Profile) -> list[tuple[int, int]]:
    """For each term of both profiles its place in either; `places` are those of the one's terms."""
    return [(place, beside) for beside, place in enumerate(map(places.get, other.terms)) if place is not None]


def places_of(one: Profile) -> dict[str | int, int]:
    """The place of each term."""
    return {term: place for place, term in enumerate(one.terms)}


def lengths(weights: Sequence[int], marks: bytes, parts: Sequence[int]) -> tuple[int, ...]:
    """The length of each part of a profile: of the terms with any of the part's marks."""
    squares = np.square(np.array(weights, np.int64))
    sums = squares @ ((np.frombuffer(marks, np.uint8)[:, None] & np.array(parts, np.uint8)) != 0)
    return tuple(map(root_up, sums.tolist()))


def bare(term: str | int) -> str:
    """A profile's term without its family."""
    return str(term).split(" ", 1)[1]


def root_up(square: int) -> int:
    """The square root of a whole number, rounded up; 1 for 0, so that it can be divided by."""
    return math.isqrt(square - 1) + 1 if square else 1


def _form(term: str, forms: Forms) -> str:
    """The most frequent form; of equals the one with fewer capitals; empty where no word is known."""
    found = forms.get(term)
    if not found:
        return ""
    if len(found) == 1:
        return next(iter(found))
    return intern(min(found, key=lambda form: (-found[form], sum(map(str.isupper, form)), form)))


def _names(article: Enriched, family: str, terms: tuple[str, ...]) -> dict[int, str]:
    """Which terms belong to which entity: the weightiest entity has the first claim."""
    places = {term: place for place, term in enumerate(terms)}
    names: dict[int, str] = {}
    for entity in sorted(article.entities, key=lambda entity: (-entity.weight, entity.name)):
        for term in count(entity.name, family):
            if term in places:
                names.setdefault(places[term], intern(entity.name))
    return names
