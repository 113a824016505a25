"""Fronts, pages of sections, the page of the network, and the addresses that lead to them."""

from datetime import UTC, datetime

import httpx
import pytest
from edge_world import World

from services.edge.front import LATEST, NEWEST, OF_SECTION, TOP, Front, arrange
from services.edge.fronts import SECTION_CARDS
from shared.entries import Card, Summary
from shared.fragments import make_fragment
from shared.identity import public_id

HIDDEN = "2026-11-20T12:00:00.000000Z"


def card(number: int, urgency: int = 5, image: str = "") -> Card:
    summary = Summary(
        id=str(number),
        uri="",
        url="",
        canonical_url="",
        headline="",
        dek="",
        summary="",
        by="",
        image=image,
        section="",
        language="en",
        published_at="",
        version_created="",
        media_type="text",
        urgency=urgency,
    )
    return Card(summary, make_fragment(""), None, None)


def ids(front: Front) -> tuple[list[str], list[str], dict[str, list[str]]]:
    top, latest = ([card.summary.id for card in cards] for cards in (front.top, front.latest))
    return top, latest, {slug: [card.summary.id for card in cards] for slug, cards in front.blocks}


def numbers(*found: int) -> list[str]:
    return [str(number) for number in found]


def shown(text: str) -> list[str]:
    """The uris of the cards on a page, in their order."""
    return [part.partition(">")[0] for part in text.split("<card ")[1:]]


def test_the_most_urgent_of_the_newest_lead_and_of_equals_the_newer() -> None:
    urgent = {11: 1, 7: 2, 3: 2, 12: 1}  # the last is too old to lead
    newest = [card(number, urgent.get(number, 5)) for number in range(NEWEST)]
    top, latest, _ = ids(arrange(newest, {}))
    assert top == numbers(11, 3, 7, 0, 1)
    assert latest == numbers(2, 4, 5, 6, 8, 9, 10)


def test_of_equals_a_pictured_one_leads() -> None:
    newest = [card(number, image="https://m.example/p.jpg" if number in (2, 4) else "") for number in range(8)]
    assert ids(arrange([*newest, card(8, 1)], {}))[0] == numbers(8, 2, 4, 0, 1)


def test_nobody_stands_twice_and_a_section_without_others_is_left_out() -> None:
    cards = [card(number) for number in range(NEWEST)]
    sections = {"one": cards, "above": cards[: TOP + LATEST], "other": cards[1::2], "none": []}
    blocks = ids(arrange(cards, sections))[2]
    assert blocks == {"one": numbers(*range(TOP + LATEST, TOP + LATEST + OF_SECTION)), "other": numbers(17, 19)}


def test_a_front_of_few_or_none() -> None:
    assert ids(arrange([], {"news": []})) == ([], [], {})
    assert ids(arrange([card(0), card(1, 1)], {"news": [card(0), card(1, 1)]})) == (numbers(1, 0), [], {})


async def test_a_front_is_joined_from_lead_latest_and_sections(world: World, edge: httpx.AsyncClient) -> None:
    for number in range(40):
        sport = number < 30
        world.add(
            f"urn:{number}",
            published=f"2026-11-20T08:00:00.{number:06d}Z",
            section="sport" if sport else "news",
            urgency=1 if number == 35 else 5,
            media=["m" * 16] if number == 35 else (),
        )
    answer = await edge.get("/north/")
    top, latest, sport = (35, 39, 38, 37, 36), (34, 33, 32, 31, 30, 29, 28), (27, 26, 25, 24)

    def cards(among: tuple[int, ...]) -> str:
        return "".join(f"<card urn:{number}>" for number in among) + "<list_close north>"

    assert answer.text == (
        '<front_head north><top north><time datetime="2026-11-20">Friday, Nov 20, 2026</time><rest north>'
        f"<front_open north>{cards(top)}<latest_open north>{cards(latest)}<section_open:sport north>{cards(sport)}"
        "<foot north>"
    )
    named = [f"article-{public_id(f'urn:{number}')}" for number in (*top, *latest, *sport)]
    named.insert(1, f"article-{'m' * 16}")
    assert answer.headers["surrogate-key"].split() == [*named, "edition-north", "front-north"]
    assert world.redis.trips == 5


async def test_a_block_is_full_though_the_newest_of_its_section_stand_above(
    world: World, edge: httpx.AsyncClient
) -> None:
    for number in range(30):
        world.add(f"urn:{number}", published=f"2026-11-20T08:00:00.{number:06d}Z", section="sport")
    found = shown((await edge.get("/north/")).text)
    assert found == [f"urn:{number}" for number in range(29, 29 - TOP - LATEST - OF_SECTION, -1)]


