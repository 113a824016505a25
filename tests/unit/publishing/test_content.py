"""What of a build is compared, and what is left out."""

import msgspec

from services.publishing.content import differences, digest_of, kind_of, pieces_of_hash, pieces_of_order
from shared import redis_keys as keys
from shared.codec import encode
from shared.entries import Entry
from shared.messages import Origin, RelatedList
from shared.order import Phase

ID = "a" * 16
ENTRY = Entry(
    uri="urn:a",
    id=ID,
    phase=Phase.LIVE,
    version=1,
    version_created="2026-11-20T08:00:00.000000Z",
    hash="0" * 32,
    original=ID,
    editions=("hk",),
    slug="s",
    section="news",
    not_before=None,
    not_after=None,
    origin=Origin(topic="articles.ingest", partition=0, offset=1),
    source=Origin(topic="articles.enriched", partition=0, offset=2),
)
LIST = RelatedList(uri="urn:a", id=ID, editions=("hk",), term=1, sequence=2, epoch="e", items=())
ELSEWHERE = Origin(topic="articles.enriched", partition=5, offset=77)


def suffix(key: str) -> str:
    """What follows the build."""
    return key.removeprefix("masthead:b1:")


def entry(**changes: bytes) -> dict[bytes, bytes]:
    """The fields of an article."""
    fields = {
        "article": b"0f", "article/entry": encode(ENTRY), "article/page:hk": b"page",
        "related": LIST.fence().encode(), "related/list": encode(LIST), "related/json": b"[]",
    }  # fmt: skip
    return {name.encode(): value for name, value in (fields | changes).items()}


ENTRY_KEY = suffix(keys.entry("b1", ID))


def test_which_keys_are_compared() -> None:
    compared = {
        keys.entry("b1", ID): "entry",
        keys.list_cards("b1", keys.edition_list("hk")): "cards",
        keys.list_cards("b1", keys.language_list(ID)): "cards",
        keys.edition_order("b1", "hk"): "order",
        keys.edition_order("b1", "hk", "news"): "order",
        keys.shell("b1", "hk"): "shell",
        keys.assets("b1"): "assets",
        keys.editions("b1"): "editions",
        keys.ever_in("b1", ID): "",
        keys.shown_by("b1", ID): "",
        keys.applied("b1"): "",
        keys.last("b1"): "",
        keys.complete("b1"): "",
        keys.filling("b1"): "",
        keys.unlogged("b1"): "",
    }
    assert {key: kind_of(suffix(key)) for key in compared} == compared


def test_places_in_the_log_and_who_wrote_a_list_make_no_difference() -> None:
    moved = msgspec.structs.replace(ENTRY, origin=ELSEWHERE, source=ELSEWHERE)
    other = msgspec.structs.replace(LIST, term=9, sequence=9)
    changed = {"article/entry": encode(moved), "related": other.fence().encode(), "related/list": encode(other)}
    assert pieces_of_hash(ENTRY_KEY, entry(**changed)) == pieces_of_hash(ENTRY_KEY, entry())


def test_a_byte_of_a_page_an_entry_or_a_list_makes_one() -> None:
    before = pieces_of_hash(ENTRY_KEY, entry())
    for group, changed in (
        ("article", {"article/page:hk": b"pagf"}),
        ("article", {"article": b"0g"}),
        ("article", {"article/entry": encode(msgspec.structs.replace(ENTRY, slug="t"))}),
        ("related", {"related/json": b"[1]"}),
    ):
        (found,) = differences(before, pieces_of_hash(ENTRY_KEY, entry(**changed)))
        assert (found.kind, found.name, found.how) == (group, ID, "other")


def test_a_fence_that_an_article_left_in_a_list_is_no_difference_and_a_card_is() -> None:
    cards = suffix(keys.list_cards("b1", keys.edition_list("hk")))
    card = {f"{ID}/fence".encode(): b"1", f"{ID}/card".encode(): b"c", f"{ID}/member".encode(): b"m"}
    left = {**card, b"bbbbbbbbbbbbbbbb/fence": b"2"}
    assert pieces_of_hash(cards, left) == pieces_of_hash(cards, card)
    (found,) = differences(pieces_of_hash(cards, card), {})
    assert (found.kind, found.name, found.how) == ("card", f"{ID} in edition:hk", "left over")


def test_an_order_is_its_members_in_the_edition_or_a_section() -> None:
    whole, news = (suffix(keys.edition_order("b1", "hk", section)) for section in ("", "news"))
    before, after = pieces_of_order(whole, [b"1/a", b"2/b"]), pieces_of_order(whole, [b"1/a"])
    assert [one.how for one in differences(before, after)] == ["left over"]
    assert [one.how for one in differences(after, before)] == ["missing"]
    assert differences(before, pieces_of_order(news, [b"1/a", b"2/b"])) != []
    assert all(before.values()), "a digest that is empty would say that the member is not there"


def test_one_digest_for_all_whatever_the_order() -> None:
    one, other = {("article", "a", ""): "1"}, {("article", "b", ""): "2"}
    assert digest_of({**one, **other}) == digest_of({**other, **one})
    assert digest_of(one) != digest_of({**one, **other})
    assert digest_of({("article", "a", "b"): ""}) != digest_of({("article", "a", ""): "b"})
