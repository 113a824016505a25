"""The list of an article's language versions: every page of a group shows the same, or none."""

from datetime import UTC, datetime

import httpx
from edge_world import World

from services.publishing import page_links
from shared.entries import LanguageVersion
from shared.identity import public_id
from shared.order import Phase


def add(world: World, uri: str, language: str, original: str = "", **more: str) -> str:
    """Lays down an article of the south, or of the north where it is the original."""
    return world.add(uri, ["south" if original else "north"], language=language, original=original, **more)  # type: ignore[arg-type]


async def alternates(edge: httpx.AsyncClient, uri: str) -> list[tuple[str, str]]:
    """What the head of an article's page says of its language versions."""
    answer = await edge.get(f"/north/articles/slug-{public_id(uri)}", follow_redirects=True)
    assert answer.status_code == 200
    links = answer.text.partition("<top ")[0].split('<link rel="alternate" hreflang="')[1:]
    return [(link.partition('"')[0], link.partition('href="')[2].partition('"')[0]) for link in links]


def address(uri: str, edition: str) -> str:
    return f"https://{edition}.example/{edition}/articles/slug-{public_id(uri)}"


async def test_all_versions_name_each_other_and_themselves(world: World, edge: httpx.AsyncClient) -> None:
    for uri, language in (("urn:a", "en"), ("urn:b", "ar"), ("urn:c", "zh-Hant")):
        add(world, uri, language, "" if uri == "urn:a" else "urn:a")
    expected = {("en", address("urn:a", "north")), ("ar", address("urn:b", "south"))}
    expected.add(("zh-Hant", address("urn:c", "south")))
    for uri in ("urn:a", "urn:b", "urn:c"):
        found = await alternates(edge, uri)
        assert set(found) == expected
        assert len(found) == 3


async def test_where_the_versions_stand_on_the_page(world: World, edge: httpx.AsyncClient) -> None:
    one, other = add(world, "urn:a", "en"), add(world, "urn:b", "ar", "urn:a")
    answer = await edge.get(f"/north/articles/slug-{one}")
    versions = sorted(
        [
            LanguageVersion(one, "en", address("urn:a", "north"), None, None),
            LanguageVersion(other, "ar", address("urn:b", "south"), None, None),
        ],
        key=lambda version: version.id,
    )
    assert answer.text == (
        f"<head urn:a>{page_links.alternates(versions)}<top north>"
        '<time datetime="2026-11-20">Friday, Nov 20, 2026</time><rest north>'
        f"{page_links.other_languages([v for v in versions if v.id == other], world.editions[0])}"
        "<article urn:a text><foot north>"
    )
    assert set(answer.headers["surrogate-key"].split()) == {f"article-{one}", f"article-{other}", "edition-north"}
    assert world.redis.trips == 3
    assert (await edge.get(f"/south/articles/slug-{other}")).status_code == 200
    assert world.redis.trips == 3 + 4


async def test_a_version_that_is_taken_away_is_gone_from_the_others(world: World, edge: httpx.AsyncClient) -> None:
    add(world, "urn:a", "en")
    for uri, language in (("urn:b", "ar"), ("urn:c", "zh")):
        add(world, uri, language, "urn:a")
    tag = (await edge.get(f"/north/articles/slug-{public_id('urn:a')}")).headers["etag"]
    world.kill(public_id("urn:b"))
    again = await edge.get(f"/north/articles/slug-{public_id('urn:a')}", headers={"if-none-match": tag})
    assert again.status_code == 200
    assert {language for language, _ in await alternates(edge, "urn:a")} == {"en", "zh"}
    assert await alternates(edge, "urn:a") == await alternates(edge, "urn:c")
    world.kill(public_id("urn:a"))  # the original: the last one stands alone
    assert await alternates(edge, "urn:c") == []


async def test_versions_are_seen_in_their_window_alone(world: World, edge: httpx.AsyncClient) -> None:
    add(world, "urn:a", "en")
    window = {"not_before": "2026-11-20T13:00:00.000000Z", "not_after": "2026-11-20T14:00:00.000000Z"}
    add(world, "urn:b", "ar", "urn:a", **window)
    found = []
    for hour in (12, 13, 14):
        world.now = datetime(2026, 11, 20, hour, tzinfo=UTC)
        found.append(len(await alternates(edge, "urn:a")))
    assert found == [0, 2, 0]


async def test_nothing_for_an_article_that_is_alone(world: World, edge: httpx.AsyncClient) -> None:
    add(world, "urn:a", "en")
    add(world, "urn:b", "ar", "urn:never-seen")
    world.add("urn:c", phase=Phase.WITHHELD, original="urn:a", language="ar")
    for uri in ("urn:a", "urn:b"):
        assert await alternates(edge, uri) == []


async def test_versions_of_an_original_that_never_came_know_each_other(world: World, edge: httpx.AsyncClient) -> None:
    for uri, language in (("urn:b", "ar"), ("urn:c", "zh")):
        add(world, uri, language, "urn:never-seen")
    assert {language for language, _ in await alternates(edge, "urn:b")} == {"ar", "zh"}


async def test_of_two_that_claim_one_language_one_has_it_on_every_page(world: World, edge: httpx.AsyncClient) -> None:
    add(world, "urn:a", "en")
    first, second = sorted(("urn:b", "urn:c"), key=public_id)
    for uri, language in ((second, "zh-Hant-HK"), (first, "zh-hant-hk")):
        add(world, uri, language, "urn:a")
    assert {url for _, url in await alternates(edge, "urn:a")} == {address("urn:a", "north"), address(first, "south")}
    assert await alternates(edge, first) == await alternates(edge, "urn:a")
    assert await alternates(edge, second) == []
    world.kill(public_id(first))  # the other takes its place at once
    assert {url for _, url in await alternates(edge, "urn:a")} == {address("urn:a", "north"), address(second, "south")}
    assert await alternates(edge, second) == await alternates(edge, "urn:a")


async def test_two_that_call_each_other_the_original_are_alone(world: World, edge: httpx.AsyncClient) -> None:
    add(world, "urn:a", "en", "urn:b")
    add(world, "urn:b", "ar", "urn:a")
    assert await alternates(edge, "urn:a") == await alternates(edge, "urn:b") == []