async def test_a_front_leaves_out_what_may_not_be_seen(world: World, edge: httpx.AsyncClient) -> None:
    for number in range(30):
        published = f"2026-11-19T08:00:00.{number:06d}Z"
        world.add(f"urn:{number}", published=published, not_after=HIDDEN if number % 4 == 1 else None)
    world.kill(public_id("urn:28"))
    found = shown((await edge.get("/north/")).text)
    seen = [f"urn:{number}" for number in range(29, -1, -1) if number != 28 and number % 4 != 1]
    assert found == seen[: TOP + LATEST + OF_SECTION]


async def test_an_edition_without_articles_says_so(world: World, edge: httpx.AsyncClient) -> None:
    assert (await edge.get("/north/")).text.endswith("<front_open north><list_close north><nothing north><foot north>")
    assert (await edge.get("/north/sport/")).text.endswith("<list_close north><nothing north><foot north>")


async def test_the_page_of_a_section_goes_on_to_the_older(world: World, edge: httpx.AsyncClient) -> None:
    for number in range(60):
        section = "sport" if number < 55 else "news"
        published = f"2026-11-20T08:00:00.{number:06d}Z"
        media = ["m" * 16] if number == 54 else ()
        world.add(f"urn:{number}", published=published, section=section, media=media)
    path, found = "/north/sport/", []
    for part in range(3):
        world.redis.trips = 0
        answer = await edge.get(path)
        assert answer.status_code == 200
        assert answer.text.startswith("<section_head:sport north><top north><time ")
        assert "</time><rest north><section_page:sport north><card" in answer.text
        assert answer.text.endswith("<foot north>")
        found.append(shown(answer.text))
        keys_of = [f"article-{public_id(uri)}" for uri in found[-1]]
        if part == 0:
            keys_of.insert(1, f"article-{'m' * 16}")
        assert answer.headers["surrogate-key"].split() == [*keys_of, "edition-north", "front-north"]
        assert world.redis.trips == 4
        _, _, link = answer.text.partition('<a rel="next" href="')
        if part == 0:  # what arrives meanwhile shifts nothing
            world.add("urn:new", published="2026-11-20T09:00:00.000000Z", section="sport")
        path = link.partition('"')[0]
    assert path == ""
    assert [len(part) for part in found] == [SECTION_CARDS, SECTION_CARDS, 55 - 2 * SECTION_CARDS]
    assert [uri for part in found for uri in part] == [f"urn:{number}" for number in range(54, -1, -1)]


@pytest.mark.parametrize("before", ["", "zz", "Zm9v", "<script>"])
async def test_a_place_that_no_link_named_is_refused(world: World, edge: httpx.AsyncClient, before: str) -> None:
    answer = await edge.get("/north/sport/", params={"before": before})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "<script>" not in answer.text


async def test_the_page_of_the_network(world: World, edge: httpx.AsyncClient) -> None:
    answer = await edge.get("/editions")
    assert answer.text == (
        '<network_head north><top north><time datetime="2026-11-20">Friday, Nov 20, 2026</time><rest north>'
        "<network north><foot north>"
    )
    assert answer.headers["surrogate-key"] == "edition-north edition-south"
    again = await edge.get("/editions", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_a_list_follows_day_and_articles(world: World, edge: httpx.AsyncClient) -> None:
    for path in ("/north/", "/north/news/"):
        world.now = datetime(2026, 11, 20, 12, tzinfo=UTC)
        tags = [(await edge.get(path)).headers["etag"]]
        assert (await edge.get(path, headers={"if-none-match": tags[0]})).status_code == 304
        world.now = datetime(2026, 11, 20, 16, tzinfo=UTC)  # midnight in Hong Kong
        tags.append((await edge.get(path)).headers["etag"])
        world.add(f"urn:{path}")
        tags.append((await edge.get(path)).headers["etag"])
        assert len(set(tags)) == 3


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/", 302, "/north/"),
        ("/south", 301, "/south/"),
        ("/north/sport", 301, "/north/sport/"),
        ("/north/sport?next=//evil.example", 301, "/north/sport/"),
    ],
)
async def test_addresses_that_lead_to_a_list(edge: httpx.AsyncClient, path: str, status: int, location: str) -> None:
    answer = await edge.get(path, headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
    assert (answer.status_code, answer.headers["location"]) == (status, location)
    assert answer.headers["surrogate-key"] == f"edition-{location.split('/')[1]}"


async def test_an_edition_that_goes_with_a_new_build_meanwhile_is_404(world: World, edge: httpx.AsyncClient) -> None:
    """Whatever was read before the switch: never a defect."""
    editions = world.editions

    def switch() -> None:
        world.build = "b2"
        world.editions = editions[1:]
        world.write_shell()

    for path in ("/north/", "/north/sport/", "/north/sport", "/north"):
        for trip in range(5):
            world.redis.drop("b2")
            world.build, world.editions = "b1", editions
            world.write_shell()
            world.redis.steps = [*([lambda: None] * trip), switch]
            answer = await edge.get(path)
            world.redis.steps = []
            assert answer.status_code in (200, 301, 404), (path, trip)
