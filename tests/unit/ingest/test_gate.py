"""The gate: nothing early, nothing twice, the newest version, also after a restart."""

import random
from typing import Any

import msgspec

from services.ingest.gate import Gate, mark_of
from shared.messages import Article, Origin
from shared.order import Phase


def at(hour: int) -> str:
    return f"2024-03-19T{hour:02d}:00:00.000000Z"


def article(version: int = 1, **changes: Any) -> Article:
    base = Article(
        uri="urn:example:1",
        id="a" * 16,
        version=version,
        version_created=at(0),
        phase=Phase.LIVE,
        hash=f"{version:032x}",
        published_at=at(0),
        editions=("hk",),
        language="en",
        section="news",
        slug="s",
        headline="H",
        origin=Origin(topic="articles.ingest", partition=0, offset=version),
        ninjs={"body": "text"},
    )
    return msgspec.structs.replace(base, **changes)


def forward(gate: Gate, hour: int) -> list[tuple[int, Phase]]:
    """What is forwarded at an hour, marked as the gatekeeper does."""
    due = gate.due(at(hour))
    for found in due:
        gate.mark(mark_of(found))
    return [(found.version, found.phase) for found in due]


def test_an_embargo_holds_until_its_time_and_is_released_once() -> None:
    gate = Gate()
    gate.schedule(article(not_before=at(10)))
    assert forward(gate, 9) == []
    assert forward(gate, 10) == [(1, Phase.LIVE)]
    assert forward(gate, 11) == []


def test_without_a_mark_it_is_due_again() -> None:
    gate = Gate()
    gate.schedule(article(not_before=at(10)))
    assert len(gate.due(at(10))) == 1
    assert len(gate.due(at(10))) == 1


def test_an_extended_embargo_holds_and_a_shortened_one_comes_early() -> None:
    gate = Gate()
    gate.schedule(article(1, not_before=at(10)))
    gate.schedule(article(2, not_before=at(12)))
    assert forward(gate, 11) == []
    assert forward(gate, 12) == [(2, Phase.LIVE)]
    gate.schedule(article(3, not_before=at(20)))
    gate.schedule(article(4, not_before=at(15)))
    assert forward(gate, 15) == [(4, Phase.LIVE)]
    assert forward(gate, 20) == []


def test_an_older_version_that_comes_late_changes_nothing() -> None:
    gate = Gate()
    gate.schedule(article(2, not_before=at(12)))
    gate.schedule(article(1, not_before=at(10)))
    assert forward(gate, 11) == []


def test_expiry_follows_release_and_carries_no_text() -> None:
    gate = Gate()
    gate.schedule(article(not_before=at(10), not_after=at(14)))
    assert forward(gate, 10) == [(1, Phase.LIVE)]
    [expired] = gate.due(at(14))
    assert (expired.phase, expired.ninjs, expired.hash) == (Phase.EXPIRED, {}, article().hash)
    assert forward(gate, 14) == [(1, Phase.EXPIRED)]
    assert forward(gate, 23) == []
    assert len(gate) == 0


def test_what_expired_before_its_release_was_noticed_is_never_shown() -> None:
    gate = Gate()
    gate.schedule(article(not_before=at(10), not_after=at(14)))
    assert forward(gate, 15) == [(1, Phase.EXPIRED)]
    assert forward(gate, 16) == []


def test_an_article_that_only_expires_waits_for_that() -> None:
    gate = Gate()
    gate.schedule(article(not_after=at(14)))
    assert forward(gate, 13) == []
    assert forward(gate, 14) == [(1, Phase.EXPIRED)]


def test_a_new_life_after_expiry() -> None:
    gate = Gate()
    gate.schedule(article(1, not_after=at(10)))
    assert forward(gate, 10) == [(1, Phase.EXPIRED)]
    gate.schedule(article(2, not_before=at(12)))
    assert forward(gate, 12) == [(2, Phase.LIVE)]


def pushed_again(version: Article) -> Article:
    """The same version by another record of `articles.ingest`."""
    origin = version.origin
    return msgspec.structs.replace(version, origin=msgspec.structs.replace(origin, offset=origin.offset + 1))


def test_what_was_forwarded_and_is_pushed_once_more_is_forwarded_once_more() -> None:
    """What failed behind the gate is redriven through it."""
    gate = Gate()
    version = article(not_before=at(10), not_after=at(13))
    gate.schedule(version)
    gate.schedule(version)
    assert forward(gate, 9) == []
    assert forward(gate, 10) == [(1, Phase.LIVE)]
    version = pushed_again(version)
    gate.schedule(version)
    assert forward(gate, 11) == [(1, Phase.LIVE)]
    assert forward(gate, 12) == []
    assert forward(gate, 13) == [(1, Phase.EXPIRED)]
    version = pushed_again(version)
    gate.schedule(version)
    assert forward(gate, 14) == [(1, Phase.EXPIRED)]
    assert forward(gate, 15) == []


def test_what_the_door_has_read_again_is_not_forwarded_again() -> None:
    """A door that was killed reads on from what it had committed."""
    gate = Gate()
    first = article(not_before=at(10))
    second = pushed_again(first)
    for version in (first, second):
        gate.schedule(version)
    assert forward(gate, 10) == [(1, Phase.LIVE)]
    for version in (first, second, first):
        gate.schedule(version)
        assert forward(gate, 11) == []
    gate.schedule(pushed_again(second))
    assert forward(gate, 11) == [(1, Phase.LIVE)]
    for version in (first, second):
        gate.schedule(version)
    assert forward(gate, 12) == []


def test_a_restart_rebuilds_the_timers_and_releases_nothing_again() -> None:
    """The topic is folded again at every point of its life: what is due then is what was due before."""
    rng = random.Random(7)
    for _ in range(200):
        log: list[Article | Any] = []
        gate = Gate()
        for hour in range(24):
            if rng.random() < 0.4:
                before = at(rng.randint(hour, 23)) if rng.random() < 0.7 else None
                after = at(rng.randint(hour, 23)) if before is None or rng.random() < 0.3 else None
                version = article(rng.randint(1, 9), not_before=before, not_after=after)
                log.append(version)
                gate.schedule(version)
            if rng.random() < 0.3:
                gate = Gate()
                for message in log:
                    gate.schedule(message) if isinstance(message, Article) else gate.mark(message)
            fresh = Gate()
            for message in log:
                fresh.schedule(message) if isinstance(message, Article) else fresh.mark(message)
            assert [(a.version, a.phase) for a in fresh.due(at(hour))] == [
                (a.version, a.phase) for a in gate.due(at(hour))
            ]
            for found in gate.due(at(hour)):
                log.append(mark_of(found))
                gate.mark(mark_of(found))
            assert gate.due(at(hour)) == []


def test_the_earliest_is_forwarded_first() -> None:
    gate = Gate()
    for number, hour in enumerate((12, 10, 11)):
        gate.schedule(article(uri=f"urn:{number}", not_before=at(hour)))
    assert [found.not_before for found in gate.due(at(12))] == [at(10), at(11), at(12)]
