"""A picture can be killed by its own `uri`: the articles that show it stay, without it."""

from tests.support.articles import article, canceled, new_uri
from tests.support.newsroom import Newsroom
from tests.support.waiting import eventually


async def test_a_killed_picture_leaves_the_articles_that_show_it(newsroom: Newsroom) -> None:
    uri, picture, word = new_uri("illustrated"), new_uri("picture"), "Quillonbypicture"
    rendition = {"name": "main", "href": f"https://media.example/{word}.jpg", "contentType": "image/jpeg"}
    shown = [{"name": "main", "uri": picture, "type": "picture", "renditions": [rendition]}]
    served = await newsroom.publish(article(uri, associations=shown, editions=("hk", "tpe")))
    paths = [served["url"], served["url"].replace("/hk/", "/tpe/"), "/hk/", f"/v1/articles/{served['id']}"]
    assert word in (await newsroom.edge.get(served["url"])).text

    await newsroom.push(canceled(picture))

    async def served_without_it() -> None:
        for path in paths:
            answer = await newsroom.edge.get(path)
            assert answer.status_code == 200, f"{path}: {answer.status_code}"
            assert word not in answer.text, path
        assert await newsroom.in_redis(word) == []

    await eventually(served_without_it)

    again = await newsroom.publish(article(uri, version=1, associations=shown, editions=("hk", "tpe")))
    assert again["media"] == []
    await served_without_it()
