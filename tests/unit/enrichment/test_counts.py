"""Words, minutes, fingerprints, summaries."""

import pytest

from services.enrichment.counts import fingerprint, reading_minutes, word_count
from services.enrichment.summary import summarise


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("… — !", 0),
        ("It's 3.5 million-dollar news—or not", 6),
        ("港口今日關閉。", 6),
        ("港口 ferry 關閉 2 days", 7),
        ("ひらがなカタカナ", 8),
        ("서울 시내 버스", 3),
        ("أغلق مُحَمَّد الميناء", 3),
    ],
)
def test_word_count(text: str, words: int) -> None:
    assert word_count(text) == words


def test_reading_minutes() -> None:
    assert reading_minutes("") == 0
    assert reading_minutes("one") == 1
    assert reading_minutes("word " * 230) == 1
    assert reading_minutes("word " * 231) == 2
    assert reading_minutes("港" * 400) == 1
    assert reading_minutes("港" * 200 + " word" * 116) == 2


def test_fingerprint() -> None:
    mark = fingerprint("Fares rise, on Monday!", "H")
    assert len(mark) == 16
    assert int(mark, 16) >= 0
    assert mark == fingerprint("  fares\nRISE on “monday”", "Other")
    assert mark != fingerprint("Fares fell on Monday", "H")
    assert fingerprint("", "A") == fingerprint("…", "a!")
    assert fingerprint("", "A") != fingerprint("", "B")


def test_summary() -> None:
    sentence = "The council of Port Ellery met after dark and heard from many residents of both banks. "
    assert summarise("Dek", sentence) == "Dek"
    assert summarise("", "Short.") == "Short."
    assert summarise("", sentence * 3) == (sentence * 2).strip()
    assert summarise("", "By A. Reporter\nHARBOUR\n" + sentence) == sentence.strip()
    long = summarise("", "word " * 100)
    assert long == "word " * 39 + "word…"
    start = "The port of the city was closed all of Sunday by order of the doctor on duty, "
    doctor = summarise("", start + "Dr. " + "word " * 50)
    assert doctor.endswith("word…")
    chinese = "港口今日因颱風關閉，渡輪全部停航，市民須改乘巴士前往市區上班上學。"
    assert summarise("", chinese * 4) == chinese * 2
    assert summarise("", "港" * 200) == "港" * 80 + "…"
    assert summarise("", "") == ""
