"""As many articles as one likes, made from a file of real ones, for measuring load: `articles(path, count)`.

What they keep of the real ones. Zipf's law: texts are pieces of five to twelve words out of real texts, so each word is
as frequent as there. Heaps' law: names are coined ever more rarely (there are as many as ten times the square root of
the articles), else taken up again, those most that were named most (Simon, 1955). Stories: an article goes on with the
story of one of the last three hundred or begins one, so that stories have all sizes and end; a third of its text and
its names are those of its story. One in thirty copies a text of its story under another headline. They come in the
order of time, so many a day. The same file and seed give the same articles.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

import rjieba

from bench.articles import EDITION, read_lines
from services.recommendation.tokens import family_of
from shared.identity import public_id
from shared.messages import Enriched, Origin
from shared.order import Phase
from shared.times import utc_text

PER_DAY = 500
RECENT = 300
GOES_ON, IS_A_COPY, FROM_ITS_STORY, NAMED = 0.6, 0.03, 0.35, 0.08
_START = datetime(2020, 1, 1, tzinfo=UTC)
_SYLLABLES = [a + b for a in "bcdfghjklmnprstvwz" for b in ("a", "el", "in", "o", "us")]
_CHARACTERS = [chr(0x4E00 + 7 * number) for number in range(2900)]


class _Story(NamedTuple):
    words: list[str]
    names: list[str]
    section: str
    text: str


def articles(path: Path, count: int, seed: int = 1) -> Iterator[Enriched]:
    """`count` live articles of one edition in the order of time, made from those of a file (JSON Lines)."""
    random = Random(seed)
    lines = [line for line in read_lines(path) if line["body"]]
    language = lines[0]["lang"]
    chinese = family_of(language) == "zh"
    texts = [_words(line["body"], chinese) for line in lines]
    stream = [word for words in texts for word in words]
    recent: list[_Story] = []
    names: list[str] = []
    gap = "" if chinese else " "
    for number in range(count):
        if recent and random.random() < GOES_ON:
            story = random.choice(recent)
        else:
            line = random.choice(lines)
            named = [_name(random, names, number, chinese) for _ in range(3)]
            story = _Story(_words(line["body"], chinese), named, line["section"] or "", "")
        copied = bool(story.text) and random.random() < IS_A_COPY
        text = story.text if copied else gap.join(_text(random, story, stream, len(random.choice(texts))))
        headline = gap.join([*_piece(random, story.words, 4), random.choice(story.names), *_piece(random, stream, 3)])
        story = story._replace(text=text)
        recent.append(story)
        del recent[: len(recent) - RECENT]
        yield _article(number, language, story.section, headline, text)


def _words(text: str, chinese: bool) -> list[str]:
    return list(rjieba.cut(text)) if chinese else text.split()


def _text(random: Random, story: _Story, stream: list[str], length: int) -> Iterator[str]:
    while length > 0:
        piece = _piece(random, story.words if random.random() < FROM_ITS_STORY else stream, random.randint(5, 12))
        yield from piece
        if random.random() < NAMED * len(piece):
            yield random.choice(story.names)
        length -= max(len(piece), 1)


def _piece(random: Random, words: list[str], length: int) -> list[str]:
    start = random.randrange(max(1, len(words) - length))
    return words[start : start + length]


def _name(random: Random, names: list[str], number: int, chinese: bool) -> str:
    """A name, coined or taken up again: there are about ten times the square root of the articles."""
    if not names or len(names) < 10 * (number + 1) ** 0.5:
        coined = "".join(random.choices(_CHARACTERS if chinese else _SYLLABLES, k=3)).capitalize()
    else:
        coined = random.choice(names)
    names.append(coined)
    return coined


def _article(number: int, language: str, section: str, headline: str, text: str) -> Enriched:
    published = utc_text(_START + timedelta(days=number / PER_DAY))
    uri = f"urn:example:load:article-{number}"
    return Enriched(
        uri=uri,
        id=public_id(uri),
        version=1,
        version_created=published,
        phase=Phase.LIVE,
        hash=f"{number:032x}",
        published_at=published,
        editions=(EDITION,),
        language=language,
        section=section,
        slug=f"article-{number}",
        headline=headline,
        text=text,
        origin=Origin(topic="bench", partition=0, offset=number),
    )
