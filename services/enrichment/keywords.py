"""The words that tell most of an article, as a reader would write them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from services.enrichment import chinese
from services.enrichment.stopwords import STOPWORDS

COUNT = 10
FROM_PRODUCER = 6
"""At most so many are the producer's subjects, so that the text has its say."""
_LONGEST = 60
_LONG_WORD = 7
"""Letters of a word that counts in a language without a list of common words."""
_DAMPED = 0.7
"""Ten times is not ten times as telling as once."""
_HEADLINE, _HEADLINE_ONLY, _DEK, _NAME = 2.5, 1.5, 1.0, 1.5
_WORD = re.compile(r"[^\W\d_](?:[\w-]|['’](?![sS]\b)(?=\w))*")
_CHINESE_PARTICLES = frozenset("abcdefhkmopqrtuwy")
"""First letters of the parts of speech that name nothing: adjectives, conjunctions, adverbs, numerals, …"""
_CHINESE_WORD = re.compile(r"[\u3400-\u9fff]{2,}|[A-Za-z][A-Za-z0-9-]+")
_JAPANESE_WORD = re.compile(r"[\u30a1-\u30fa\u30fc]{3,}|[\u3400-\u9fff]{2,8}")
_ARABIC_SIGNS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_ARABIC_ARTICLE = re.compile("^(?:[وفبك]?ال|لل)(?=.{3})")


def keywords(
    language: str, headline: str, dek: str, text: str, names: Mapping[str, int], ninjs: dict[str, Any]
) -> tuple[str, ...]:
    """Up to ten keywords, most telling first: the producer's subjects, then words and names of the article itself.

    `language` is a primary subtag, `names` those found in the text and how often.
    """
    chosen: list[str] = []
    for word in _subjects(ninjs):
        if len(chosen) < FROM_PRODUCER:
            _add(chosen, word)
    for word in _ranked(language, headline, dek, text, names):
        if len(chosen) == COUNT:
            break
        _add(chosen, word)
    return tuple(chosen)


def _add(chosen: list[str], word: str) -> None:
    """Adds a word that is not there yet in other case or inside another one."""
    key = word.casefold()
    whole = "" if _CHINESE_WORD.fullmatch(word) and not key.isascii() else " "
    if not any(f"{whole}{key}{whole}" in f"{whole}{other.casefold()}{whole}" for other in chosen):
        chosen.append(word)


def _subjects(ninjs: dict[str, Any]) -> Iterator[str]:
    subjects = ninjs.get("subjects")
    for subject in subjects if isinstance(subjects, list) else []:
        name = subject.get("name") if isinstance(subject, dict) else None
        if isinstance(name, str) and 0 < len(name.strip()) <= _LONGEST:
            yield " ".join(name.split())


def _ranked(language: str, headline: str, dek: str, text: str, names: Mapping[str, int]) -> Iterator[str]:
    """Words and names by how often they stand in the text, and whether headline and dek have them."""
    shouting = headline.isupper()
    if shouting:
        headline = headline.lower()
    in_text, in_headline, in_dek = (_count(language, part) for part in (text, headline, dek))
    counts = {key: float(forms.total()) for key, forms in in_text.items()}
    for name, count in names.items():
        for key in {_key(language, word) for word in name.split()} & counts.keys():
            counts[key] = max(0.0, counts[key] - count)  # stands for the name, not for itself
    scores = {key: count**_DAMPED for key, count in counts.items()}
    for key in in_headline:
        scores[key] = scores[key] + _HEADLINE if scores.get(key) else scores.get(key, _HEADLINE_ONLY)
    for key in in_dek:
        scores[key] = scores.get(key, 0.0) + _DEK
    words = {("", key): score for key, score in scores.items() if score > 0}
    place = f"{headline}\n{dek}".casefold()
    for name, count in names.items():
        words[name, ""] = _NAME * count**_DAMPED + _HEADLINE * (name.casefold() in place)
    for name, key in sorted(words, key=lambda word: (-words[word], word)):
        parts = (in_text, in_dek) if shouting and (key in in_text or key in in_dek) else (in_text, in_dek, in_headline)
        yield name or _form(sum((part[key] for part in parts if key in part), Counter()))


def _count(language: str, text: str) -> dict[str, Counter[str]]:
    """The forms of each word that counts, by what they have in common."""
    found: dict[str, Counter[str]] = {}
    for word, count in Counter(_words(language, text)).items():
        if _is_telling(language, word):
            found.setdefault(_key(language, word), Counter())[word] += count
    return found


def _words(language: str, text: str) -> Iterator[str]:
    if language in chinese.LANGUAGES:
        return (word for word, part in chinese.words(text) if part[:1] not in _CHINESE_PARTICLES)
    if language == "ja":
        return (match[0] for match in _JAPANESE_WORD.finditer(text))
    return (match[0] for match in _WORD.finditer(_ARABIC_SIGNS.sub("", text)))


def _is_telling(language: str, word: str) -> bool:
    if language in chinese.LANGUAGES:
        return _CHINESE_WORD.fullmatch(word) is not None and chinese.simplified(word) not in STOPWORDS["zh"]
    if language == "ja":
        return True
    common = STOPWORDS.get(language)
    shortest = _LONG_WORD if common is None else 3
    return shortest <= len(word) <= _LONGEST and word.lower().replace("’", "'") not in (common or ())


def _key(language: str, word: str) -> str:
    """What forms of a word have in common: English without the plural's s, Arabic without article and conjunction."""
    word = word.casefold()
    if language == "en" and len(word) > 4:
        return word.removesuffix("s")
    return _ARABIC_ARTICLE.sub("", word)


def _form(forms: Counter[str]) -> str:
    """The form to show: the most frequent one, of those without capitals where there are any."""
    lower = [form for form in forms if form.islower()]
    return max(sorted(lower or forms), key=lambda form: forms[form])
