"""A small log of `articles.ingest`, drawn from all that producers may send of four articles within ten seconds."""

import json
from datetime import timedelta
from random import Random
from typing import Any

from shared.editions import load_editions
from shared.kafka_log import Record
from shared.settings import Settings
from shared.times import from_text, utc_text
from shared.topics import INGEST
from tests.support.articles import Ninjs, article, canceled

HOME, SECOND, *_ = load_editions(Settings().editions)
BEGIN = "2027-01-15T08:00:00.000000Z"
SECONDS = 10
URIS = [f"urn:order:{name}" for name in ("fog", "ferry", "tug", "pier")]
PICTURE = "urn:order:picture"
TEXTS = ["Pilots board the ferry in the fog off Cape Antler.", "The tug Marguerite is late at the pier."]


def after(seconds: float) -> str:
    """A time after the beginning."""
    return utc_text(from_text(BEGIN) + timedelta(seconds=seconds))


def versions() -> list[Ninjs]:
    """All that producers may send: each article in many versions, kills among them.

    Versions with a time have a `versionCreated` of their own. One version sent with two contents that end at two times
    is the one thing whose outcome depends on which came first: the gate holds one of them, and phase goes before
    content.
    """
    picture = [{"uri": PICTURE, "type": "picture", "renditions": [{"href": "https://pictures.example/1.jpg"}]}]
    found: list[Ninjs] = []
    for number, uri in enumerate(URIS):
        for version in (1, 2, 3):
            common: dict[str, Any] = {
                "version": version,
                "versionCreated": after(version),
                "firstCreated": after(-60 * number),
                "paragraphs": (TEXTS[number % 2],),
                "headline": f"Story {number}, version {version}",
            }
            pins = [{"uri": URIS[number - 1], "rel": "related"}]
            found += [
                article(uri, editions=(HOME, SECOND), associations=picture if version > 1 else pins, **common),
                article(uri, editions=(SECOND,), section="harbour", **common),
                article(
                    uri,
                    editions=(HOME,),
                    embargoedUntil=after(version + number),
                    **common | {"versionCreated": after(version + 0.1)},
                ),
                article(
                    uri,
                    editions=(HOME,),
                    expires=after(2 * version),
                    **common | {"versionCreated": after(version + 0.2)},
                ),
                article(uri, editions=(HOME,), pubStatus="withheld", **common),
            ]
        found.append({**canceled(uri), "versionCreated": after(9)})
    return [*found, {**canceled(PICTURE), "versionCreated": after(9)}]


VALUES = [json.dumps(content).encode() for content in versions()]
ARTICLES = [value for value in VALUES if b"canceled" not in value]
KILLS = [value for value in VALUES if b"canceled" in value]
KILLS += KILLS[-1:] * (len(URIS) - 1)  # of the picture as often as of an article


def drawn(random: Random) -> list[bytes]:
    """Some of them in any order."""
    found = random.choices(ARTICLES, k=random.randrange(3, 13)) + random.choices(KILLS, k=random.randrange(3))
    return random.sample(found, len(found))


def records(values: list[bytes]) -> list[Record]:
    """These, pushed one after another within ten seconds."""
    begin = int(from_text(BEGIN).timestamp() * 1000)
    step = SECONDS * 1000 // len(values)
    return [Record(INGEST.name, 0, n, begin + n * step, None, value) for n, value in enumerate(values)]
