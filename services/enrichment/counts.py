"""Numbers of a text: its words, the minutes to read them, the mark by which copies know each other."""

import hashlib
import math
import re
import unicodedata

WORDS_A_MINUTE = 230
CHARACTERS_A_MINUTE = 400

CJK = r"\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
"""Characters written without spaces between words, each counted as one: kana and Han. (Korean has spaces.)"""
_CJK = re.compile(f"[{CJK}]")
_WORD = re.compile(r"[^\W_][^\s—–/]*")


def _count(text: str) -> tuple[int, int]:
    """Words, and CJK characters beside them."""
    rest, characters = _CJK.subn(" ", text)
    return len(_WORD.findall(rest)), characters


def word_count(text: str) -> int:
    """Words of a text; Chinese and Japanese characters count one each, and mixed texts add up."""
    return sum(_count(text))


def reading_minutes(text: str) -> int:
    """Whole minutes at 230 words or 400 CJK characters a minute; at least 1 where there is something to read."""
    words, characters = _count(text)
    return math.ceil(words / WORDS_A_MINUTE + characters / CHARACTERS_A_MINUTE)


def fingerprint(text: str, headline: str) -> str:
    """16 hexadecimal digits over the letters and digits of `text`, or of `headline` where it has none.

    Equal for texts that differ in white space, case, punctuation and width of characters only.
    """
    letters = _letters(text) or _letters(headline) or headline
    return hashlib.sha256(letters.encode()).hexdigest()[:16]


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())
