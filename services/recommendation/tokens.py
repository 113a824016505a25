"""Text to counted terms, per language family, each with the word as it was written for a reader to see.

A term is what is compared: a stem, a pair of characters or a Chinese word. A form is what is shown: the word in the
text that the term came from. Scripts without spaces are cut into pairs of neighbouring characters. Chinese is
converted to Simplified for matching only, so that Hong Kong and Beijing meet, and words of three and more characters
stand beside the pairs (a word of two is a pair already).
"""

import functools
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import opencc
import rjieba
import snowballstemmer

from services.recommendation.stopwords import STOPWORDS

CHINESE = "zh"
LONGEST_WORD = 40
"""Characters; what is longer is an address or noise, not a word."""

_FAMILIES = {**dict.fromkeys(("cmn", "hak", "lzh", "nan", "wuu", "yue"), CHINESE), "nb": "no", "nn": "no", "": "und"}
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish",
    "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_MARKS = "".join(c for c in map(chr, range(0x300, 0x10000)) if unicodedata.category(c).startswith("M"))
_CHINESE_WORD = re.compile(f"[{_UNSPACED}]+")
_SPACED_MARKS = _CHINESE_WORD.sub("", _MARKS)
_RUN = re.compile(rf"(?P<unspaced>[{_UNSPACED}{_MARKS}]+)|(?:[^\W_{_UNSPACED}]+|[{_SPACED_MARKS}]+|(?<=\w)['’](?=\w))+")
_POSSESSIVE = re.compile(r"['’][sS]$")

Token = tuple[str, str]
"""A term with its form; the form is empty where no word is known for the term."""
Forms = dict[str, dict[str, int]]


def family_of(language: str) -> str:
    """The family whose articles are compared with each other: the primary subtag of a BCP 47 tag, all Chinese as one.

    An empty tag is `und`.
    """
    primary = language.replace("_", "-").split("-")[0].lower()
    return _FAMILIES.get(primary, primary)


def tokens(text: str, family: str) -> Iterator[Token]:
    """The terms of a text in its order, each with its form."""
    text = unicodedata.normalize("NFKC", text)
    if family == CHINESE:
        yield from _chinese(text)
        return
    for run in _RUN.finditer(text):
        if run.lastgroup:
            yield from _pairs(run[0])
        elif (found := _word(run[0], family)) is not None:
            yield found


def count(text: str, family: str) -> Counter[str]:
    """How often each term stands in a text."""
    return Counter(term for term, _ in tokens(text, family))


def forms_of(found: Iterable[Token]) -> Forms:
    """Which forms each term has in what `tokens` gave, how often."""
    forms: Forms = {}
    for (term, form), times in Counter(found).items():
        if form:
            forms.setdefault(term, {})[form] = times
    return forms


@functools.lru_cache(maxsize=1 << 17)
def _word(word: str, family: str) -> Token | None:
    form = _POSSESSIVE.sub("", word)
    lower = form.lower().replace("'", "").replace("’", "")
    if 2 <= len(lower) <= LONGEST_WORD and lower not in STOPWORDS.get(family, ()):
        return sys.intern(_stemmer(family)(lower)), sys.intern(form)
    return None


def _pairs(run: str) -> Iterator[Token]:
    for start in range(len(run) - 1):
        pair = sys.intern(run[start : start + 2])
        yield pair, pair


def _chinese(text: str) -> Iterator[Token]:
    simple = simplified(text)
    shown = text if len(text) == len(simple) else simple  # positions agree but for a rare phrase of another length
    word_at = [""] * len(simple)
    long_words: list[Token] = []
    for word, start, end in rjieba.tokenize(simple, "default"):
        if end - start > 1:
            word_at[start:end] = [f"{start} {shown[start:end]}"] * (end - start)
        if end - start > 2 and _CHINESE_WORD.fullmatch(word):
            long_words.append((sys.intern(word), shown[start:end]))
    for run in _RUN.finditer(simple):
        if not run.lastgroup:
            if (found := _word(run[0], "en")) is not None:
                yield found
            continue
        for start in range(run.start(), run.end() - 1):
            inside = word_at[start] and word_at[start] == word_at[start + 1]
            yield sys.intern(simple[start : start + 2]), word_at[start].split(" ", 1)[1] if inside else ""
    yield from long_words


def simplified(text: str) -> str:
    """A Chinese text in Simplified."""
    return str(_converter().convert(text))


@functools.cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@functools.cache
def _stemmer(family: str) -> Callable[[str], str]:
    return snowballstemmer.stemmer(_STEMMERS[family]).stemWord if family in _STEMMERS else str
