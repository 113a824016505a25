"""Withheld by a version, released by a higher one. (Killed is for good; expired is the clock's.)"""

from tests.support.articles import article, new_uri
from tests.support.newsroom import Newsroom
from tests.support.page import read_page
from tests.support.waiting import eventually

TEXT = ("Dredgers deepen the Yau Tong channel; the channel stays closed to junks while dredgers work.",)


async def test_withheld_and_released(newsroom: Newsroom) -> None:
    uri = new_uri("withheld")
    served = await newsroom.publish(article(uri, version=1, headline="Dredgers at Vantobel", paragraphs=TEXT))
    neighbour = await newsroom.publish(article(new_uri("withheld-neighbour"), headline="Junks wait", paragraphs=TEXT))

    async def shown(wanted: bool) -> None:
        items = await newsroom.edge.related(neighbour["uri"])
        assert (uri in [item["uri"] for item in items]) is wanted
        assert ("Vantobel" in (await newsroom.edge.get(neighbour["url"])).text) is wanted
        assert (served["id"] in [item["id"] for item in await newsroom.edge.latest("hk")]) is wanted
        assert (served["url"] in read_page((await newsroom.edge.get("/hk/")).text).links) is wanted

    await eventually(lambda: shown(True))

    withheld = article(uri, version=2, headline="Dredgers at Vantobel", paragraphs=TEXT, pubStatus="withheld")
    await newsroom.push(withheld)
    await newsroom.gone(uri, "withheld")
    page = await newsroom.edge.get(served["url"])
    assert page.status_code == 410
    assert "This article is not available" in read_page(page.text).texts
    await eventually(lambda: shown(False))

    async def text_is_gone() -> None:
        assert await newsroom.in_redis("Vantobel") == []

    await eventually(text_is_gone)
    await newsroom.push(article(uri, version=1, headline="Dredgers at Vantobel", paragraphs=TEXT))
    await newsroom.settle(uri)
    await newsroom.gone(uri, "withheld", within=0)

    await newsroom.publish(article(uri, version=3, headline="Dredgers at Vantobel", paragraphs=TEXT))
    assert (await newsroom.edge.get(served["url"])).status_code == 200
    await eventually(lambda: shown(True))
