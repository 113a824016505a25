"""The words to show for terms, four bits each: the place of a form among those in which its term was met."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import overload

from services.recommendation.columns import Words

FAR = 15
"""Stands for a form that is not among the first 15 of its term; who keeps the code keeps the form's number, too."""


class Forms:
    """`first`: by term, the number of its first form. `further`: those of the others by term and place."""

    def __init__(self, texts: Words, first: "array[int]", further: dict[int, int]) -> None:
        self.texts = texts
        self.first = first
        self.further = further

    def codes(self, terms: Sequence[int], forms: Sequence[str]) -> list[int]:
        """The place of a form of each term, given to it now if it has none. A term that is new has the next number."""
        known, pairs = len(self.first), list(zip(terms, self.texts.numbers(forms), strict=True))
        self.first.extend(number for term, number in pairs if term >= known)
        return [0 if self.first[term] == number else self._further(term, number) for term, number in pairs]

    def _further(self, term: int, number: int) -> int:
        for place in range(1, FAR):
            if self.further.setdefault(term << 4 | place, number) == number:
                return place
        return FAR

    def text(self, term: int, code: int) -> str:
        """The form of a term at a place."""
        return self.texts.texts[self.further[term << 4 | code] if code else self.first[term]]


class Shown(Sequence[str]):
    """The forms of an article's terms, looked up when they are asked for: of most articles nobody asks."""

    def __init__(self, count: int, form_at: Callable[[int], str]) -> None:
        self._count = count
        self._form_at = form_at

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        return map(self._form_at, range(self._count))

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> list[str]: ...

    def __getitem__(self, place: int | slice) -> str | list[str]:
        places = range(self._count)[place]
        return self._form_at(places) if isinstance(places, int) else list(map(self._form_at, places))
