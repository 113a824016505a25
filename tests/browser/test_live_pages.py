"""One page as a reader gets it: pushed onto Kafka, joined by the real edge, opened in Chromium."""

from playwright.async_api import Browser, expect

from tests.support.articles import article, new_uri
from tests.support.newsroom import Newsroom
from tests.support.waiting import eventually


async def test_a_pushed_video_is_read_played_and_closed(browser: Browser, newsroom: Newsroom) -> None:
    film = {"name": "main", "href": "/assets/sample-crossing-day.webm", "contentType": "video/webm", "duration": 12}
    video = [{"name": "film", "uri": new_uri("film"), "type": "video", "renditions": [film]}]
    headline = 'Ferry & "tide" <race> at dusk'
    served = await newsroom.publish(article(new_uri("video"), headline=headline, type="video", associations=video))
    neighbour = await newsroom.publish(article(new_uri("neighbour"), headline=headline + " again"))

    async def related() -> None:
        assert served["id"] in [item["id"] for item in await newsroom.edge.related(neighbour["uri"])]

    await eventually(related)

    complaints: list[str] = []
    page = await browser.new_page(viewport={"width": 390, "height": 844}, base_url=newsroom.settings.edge_address)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    answer = await page.goto(neighbour["url"])
    assert answer is not None
    assert answer.headers["content-encoding"] == "gzip"
    await expect(page.locator("h1")).to_have_text(headline + " again")
    entry = page.locator(".more li, .related li", has=page.get_by_role("link", name=headline, exact=True))
    await expect(entry).to_contain_text("Video")
    await entry.get_by_role("link").click()

    await expect(page.locator("h1")).to_have_text(headline)
    await page.focus("a.play")
    await page.keyboard.press("Enter")
    await expect(page.locator("dialog")).to_be_visible()
    await expect(page.locator(".player-elapsed")).to_have_text("0:01")
    await expect(page.locator(".player-total")).to_have_text("0:12")
    await page.get_by_role("button", name="Close").press("Enter")
    await expect(page.locator("dialog")).to_be_hidden()

    await page.goto("/hk/")
    await expect(page.locator(".top .card").first).to_be_visible()
    await page.get_by_role("link", name=headline, exact=True).first.click()
    await expect(page.locator("h1")).to_have_text(headline)
    assert complaints == []
    await page.close()
