"""A handful of articles in every state that an article can be in, and the addresses at which all of that shows."""

from typing import NamedTuple

from shared.identity import public_id
from tests.support.articles import article, canceled, moment, new_uri
from tests.support.newsroom import Newsroom
from tests.support.served import LISTS


class Corpus(NamedTuple):
    """The uris by the state of their articles, and every path of them."""

    live: list[str]
    killed: list[str]
    withheld: str
    expired: str
    paths: list[str]


def corpus_text(ship: str) -> str:
    """What all these articles say, so that they are related to each other."""
    return f"Pilots board the {ship} in the fog off Cape Antler; the fog horn of Cape Antler was mended by the pilots."


async def publish_corpus(newsroom: Newsroom) -> Corpus:
    """Articles that were updated, moved, killed, withheld and expired, all of it visible."""
    live = [new_uri("corpus") for _ in range(8)]
    killed = [new_uri("corpus-killed") for _ in range(3)]
    withheld, expired = new_uri("corpus-withheld"), new_uri("corpus-expired")
    paths = list(LISTS)
    for number, uri in enumerate([*live, *killed, withheld, expired]):
        editions = ("hk", "tpe") if number % 2 else ("hk", "dxb")
        ship = f"barque {number}"
        end = moment(2) if uri == expired else None
        sent = article(
            uri, version=1, headline=f"The {ship}", paragraphs=(corpus_text(ship),), editions=editions, expires=end
        )
        await newsroom.push(sent)
    for uri in [*live, *killed, withheld]:
        found = await newsroom.visible(uri, 1)
        paths += [path for edition in found["editions"] for path in [found["url"].replace("/hk/", f"/{edition}/")]]
    for uri in live[:4]:
        await newsroom.publish(
            article(uri, version=2, headline="The renamed barque", paragraphs=(corpus_text("barque"),))
        )
    for uri in killed:
        await newsroom.push(canceled(uri))
    await newsroom.push(article(withheld, version=2, pubStatus="withheld"))
    for uri in killed:
        await newsroom.gone(uri, "killed")
    await newsroom.gone(withheld, "withheld")
    await newsroom.gone(expired, "expired")
    for uri in [*live, *killed, withheld, expired]:
        paths += [
            f"/v1/articles/{public_id(uri)}",
            f"/v1/articles/{public_id(uri)}/related",
            f"/hk/articles/{public_id(uri)}",
        ]
    return Corpus(live, killed, withheld, expired, paths)
