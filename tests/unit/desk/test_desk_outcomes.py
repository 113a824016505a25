"""What became of a pushed article, from what was seen of it."""

from typing import Any

import pytest

from services.desk.edge import Answer, answer_of
from services.desk.outcomes import Facts, decide, duration, needs_newest, timed_out
from shared.order import Phase, Stamp
from tests.unit.desk.versions import NOW, article

OURS = article()
URL = "http://edge/hk/articles/a-x"


def seen(**changes: Any) -> Answer:
    """The edge serves our version, but for `changes`."""
    return Answer(200, stamp=OURS.stamp._replace(**changes), url=URL)


def gone(reason: str) -> Answer:
    return Answer(410, reason=reason)


def kind(facts: Facts, answer: Answer | None) -> str | None:
    outcome = decide(facts, answer, NOW)
    return outcome.kind if outcome is not None else None


def test_nothing_is_decided_before_anything_was_seen() -> None:
    assert kind(Facts(), None) is None
    assert kind(Facts(article=OURS), None) is None
    assert kind(Facts(article=OURS), Answer(404)) is None
    assert kind(Facts(article=OURS), Answer(503)) is None
    assert kind(Facts(article=OURS), Answer(0, "connection refused")) is None


def test_a_dead_letter_is_a_refusal_whatever_the_edge_says() -> None:
    outcome = decide(Facts(refusal="headlines: is missing", article=OURS), seen(), NOW)
    assert outcome is not None
    assert (outcome.kind, outcome.text, outcome.bad) == ("refused", "headlines: is missing", True)


def test_our_version_at_the_edge_is_visible_under_its_address() -> None:
    outcome = decide(Facts(article=OURS), seen(), NOW)
    assert outcome is not None
    assert (outcome.kind, outcome.text, outcome.bad) == ("visible", URL, False)


def test_an_older_version_at_the_edge_decides_nothing() -> None:
    assert kind(Facts(article=OURS), seen(version=0)) is None
    assert kind(Facts(article=OURS), seen(version_created="2026-03-01T07:00:00.000000Z")) is None


@pytest.mark.parametrize("change", [{"version": 2}, {"version_created": "2026-03-01T09:00:00.000000Z"}])
def test_a_newer_version_at_the_edge_supersedes_ours(change: dict[str, Any]) -> None:
    assert kind(Facts(article=OURS), seen(**change)) == "superseded"


def test_the_loser_of_two_contents_is_superseded_by_the_other() -> None:
    outcome = decide(Facts(article=OURS), seen(content_hash="2" * 32), NOW)
    assert outcome is not None
    assert outcome.kind == "superseded"
    assert "other content of the same version 1" in outcome.text
    assert kind(Facts(article=OURS, conflict="publishing: …"), None) == "superseded"
    assert kind(Facts(article=OURS), seen(content_hash="0" * 32)) is None


def test_killed_beats_all_but_a_refusal() -> None:
    assert kind(Facts(article=OURS), gone("killed")) == "killed"
    assert kind(Facts(article=article(not_before="2027-01-01T00:00:00.000000Z")), gone("killed")) == "killed"
    assert kind(Facts(kill=True), gone("killed")) == "killed"
    assert kind(Facts(kill=True), seen()) is None
    assert kind(Facts(), gone("killed")) == "killed"


def test_a_withheld_version_is_withheld_once_the_edge_says_so() -> None:
    ours = Facts(article=article(phase=Phase.WITHHELD))
    assert kind(ours, Answer(404)) is None
    assert kind(ours, seen()) is None
    assert kind(ours, gone("withheld")) == "withheld"


def test_what_an_embargo_or_an_expiry_says_needs_no_edge() -> None:
    embargoed = decide(Facts(article=article(not_before="2026-03-01T12:00:44.500000Z")), Answer(404), NOW)
    assert embargoed is not None
    assert (embargoed.kind, embargoed.text) == ("embargoed", "until 2026-03-01T12:00:44Z (in 45 s)")
    assert kind(Facts(article=article(not_before=NOW)), Answer(404)) is None
    assert kind(Facts(article=article(not_after=NOW)), Answer(404)) == "expired"
    assert kind(Facts(article=article(not_after="2026-03-01T12:00:00.000001Z")), Answer(404)) is None


def test_an_edge_that_hides_a_live_version_sends_us_to_the_log() -> None:
    facts = Facts(article=OURS)
    assert kind(facts, gone("withheld")) is None
    assert needs_newest(facts, gone("withheld"))
    assert needs_newest(facts, gone("expired"))
    assert not needs_newest(facts, Answer(404))
    assert not needs_newest(Facts(article=article(phase=Phase.WITHHELD)), gone("withheld"))
    facts.newest = article(version=5, phase=Phase.WITHHELD)
    assert not needs_newest(facts, gone("withheld"))
    assert kind(facts, gone("withheld")) == "superseded"


def test_the_same_version_in_another_phase_does_not_supersede_itself() -> None:
    facts = Facts(article=OURS, newest=article(phase=Phase.EXPIRED))
    assert kind(facts, gone("expired")) is None


@pytest.mark.parametrize(
    ("facts", "answer", "said"),
    [
        (Facts(), None, "ingest has not taken it in"),
        (Facts(kill=True), Answer(404), "the kill has not reached the edge"),
        (Facts(article=OURS), None, "was not asked"),
        (Facts(article=OURS), Answer(0, "connection refused"), "does not answer (connection refused)"),
        (Facts(article=OURS), Answer(503), "503"),
        (Facts(article=OURS), seen(version=0), "still serves version 0"),
        (Facts(article=OURS), Answer(404), "the edge answers 404"),
    ],
)
def test_a_time_out_says_where_the_article_was_seen_last(facts: Facts, answer: Answer | None, said: str) -> None:
    outcome = timed_out(facts, answer, 5)
    assert outcome.bad
    assert outcome.text.startswith("after 5 s: ")
    assert said in outcome.text


def test_an_answer_is_read_with_its_version_and_whole_address() -> None:
    body = {"version": 3, "versionCreated": "2026-03-01T16:00:00+08:00", "hash": "a" * 32, "url": "/hk/articles/a-x"}
    found = answer_of(200, '"tag"', body, "http://edge")
    assert found.stamp == Stamp(False, 3, "2026-03-01T08:00:00.000000Z", Phase.LIVE, "a" * 32)
    assert (found.url, found.etag) == (URL, '"tag"')


@pytest.mark.parametrize("body", [{}, {"version": 1}, {"version": "x", "versionCreated": "y", "hash": "z"}])
def test_an_answer_that_says_too_little_has_no_version(body: dict[str, Any]) -> None:
    assert answer_of(200, "", body, "http://edge").stamp is None


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (200_000, "2 days")]
)
def test_a_duration_is_said_as_a_person_says_it(seconds: int, text: str) -> None:
    assert duration(seconds) == text
