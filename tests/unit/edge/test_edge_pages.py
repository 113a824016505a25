import gzip
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from edge_world import World

from services.edge.app import build
from services.edge.settings import EdgeSettings
from shared import redis_keys as keys
from shared.identity import public_id
from shared.order import Phase

GZIP = {"accept-encoding": "gzip"}


async def test_an_article_is_joined_from_its_fragments(world: World, edge: httpx.AsyncClient) -> None:
    other = public_id("urn:b")
    one = world.add("urn:a", related=[other])
    answer = await edge.get(f"/north/articles/slug-{one}")
    assert answer.status_code == 200
    assert answer.text == (
        '<head urn:a><top north><time datetime="2026-11-20">Friday, Nov 20, 2026</time>'
        f"<rest north><article urn:a text><related {other}><foot north>"
    )
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["surrogate-key"] == f"article-{one} article-{other} edition-north"
    assert world.redis.trips == 3


async def test_gzip_is_the_same_page_under_another_etag(world: World, edge: httpx.AsyncClient) -> None:
    path = f"/north/articles/slug-{world.add('urn:a')}"
    plain, packed = await edge.get(path), await edge.get(path, headers=GZIP)
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]


async def test_head_has_the_headers_of_get(world: World, edge: httpx.AsyncClient) -> None:
    one = world.add("urn:a")
    for path in (f"/north/articles/slug-{one}", f"/north/articles/{one}", "/north/", "/none/", f"/v1/articles/{one}"):
        for headers in (GZIP, {"accept-encoding": "identity"}):
            async with edge.stream("GET", path, headers=headers) as got:
                raw = b"".join([part async for part in got.aiter_raw()])
            head = await edge.head(path, headers=headers)
            assert (head.status_code, head.headers) == (got.status_code, got.headers)
            assert int(head.headers["content-length"]) == len(raw)
            assert head.content == b""


async def test_head_sends_no_body_whatever_the_server_does(world: World) -> None:
    app = build(EdgeSettings(), world.redis.run, lambda: world.now)
    sent: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app({"type": "http", "method": "HEAD", "path": "/north/", "query_string": b"", "headers": []}, receive, send)
    assert sent[0]["status"] == 200
    assert b"".join(message.get("body", b"") for message in sent) == b""


async def test_an_etag_is_answered_with_304(world: World, edge: httpx.AsyncClient) -> None:
    path = f"/north/articles/slug-{world.add('urn:a')}"
    first = await edge.get(path)
    again = await edge.get(path, headers={"if-none-match": f'"x", W/{first.headers["etag"]}'})
    assert again.status_code == 304
    assert again.content == b""
    for name in ("etag", "cache-control", "vary", "surrogate-key"):
        assert again.headers[name] == first.headers[name]
    other = await edge.get(path, headers={"if-none-match": first.headers["etag"], **GZIP})
    assert other.status_code == 200


async def test_the_etag_follows_text_day_and_omissions(world: World, edge: httpx.AsyncClient) -> None:
    other = public_id("urn:b")
    path = f"/north/articles/slug-{world.add('urn:a', related=[other])}"
    tags = [(await edge.get(path)).headers["etag"]]
    world.now = datetime(2026, 11, 20, 16, tzinfo=UTC)  # midnight in Hong Kong
    tags.append((await edge.get(path)).headers["etag"])
    world.kill(other)
    tags.append((await edge.get(path)).headers["etag"])
    world.add("urn:a", related=[other], text="corrected")
    tags.append((await edge.get(path)).headers["etag"])
    assert len(set(tags)) == 4


async def test_each_edition_has_its_own_day(world: World, edge: httpx.AsyncClient) -> None:
    one = world.add("urn:a", ["north", "south"])
    world.now = datetime(2026, 11, 20, 18, tzinfo=UTC)
    assert "Saturday, Nov 21, 2026" in (await edge.get(f"/north/articles/slug-{one}")).text
    assert "Friday, Nov 20, 2026" in (await edge.get(f"/south/articles/slug-{one}")).text


