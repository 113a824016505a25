"""The profiles of all live articles, packed: six bytes for each term, some thirty for each article, and its meaning."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.recommendation.columns import Column, Pieces, Spans, Words
from services.recommendation.forms import FAR, Forms, Shown
from services.recommendation.meanings import dots
from services.recommendation.pairs import Shared, Sizes
from services.recommendation.profile import COMMON, FREQUENT, LEAD, NAME, RARE, TITLE, Profile, lengths
from services.recommendation.ranker import Whole
from services.recommendation.reasons import Met
from services.recommendation.recipes import recipe_of

_OWN = TITLE | LEAD | NAME
"""Marks that a term has in one article and not in another. The others follow from the term and the epoch."""
_FORM, _NUMBER = 3, 7
"""Where in the 32 bits of a term its form begins, and where its number: so there are 33 million of them."""
_NAMES = np.dtype([("place", "u1"), ("name", "<u4")])


class Terms(NamedTuple):
    """The terms of one article: their numbers, with `weights` and `marks` beside them."""

    numbers: NDArray[np.uint32]
    weights: NDArray[np.uint16]
    marks: NDArray[np.uint8]


class Profiles:
    """Profiles by slot. A term is a number here, as `words` gives them; so are forms and names."""

    def __init__(self) -> None:
        self.words = Words()
        self.forms = Forms(Words(), array("I"), {})
        self.far: dict[int, int] = {}
        self.families = Words()
        self.names = Pieces()
        self.meanings = Pieces()
        self.spans = Spans()
        self.columns = {
            "term": Column(np.uint32),
            "weight": Column(np.uint16),
        }
        self.by_slot = {
            "start": Column(np.uint32),
            "count": Column(np.uint8),
            "family": Column(np.uint8),
            "frequent": Column(np.uint16),
            "common": Column(np.uint16),
            "lengths": Column(np.uint16, 4),
            "traits": Column(np.int32, 3),
        }
        self.kinds = Column(np.uint8)
        self._asked = Column(np.int64)

    def reach(self) -> None:
        """Make room for what is known of all words."""
        if len(self.words) > 1 << 32 - _NUMBER:
            raise OverflowError("there are more words than numbers for them")
        self.kinds.reach(len(self.words))
        self._asked.reach(len(self.words))

    def put(self, slot: int, found: Profile) -> None:
        """Take a profile in."""
        count = len(found.terms)
        numbers = self.words.numbers(list(map(str, found.terms)))
        self.reach()
        start = self.spans.take(count)
        end = start + count
        for column in self.columns.values():
            column.reach(self.spans.end)
        for column in self.by_slot.values():
            column.reach(slot + 1)
        marks, codes = np.frombuffer(found.marks, np.uint8), self.forms.codes(numbers, found.forms)
        term, weight = (column.rows[start:end] for column in self.columns.values())
        term[:] = np.array(numbers, np.uint32) << _NUMBER | np.array(codes, np.uint32) << _FORM | marks & _OWN
        weight[:] = found.weights
        self.kinds.rows[numbers] = marks & (RARE | FREQUENT | COMMON)
        for place in (place for place, code in enumerate(codes) if code == FAR):
            self.far[start + place] = self.forms.texts.number(found.forms[place])
        family = self.families.number(found.family)
        rest = lengths(found.weights, found.marks, (FREQUENT | COMMON, COMMON))
        values = start, count, family, *rest, found.lengths, found.traits
        for column, value in zip(self.by_slot.values(), values, strict=True):
            column.rows[slot] = value
        pairs = [(place, self.forms.texts.number(name)) for place, name in found.names.items()]
        self.names.put(slot, np.array(pairs, _NAMES).tobytes())
        self.meanings.put(slot, found.meaning)

    def drop(self, slot: int) -> None:
        """Take a profile out."""
        start, count = self._span(slot)
        for place in np.flatnonzero(_codes(self.columns["term"].rows[start : start + count]) == FAR).tolist():
            del self.far[start + place]
        self.spans.give_back(start, count)
        self.names.drop(slot)
        self.meanings.drop(slot)

    def family(self, slot: int) -> str:
        """The language family of an article."""
        return self.families.texts[int(self.by_slot["family"].rows[slot])]

    def terms(self, slot: int) -> Terms:
        """The terms of an article, to be read and not to be kept."""
        start, count = self._span(slot)
        term, weight = (column.rows[start : start + count] for column in self.columns.values())
        numbers = np.right_shift(term, _NUMBER)
        return Terms(numbers, weight, self._marks(term, numbers))

    def profile(self, slot: int) -> Profile:
        """The profile of an article; its terms are numbers."""
        start, count = self._span(slot)
        family = self.family(slot)
        term, weight = (column.rows[start : start + count] for column in self.columns.values())
        numbers = np.right_shift(term, _NUMBER)
        lengths, traits = self.by_slot["lengths"].rows[slot].tolist(), self.by_slot["traits"].rows[slot].tolist()
        return Profile(
            family=family,
            terms=numbers.tolist(),
            weights=weight.tolist(),
            marks=self._marks(term, numbers).tobytes(),
            forms=Shown(count, self._form_at(start, term.copy().data)),
            names=self._names(slot),
            lengths=tuple(lengths),
            traits=tuple(traits),
            meaning=bytes(self.meanings.get(slot)),
            threshold=recipe_of(family).threshold,
        )

    def dots(self, slot: int, others: NDArray[Any]) -> Whole:
        """The dot products of an article's weights with those of others, in the order of `others`."""
        if not len(others):
            return np.zeros(0, np.int64)
        mine = self.terms(slot)
        products, places, counts = self._looked_up(mine, mine.weights, others)
        products *= self.columns["weight"].rows.take(places)
        sums = np.zeros(len(others), np.int64)
        some = np.flatnonzero(counts)
        if len(some):
            sums[some] = np.add.reduceat(products, (np.cumsum(counts) - counts)[some])
        return sums

    def met(self, slot: int, others: Sequence[int]) -> Iterator[Met]:
        """The terms that each of others shares with an article."""
        rows, here, found = self._shared(self.terms(slot), np.array(others, np.int64))
        terms = self.columns["term"].rows[found]
        weights = self.columns["weight"].rows[found].tolist()
        marks = self._marks(terms, np.right_shift(terms, _NUMBER)).tolist()
        ends = np.searchsorted(rows, np.arange(len(others)), side="right").tolist()
        places, start = here.tolist(), 0
        for other, end in zip(others, ends, strict=True):
            names = self._names(other)
            if names:
                beside = (found[start:end] - self._span(other)[0]).tolist()
                pairs = zip(places[start:end], beside, strict=True)
                names = {place: names[there] for place, there in pairs if there in names}
            yield Met(places[start:end], weights[start:end], marks[start:end], names)
            start = end

    def shared(self, slot: int, others: NDArray[Any]) -> Shared:
        """The terms that others share with an article, as the features of pairs need them."""
        mine = self.terms(slot)
        rows, here, found = self._shared(mine, others)
        terms = self.columns["term"].rows[found]
        marks, my_marks = self._marks(terms, np.right_shift(terms, _NUMBER)), mine.marks[here]
        products = self.columns["weight"].rows[found].astype(np.int64)
        products *= mine.weights[here]
        return Shared(rows, products, my_marks & marks, my_marks | marks)

    def sizes(self, slots: NDArray[Any]) -> Sizes:
        """What the features of pairs need of whole articles."""
        lengths, traits = (self.by_slot[name].rows[slots].astype(np.int64) for name in ("lengths", "traits"))
        return Sizes(lengths, traits)

    def alike(self, slot: int, others: NDArray[Any]) -> Whole:
        """How alike what an article is about is to what others of its family are."""
        return dots(self.meanings.get(slot), list(map(self.meanings.get, others.tolist())))

    def _shared(self, mine: Terms, others: NDArray[Any]) -> tuple[Whole, Whole, Whole]:
        """For each term that one of others shares with an article: which of them, ascending; the term's place in the
        article's profile; its row in the columns."""
        found, places, counts = self._looked_up(mine, np.arange(1, len(mine.numbers) + 1), others)
        hits = np.flatnonzero(found)
        return np.repeat(np.arange(len(counts)), counts)[hits], found[hits] - 1, places[hits]

    def _looked_up(self, mine: Terms, values: NDArray[Any], others: NDArray[Any]) -> tuple[Whole, Whole, Whole]:
        """For each term of others, one article after another, the value of that term among mine, 0 for none; where the
        terms lie, and how many each article has."""
        places, counts = self._places(others)
        asked = self._asked.rows
        asked[mine.numbers] = values
        found = asked.take(self.columns["term"].rows.take(places) >> _NUMBER)
        asked[mine.numbers] = 0
        return found, places, counts

    def _form_at(self, start: int, terms: memoryview) -> Callable[[int], str]:
        """The form of each term of an article whose terms begin at a row, by place; good for as long as that has it."""

        def form(place: int) -> str:
            number, code = terms[place] >> _NUMBER, terms[place] >> _FORM & FAR
            return self.forms.texts.texts[self.far[start + place]] if code == FAR else self.forms.text(number, code)

        return form

    def _names(self, slot: int) -> dict[int, str]:
        pairs = np.frombuffer(self.names.get(slot), _NAMES).tolist()
        return {place: self.forms.texts.texts[name] for place, name in pairs}

    def _marks(self, terms: NDArray[np.uint32], numbers: NDArray[np.uint32]) -> NDArray[np.uint8]:
        found: NDArray[np.uint8] = self.kinds.rows[numbers]
        found |= (terms & _OWN).astype(np.uint8)
        return found

    def _span(self, slot: int) -> tuple[int, int]:
        return int(self.by_slot["start"].rows[slot]), int(self.by_slot["count"].rows[slot])

    def _places(self, slots: NDArray[Any]) -> tuple[Whole, Whole]:
        """Where the terms of articles lie, one article after another, and how many each has."""
        counts = self.by_slot["count"].rows[slots].astype(np.int64)
        ends = np.cumsum(counts)
        shifts = self.by_slot["start"].rows[slots] - ends + counts
        return np.repeat(shifts, counts) + np.arange(ends[-1] if len(ends) else 0), counts


def _codes(terms: NDArray[np.uint32]) -> NDArray[np.uint8]:
    return (terms >> _FORM & FAR).astype(np.uint8)
