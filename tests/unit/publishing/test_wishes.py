"""Which rebuild is wanted: the first, until it has ended."""

from services.publishing.rebuild import begun, behind, compared, over, refusal
from services.publishing.wishes import Wishes
from shared.codec import encode, event_headers, header_map
from shared.kafka_log import Record
from shared.messages import RebuildEnded, RebuildWanted
from shared.rebuilds import Comparison
from shared.topics import REBUILD_ENDED, REBUILD_WANTED, REBUILDS

MOMENT = "2026-11-20T08:00:00.000000Z"
COMPARISON = Comparison(digest="d", articles=1, lists=1, items=3, different=0, differences=())


def record(kind: str, message: object) -> Record:
    """A record of the topic."""
    headers = header_map(event_headers(kind, "desk", {}, "x"))
    return Record(REBUILDS.name, 0, 0, 0, None, encode(message), headers)


def wanted(name: str, dry_run: bool = False) -> RebuildWanted:
    return RebuildWanted(id=name, wanted_at=MOMENT, actor="/masthead/desk/ines", dry_run=dry_run)


def after(*messages: object) -> str:
    """The id that is wanted after these messages; nothing for none."""
    wishes = Wishes()
    for message in messages:
        wishes.take(record(REBUILD_WANTED if isinstance(message, RebuildWanted) else REBUILD_ENDED, message))
    return wishes.wanted.id if wishes.wanted is not None else ""


def ended(name: str) -> RebuildEnded:
    return RebuildEnded(id=name, ended_at=MOMENT, outcome="switched")


def test_the_first_wish_counts_until_it_has_ended_and_takes_the_others_with_it() -> None:
    assert after() == ""
    assert after(wanted("a")) == "a"
    assert after(wanted("a"), wanted("b")) == "a"
    assert after(wanted("a"), wanted("b"), ended("a")) == ""
    assert after(wanted("a"), ended("a"), wanted("b")) == "b"


def test_an_end_that_is_said_twice_ends_no_other_wish() -> None:
    assert after(wanted("a"), ended("a"), wanted("b"), ended("a")) == "b"


def test_what_is_neither_is_passed_over() -> None:
    wishes = Wishes()
    wishes.take(Record(REBUILDS.name, 0, 0, 0, None, b"{}", {}))
    assert wishes.wanted is None


def test_a_rebuild_from_the_wish_to_its_end() -> None:
    rebuild = begun(wanted("abcd1234"), "print-code", "print-code", MOMENT)
    assert (rebuild.build, rebuild.before, rebuild.stage) == ("print-code-abcd1234", "print-code", "filling")
    assert compared(rebuild, COMPARISON, 7, MOMENT).outcome == "switched"
    assert compared(rebuild, COMPARISON, 7, MOMENT).stage == "over"
    dry = begun(wanted("abcd1234", dry_run=True), "print-code", "print-code", MOMENT)
    assert compared(dry, COMPARISON, 7, MOMENT).outcome == "compared"
    assert over(rebuild, "refused", MOMENT, "why").reason == "why"


def test_it_is_refused_where_it_would_take_articles_away() -> None:
    assert refusal(0, 700, 0) == ""
    assert refusal(1, 700, 0).startswith("the log lacks an article that readers see")
    assert refusal(2, 700, 0).startswith("the log lacks 2 articles that readers see")


def test_it_is_refused_where_redis_has_no_room_for_two() -> None:
    assert refusal(0, 500, 1000) == ""
    assert refusal(0, 501, 1000).startswith("two builds do not fit into Redis: it uses 501 of its 1,000 bytes")


def test_the_live_build_must_have_what_the_new_one_has_before_they_are_compared() -> None:
    live = {"articles.enriched/0": ("a", 5), "articles.related/0": ("b", 7)}
    assert not behind(live, live)
    assert behind(live, {**live, "articles.related/0": ("b", 8)})
    assert not behind({**live, "articles.related/0": ("b", 8)}, live)
    assert behind({}, live)