async def test_other_addresses_of_an_article_lead_to_the_right_one(world: World, edge: httpx.AsyncClient) -> None:
    one = world.add("urn:a")
    for path in (f"/north/articles/old-{one}", f"/north/articles/{one}", f"/south/articles/slug-{one}"):
        answer = await edge.get(path, headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
        assert (answer.status_code, answer.headers["location"]) == (301, f"/north/articles/slug-{one}")
        assert f"article-{one}" in answer.headers["surrogate-key"]


@pytest.mark.parametrize(("phase", "kind"), [(Phase.WITHHELD, "withheld"), (Phase.EXPIRED, "expired")])
async def test_what_was_taken_away_is_gone(world: World, edge: httpx.AsyncClient, phase: Phase, kind: str) -> None:
    one = world.add("urn:a", phase=phase)
    answer = await edge.get(f"/north/articles/slug-{one}")
    assert answer.status_code == 410
    assert answer.text.startswith(f"<message_head:{kind} north>")
    assert f"<message:{kind} north>" in answer.text
    assert answer.headers["surrogate-key"] == f"article-{one} edition-north front-north"
    assert "etag" not in answer.headers


async def test_killed_wins_over_a_matching_etag(world: World, edge: httpx.AsyncClient) -> None:
    one = world.add("urn:a")
    path = f"/north/articles/slug-{one}"
    tag = (await edge.get(path)).headers["etag"]
    world.redis.strings[keys.kill_mark(one)] = b"1"
    for value in (tag, "*"):
        answer = await edge.get(path, headers={"if-none-match": value})
        assert answer.status_code == 410
        assert "<message:killed north>" in answer.text


async def test_the_last_lock_holds_without_the_mark(world: World, edge: httpx.AsyncClient) -> None:
    one = world.add("urn:a")
    world.kill(one)
    assert (await edge.get(f"/north/articles/slug-{one}")).status_code == 410
    assert (await edge.get(f"/v1/articles/{one}")).status_code == 410


async def test_a_related_list_that_names_a_killed_one_is_left_out(world: World, edge: httpx.AsyncClient) -> None:
    other = public_id("urn:b")
    one = world.add("urn:a", related=[other, public_id("urn:c")])
    world.kill(other)
    answer = await edge.get(f"/north/articles/slug-{one}", headers=GZIP)
    assert answer.status_code == 200
    assert answer.text.endswith("<article urn:a text><foot north>")
    assert other not in answer.headers["surrogate-key"]


async def test_an_article_with_a_killed_picture_is_unavailable(world: World, edge: httpx.AsyncClient) -> None:
    picture = public_id("urn:picture")
    one = world.add("urn:a", media=[picture])
    world.kill(picture)
    answer = await edge.get(f"/north/articles/slug-{one}")
    assert answer.status_code == 503
    assert "<message:unavailable north>" in answer.text
    assert answer.headers["retry-after"] == "2"
    assert (await edge.get(f"/v1/articles/{one}")).status_code == 503


async def test_the_window_is_checked_by_the_clock(world: World, edge: httpx.AsyncClient) -> None:
    one = world.add("urn:a", not_before="2026-11-20T13:00:00.000000Z", not_after="2026-11-20T14:00:00.000000Z")
    statuses = []
    for hour in (12, 13, 14):
        world.now = datetime(2026, 11, 20, hour, tzinfo=UTC)
        statuses.append((await edge.get(f"/north/articles/slug-{one}")).status_code)
        assert ("<card urn:a>" in (await edge.get("/north/")).text) is (hour == 13)
    assert statuses == [404, 200, 410]


async def test_a_card_with_a_killed_picture_is_left_out(world: World, edge: httpx.AsyncClient) -> None:
    picture = public_id("urn:picture")
    world.add("urn:a", media=[picture])
    world.add("urn:b")
    world.kill(picture)
    text = (await edge.get("/north/")).text
    assert "<card urn:b>" in text
    assert "<card urn:a>" not in text


@pytest.mark.parametrize(
    ("path", "edition"),
    [
        ("/south/articles/nothing", "south"),
        ("/south/articles/slug-aaaaaaaaaaaaaaaa", "south"),
        ("/south/what/ever", "south"),
        ("/south/what", "south"),
        ("/south/what/", "south"),
        ("/south/articles/", "south"),
        ("/south/" + "a" * 65 + "/", "south"),
        ("/unknown/news/", "north"),
        ("/unknown/articles/slug-aaaaaaaaaaaaaaaa", "north"),
        ("/unknown/", "north"),
        ("/unknown", "north"),
        ("/%00/", "north"),
        ("/%ff/articles/x-aaaaaaaaaaaaaaaa", "north"),
        ("/%ED%A0%80/", "north"),
        ("/south/articles/%00-aaaaaaaaaaaaaaaa", "south"),
        ("/south/articles/a%2Fb-aaaaaaaaaaaaaaaa", "south"),
        ("/south/articles/" + "a" * 30000, "south"),
        ("//south/", "south"),
        ("//evil.example", "north"),
        ("/assets/none.css", "north"),
    ],
)
async def test_what_is_unknown_is_told_in_the_look_of_an_edition(
    world: World, edge: httpx.AsyncClient, path: str, edition: str
) -> None:
    answer = await edge.get(f"http://edge{path}")
    assert answer.status_code == 404
    assert answer.text.startswith(f"<message_head:not_found {edition}>")


async def test_below_a_message_stands_the_newest_of_the_edition(world: World, edge: httpx.AsyncClient) -> None:
    for number in range(9):
        world.add(f"urn:{number}", published=f"2026-11-20T08:00:0{number}.000000Z", media=["m" * 16])
    gone = world.add("urn:gone", published="2026-11-20T09:00:00.000000Z")
    world.kill(gone)
    for path, status in ((f"/north/articles/slug-{gone}", 410), ("/north/nothing/at/all", 404)):
        answer = await edge.get(path)
        listed = "".join(f"<card urn:{number}>" for number in (8, 7, 6, 5, 4, 3))
        assert answer.status_code == status
        assert answer.text.endswith(f"north><latest_open north>{listed}<list_close north><foot north>")
        shown = " ".join(f"article-{public_id(f'urn:{number}')}" for number in (7, 6, 5, 4, 3))
        assert (
            f"article-{public_id('urn:8')} article-{'m' * 16} {shown} edition-north front-north"
            in (answer.headers["surrogate-key"])
        )
    assert f"article-{gone}" in (await edge.get(f"/north/articles/slug-{gone}")).headers["surrogate-key"]
    assert (await edge.get("/nowhere/at/all")).headers["surrogate-key"].endswith(" front-north")
    assert "latest_open" not in (await edge.get("/south/nothing/at/all")).text


async def test_an_unknown_edition_does_not_know_the_article(world: World, edge: httpx.AsyncClient) -> None:
    one = world.add("urn:a")
    assert (await edge.get(f"/unknown/articles/slug-{one}")).status_code == 404
    world.kill(one)
    assert (await edge.get(f"/unknown/articles/slug-{one}")).status_code == 404


async def test_assets(world: World, edge: httpx.AsyncClient) -> None:
    style = await edge.get("/assets/page.css", headers=GZIP)
    assert (style.text, style.headers["content-type"]) == ("body{}", "text/css; charset=utf-8")
    assert style.headers["content-encoding"] == "gzip"
    assert style.headers["cache-control"] == "no-cache"
    assert "immutable" in (await edge.get("/assets/page.css?v=b1")).headers["cache-control"]
    assert (await edge.get("/assets/page.css?v=b0")).headers["cache-control"] == "no-cache"
    talk = await edge.get("/assets/talk.wav", headers=GZIP)
    assert talk.headers["content-type"] == "audio/wav"
    assert "content-encoding" not in talk.headers


async def test_a_player_can_jump(world: World, edge: httpx.AsyncClient) -> None:
    whole = await edge.get("/assets/talk.wav")
    assert whole.headers["accept-ranges"] == "bytes"
    part = await edge.get("/assets/talk.wav", headers={"range": "bytes=4-7", "if-range": whole.headers["etag"]})
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"0123", "bytes 4-7/14")
    assert (await edge.get("/assets/talk.wav", headers={"range": "bytes=4-7", "if-range": '"old"'})).status_code == 200
    outside = await edge.get("/assets/talk.wav", headers={"range": "bytes=14-"})
    assert (outside.status_code, outside.headers["content-range"]) == (416, "bytes */14")


@pytest.mark.parametrize(
    "path",
    ["/north/", "/north/articles/none", "/north/?", "/north/news/?before=x", "/editions", "/v1/editions", "/v1/x"],
)
async def test_every_answer_tells_browsers_what_it_may_do(world: World, edge: httpx.AsyncClient, path: str) -> None:
    for answer in (await edge.get(path), await edge.head(path), await edge.post(path)):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in answer.headers["permissions-policy"]
        if answer.headers["content-type"].startswith("text/html"):
            rules = dict(rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; "))
            assert rules["default-src"] == "'none'"
            assert rules.get("script-src", "'self'") == rules.get("style-src", "'self'") == "'self'"
            assert (answer.status_code in (400, 405)) or rules["frame-ancestors"] == rules["base-uri"] == "'none'"


async def test_joined_gzip_is_one_file(world: World, edge: httpx.AsyncClient) -> None:
    path = f"/north/articles/slug-{world.add('urn:a')}"
    async with edge.stream("GET", path, headers=GZIP) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert gzip.decompress(raw) == (await edge.get(path)).content
