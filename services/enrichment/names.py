"""Proper names in a text: by their capitals, or, in Chinese, by the word list."""

import re
from collections import Counter
from collections.abc import Iterator

from services.enrichment import chinese
from services.enrichment.stopwords import STOPWORDS

MOST = 50
LONGEST = 6
"""Words in a name; what is longer is a headline."""
_NO_CAPITALS = frozenset({"ar", "fa", "he", "hi", "bn", "ja", "ko", "ta", "th", "ur"})
_ALL_NOUNS = frozenset({"de", "lb"})
"""Languages that write every noun with a capital."""
_UPPER = "".join(chr(code) for code in range(0x2000) if chr(code).isupper())
_WORD = rf"(?:(?:[{_UPPER}]\.){{2,}}|[{_UPPER}](?:[\w&-]|['’](?![sS]\b)(?=\w))*)"
_JOINTS = "of|the|de|del|della|di|da|du|des|la|le|el|al|bin|ibn|van|von|der|den|zu|y"
_RUN = re.compile(rf"(?<![\w'’&-]){_WORD}(?: (?:(?:{_JOINTS}) )?{_WORD}){{0,11}}")
_SMALL = STOPWORDS["en"] | frozenset(_JOINTS.split("|"))
_ANY_TITLE = re.compile(
    "(?:mrs?|ms|dr|sir|sen|rep|gov|president|president-elect|senator|minister|secretary|governor|mayor|professor|prof|"
    "speaker|chairman|congressman|congresswoman|representative|ambassador|director|spokesman|spokeswoman)",
    re.IGNORECASE,
)
_FULL_TITLE = re.compile("(?:general|chief|justice|judge|captain|colonel|king|queen|prince|pope)", re.IGNORECASE)
"""Part of a name as often as before one: left out where two words follow."""
_SHORTENED = re.compile(r"\b(?:Mrs?|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Prof|Rev|St)\.$")
_START = re.compile(r"(?:^|[.!?…:;\"“”«»•–—*|-])[\s\"“‘'«(\[]*$")
"""After this a capital says nothing."""


def proper_names(language: str, text: str) -> Counter[str]:
    """The 50 commonest names in `text` with how often they stand there, at least twice; `language`: a primary subtag.

    Capitals at the start of a sentence prove nothing: a name must stand elsewhere once. A last name alone counts for
    the fullest name that ends in it.
    """
    if language in chinese.LANGUAGES:
        found = Counter({name: count for name, count in Counter(chinese.names(text)).items() if count > 1})
    else:
        found = Counter() if language in _NO_CAPITALS | _ALL_NOUNS else _capitalised(text)
    return Counter(dict(found.most_common(MOST)))


def _capitalised(text: str) -> Counter[str]:
    total: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for line in text.split("\n"):
        if _is_title(line):
            continue
        for run in _RUN.finditer(line):
            before = line[max(0, run.start() - 8) : run.start()]
            opens = _START.search(before) and not _SHORTENED.search(before.rstrip())
            for name in _names(run[0]):
                total[name] += 1
                inside[name] += not (opens and run[0].startswith(name))
    found = Counter({name: count for name, count in total.items() if count > 1 and inside[name]})
    # a full name often stands once only, with the last name alone from there on
    by_last_name: dict[str, list[str]] = {}
    for name in total:
        if " " in name and inside[name]:
            by_last_name.setdefault(name.rsplit(" ", 1)[1], []).append(name)
    for last in [name for name in found if name in by_last_name]:
        best = max(by_last_name[last], key=lambda name: (total[name], name))
        found[best] = total[best] + found.pop(last)
    return found


def _names(run: str) -> Iterator[str]:
    """The names in a run of capitalised words: what stands between titles, without small words before it."""
    words = run.split(" ")
    name: list[str] = []
    for index, word in enumerate(words):
        rest = len(words) - index - 1
        if _ANY_TITLE.fullmatch(word) or (rest > 1 and _FULL_TITLE.fullmatch(word)):
            yield from _without_small_words(name)
            name = []
            if rest > 3 and words[index + 1] == "of":  # Secretary of State Ada Grey
                del words[index + 1 : index + 3]
        else:
            name.append(word)
    yield from _without_small_words(name)


def _without_small_words(words: list[str]) -> Iterator[str]:
    while words and words[0].lower().replace("’", "'") in _SMALL:
        words = words[1:]
    if 0 < len(words) <= LONGEST and len("".join(words)) > 1:
        yield " ".join(words).rstrip("-")


def _is_title(line: str) -> bool:
    """Whether a line has most of its words in capitals, as headings have."""
    words = line[:400].split()
    return len(words) > 2 and sum(not word[0].islower() for word in words) > 0.7 * len(words)
