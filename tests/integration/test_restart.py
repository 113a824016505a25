"""A restart of everything on the same state: nothing is lost, and it takes seconds."""

import time

from tests.support.articles import article, moment, new_uri
from tests.support.corpus import corpus_text, publish_corpus
from tests.support.newsroom import Newsroom
from tests.support.served import days, differences, served, when_quiet
from tests.support.waiting import eventually

SECONDS = 60.0
"""Much more than it takes on a machine that has nothing else to do."""


async def test_of_everything(newsroom: Newsroom) -> None:
    corpus = await publish_corpus(newsroom)
    waiting = new_uri("embargoed-over-a-restart")
    await newsroom.push(article(waiting, version=1, embargoedUntil=moment(3600)))
    await newsroom.settle(waiting)
    today, before = days(), await when_quiet(newsroom.edge, corpus.paths)
    letters = len(await newsroom.log.dead_letters())

    began = time.monotonic()
    await newsroom.close()
    await newsroom.stack.down()
    await newsroom.stack.up()
    await newsroom.open()
    assert time.monotonic() - began < SECONDS

    async def as_before() -> None:
        now = await served(newsroom.edge, before)
        assert differences(before, now) == []

    if today == days():
        await eventually(as_before)
    for uri in corpus.killed:
        await newsroom.gone(uri, "killed", within=0)
        await newsroom.push(article(uri, version=99))
        await newsroom.settle(uri)
        await newsroom.gone(uri, "killed", within=0)
    assert (await newsroom.edge.article(waiting)).status_code == 404
    await newsroom.publish(article(waiting, version=2, embargoedUntil=moment(1)))
    text = corpus_text("barque")
    renamed = await newsroom.publish(
        article(corpus.live[0], version=3, headline="A barque renamed", paragraphs=(text,))
    )

    async def in_lists_of_others() -> None:
        shown = {item["id"]: item["headline"] for item in await newsroom.edge.related(corpus.live[1])}
        assert shown[renamed["id"]] == "A barque renamed"

    await eventually(in_lists_of_others)
    assert len(await newsroom.log.dead_letters()) == letters
