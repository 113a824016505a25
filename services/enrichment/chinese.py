"""Chinese: Traditional or Simplified, and its words.

The word list of rjieba is Simplified, so a text is converted for cutting, character by character, which keeps every
position; the words are then taken from the text as it is written.
"""

import functools
from collections.abc import Iterator
from typing import Literal

import opencc
import rjieba

LANGUAGES = frozenset({"zh", "yue", "cmn", "wuu", "hak", "nan"})
Script = Literal["Hans", "Hant"]
_HAN = [chr(code) for first, last in ((0x3400, 0x4DBF), (0x4E00, 0x9FFF)) for code in range(first, last + 1)]


@functools.cache
def _to_simplified() -> dict[int, str]:
    return _changed_by("t2s")


@functools.cache
def _to_traditional() -> dict[int, str]:
    return _changed_by("s2t")


def _changed_by(configuration: str) -> dict[int, str]:
    """The characters that an OpenCC configuration changes when they stand alone."""
    converted = opencc.OpenCC(configuration).convert("\n".join(_HAN)).split("\n")
    return {ord(before): after for before, after in zip(_HAN, converted, strict=True) if before != after}


def simplified(text: str) -> str:
    """The text in Simplified characters, one for one."""
    return text.translate(_to_simplified())


def script_of(text: str) -> Script | None:
    """Traditional or Simplified by the characters that belong to one of them only; None where there are none."""
    traditional = simplified = 0
    for character in text:
        code = ord(character)
        if code in _to_simplified() and code not in _to_traditional():
            traditional += 1
        elif code in _to_traditional() and code not in _to_simplified():
            simplified += 1
    if traditional == simplified:
        return None
    return "Hant" if traditional > simplified else "Hans"


def words(text: str) -> Iterator[tuple[str, str]]:
    """The words of a text in its own characters and order, punctuation among them, each with its part of speech.

    The parts of speech are those of the ICTCLAS tag set: `n` noun, `nr` person, `ns` place, `nt` organisation, …
    """
    start = 0
    for word, part in rjieba.tag(simplified(text)):
        end = start + len(word)
        yield text[start:end], part
        start = end


def names(text: str) -> Iterator[str]:
    """Persons, places and organisations, as far as the word list tells; which of them it is, it tells badly."""
    return (word for word, part in words(text) if len(word) > 1 and part[:2] in ("nr", "ns", "nt"))
