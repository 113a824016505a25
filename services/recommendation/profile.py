"""An article as it is compared: at most 200 terms with whole-number weights, and the words to show for them."""

import math
from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from sys import intern

from services.recommendation.epoch import Epoch
from services.recommendation.recipes import recipe_of
from services.recommendation.tokens import Forms, count, family_of
from shared.messages import Enriched

UNIT = 65535
"""The length of a profile: its weights are whole numbers, and their squares add up to at most UNIT²."""

MOST_TERMS = 200
_TF_UNIT = 256


@dataclass(frozen=True, slots=True)
class Profile:
    """`terms` ascending, with `weights` (0..UNIT) and `forms` beside them; `names` for terms that belong to an entity.

    `names` maps the place of a term to the entity's name. Terms carry their family, so that families never meet.
    `threshold` is the score in millionths below which another article counts as chance overlap.
    """

    terms: tuple[str, ...]
    weights: "array[int]"
    forms: tuple[str, ...]
    names: Mapping[int, str]
    threshold: int


def profile(article: Enriched, epoch: Epoch) -> Profile:
    """The profile of an article: a function of its language, headline, dek, text, entities and the epoch."""
    family = family_of(article.language)
    title, forms = count(article.headline, family)
    body, body_forms = count(f"{article.dek}\n{article.text}", family)
    for term, found in body_forms.items():
        forms.setdefault(term, Counter()).update(found)
    recipe = recipe_of(family)
    rarity, unknown = epoch.rarity(family)
    raw = {
        term: round(_TF_UNIT * recipe.frequency(recipe.title * title[term] + body[term])) * rarity.get(term, unknown)
        for term in title.keys() | body.keys()
    }
    strongest = sorted(raw, key=lambda term: (-raw[term], term))[:MOST_TERMS]
    length = _root_up(sum(raw[term] ** 2 for term in strongest))
    weights = {term: raw[term] * UNIT // length for term in sorted(strongest)}
    terms = tuple(term for term, weight in weights.items() if weight)
    return Profile(
        tuple(intern(f"{family} {term}") for term in terms),
        array("H", [weights[term] for term in terms]),
        tuple(_form(term, forms) for term in terms),
        _names(article, family, terms),
        recipe.threshold,
    )


def bare(term: str) -> str:
    """A profile's term without its family."""
    return term.split(" ", 1)[1]


def _root_up(square: int) -> int:
    return math.isqrt(square - 1) + 1 if square else 1


def _form(term: str, forms: Forms) -> str:
    """The most frequent form; of equals the one with fewer capitals; empty where no word is known."""
    found = forms.get(term)
    if not found:
        return ""
    return intern(min(found, key=lambda form: (-found[form], sum(map(str.isupper, form)), form)))


def _names(article: Enriched, family: str, terms: tuple[str, ...]) -> dict[int, str]:
    """Which terms belong to which entity: the weightiest entity has the first claim."""
    places = {term: place for place, term in enumerate(terms)}
    names: dict[int, str] = {}
    for entity in sorted(article.entities, key=lambda entity: (-entity.weight, entity.name)):
        for term in count(entity.name, family)[0]:
            if term in places:
                names.setdefault(places[term], intern(entity.name))
    return names
