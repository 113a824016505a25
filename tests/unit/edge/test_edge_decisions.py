import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.edge.app import address
from services.edge.lists import make_cursor, read_cursor, read_related
from services.edge.page import Gone, Missing, Moved, Show, id_in, is_slug, place, verdict
from shared.editions import Edition
from shared.entries import Entry
from shared.messages import Origin
from shared.order import Phase

NOW = "2026-11-20T12:00:00.000000Z"
BEFORE, AFTER = "2026-11-20T11:59:59.999999Z", "2026-11-20T12:00:00.000001Z"
ID = "abcdefghijklmnop"
EDITIONS = {slug: Edition(slug=slug, name=slug) for slug in ("north", "south", "west")}


def entry(
    phase: Phase = Phase.LIVE,
    not_before: str | None = None,
    not_after: str | None = None,
    editions: tuple[str, ...] = ("north", "south"),
) -> Entry:
    return Entry(
        uri="urn:a",
        id=ID,
        phase=phase,
        version=1,
        version_created=NOW,
        hash="0" * 32,
        original="a" * 16,
        editions=editions,
        slug="a-slug",
        section="news",
        not_before=not_before,
        not_after=not_after,
        origin=Origin(topic="t", partition=0, offset=0),
        source=Origin(topic="t", partition=0, offset=0),
    )


@pytest.mark.parametrize(
    ("found", "killed", "expected"),
    [
        (None, False, Missing()),
        (None, True, Gone("killed")),
        (entry(), True, Gone("killed")),
        (entry(Phase.WITHHELD), True, Gone("killed")),
        (entry(Phase.WITHHELD), False, Gone("withheld")),
        (entry(Phase.EXPIRED), False, Gone("expired")),
        (entry(not_after=NOW), False, Gone("expired")),
        (entry(not_after=BEFORE), False, Gone("expired")),
        (entry(not_before=AFTER), False, Missing()),
        (entry(editions=()), False, Missing()),
    ],
)
def test_what_may_not_be_seen(found: Entry | None, killed: bool, expected: object) -> None:
    assert verdict(found, killed, NOW) == expected


@pytest.mark.parametrize("found", [entry(), entry(not_before=NOW), entry(not_before=BEFORE, not_after=AFTER)])
def test_what_may_be_seen(found: Entry) -> None:
    assert verdict(found, False, NOW) == Show(found)


@pytest.mark.parametrize(
    ("editions", "asked", "name", "expected"),
    [
        (("north", "south"), "north", f"a-slug-{ID}", None),
        (("north", "south"), "south", f"a-slug-{ID}", None),
        (("north", "south"), "south", f"old-slug-{ID}", Moved(f"/south/articles/a-slug-{ID}")),
        (("north", "south"), "south", ID, Moved(f"/south/articles/a-slug-{ID}")),
        (("north", "south"), "west", f"a-slug-{ID}", Moved(f"/north/articles/a-slug-{ID}")),
        (("dropped", "south"), "west", f"a-slug-{ID}", Moved(f"/south/articles/a-slug-{ID}")),
        (("north", "south"), "unknown", f"a-slug-{ID}", Missing()),
        (("dropped",), "north", f"a-slug-{ID}", Missing()),
    ],
)
def test_where_the_page_is(editions: tuple[str, ...], asked: str, name: str, expected: object) -> None:
    found = entry(editions=editions)
    assert place(found, asked, name, EDITIONS) == (expected or Show(found))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (f"slug-{ID}", ID),
        (f"a-b-c-{ID}", ID),
        (ID, ID),
        (f"-{ID}", ID),
        (f"slug{ID}", None),
        (f"slug-{ID}x", None),
        (f"slug-{ID[:-1]}", None),
        (f"slug-{ID[:-1]}1", None),
        (f"slug-{ID.upper()}", None),
        (f"\x00-{ID}", None),
        (f"slug-{ID}\n", None),
        ("", None),
        ("-", None),
    ],
)
def test_the_id_in_a_name(name: str, found: str | None) -> None:
    assert id_in(name) == found


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("hk", True),
        ("port-ellery-2", True),
        ("", False),
        ("-hk", False),
        ("HK", False),
        ("hk\n", False),
        ("x" * 65, False),
    ],
)
def test_slugs(text: str, good: bool) -> None:
    assert is_slug(text) is good


def test_a_cursor_leads_back_to_its_place() -> None:
    member = f"2026-11-20T08:00:00.000000Z/{ID}"
    cursor = make_cursor(member)
    assert read_cursor(cursor) == member
    with pytest.raises(ValueError, match="not the `next`"):
        read_cursor(f"{cursor[:-1]}{chr(ord(cursor[-1]) + 1)}")  # base64 reads the same from it


@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]{59}", fullmatch=True))
def test_no_other_text_is_a_cursor(text: str) -> None:
    with pytest.raises(ValueError, match="not the `next`"):
        read_cursor(text)


def test_the_related_answer_loses_only_the_killed() -> None:
    stored = b'{"articleId":"a","items":[{"id":"b","score":0.50,"more":[1]},{"id":"c"}]}'
    answer = read_related(stored, "a")
    assert answer.ids == ("b", "c")
    assert answer.without(()) == stored
    assert answer.without({"c"}) == b'{"articleId":"a","items":[{"id":"b","score":0.50,"more":[1]}]}'
    assert read_related(None, "a").without(()) == b'{"articleId":"a","items":[]}'


def test_the_address_to_listen_on() -> None:
    assert address("127.0.0.1:8080") == ("127.0.0.1", 8080)
    assert address("[::1]:8080") == ("::1", 8080)
    for bad in ("8080", ":8080", "host:", "host:x", "host:99999"):
        with pytest.raises(ValueError, match="MASTHEAD_EDGE"):
            address(bad)
