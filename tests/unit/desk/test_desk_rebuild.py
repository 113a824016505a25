"""What `masthead rebuild` says, and `masthead status` of a build that is being made."""

import dataclasses
import json

import pytest
from msgspec.structs import replace

from services.desk import rebuild_screen
from services.desk.builds import Making, Told, course
from services.desk.errors import DeskError
from services.desk.rebuild import exit_code, joined
from services.desk.status_report import as_json
from services.desk.status_screen import show
from shared.rebuilds import Comparison, Difference, Rebuild
from shared.times import from_text
from tests.unit.desk.screens import screened
from tests.unit.desk.test_desk_status import EDGE, WELL
from tests.unit.desk.versions import NOW

SAME = Comparison(digest="d" * 64, articles=2, lists=3, items=40, different=0, differences=())
OTHER = Comparison(
    digest="d" * 64,
    articles=2,
    lists=3,
    items=40,
    different=3,
    differences=(
        Difference(kind="article", name="a" * 16, how="other"),
        Difference(kind="card", name=f"{'b' * 16} in edition:hk", how="missing"),
    ),
)
RUNNING = Rebuild(
    id="abcd1234",
    build="print-code-abcd1234",
    before="print-code",
    dry_run=False,
    began_at="2026-11-20T08:00:00.000000Z",
)
ENDED = replace(
    RUNNING, stage="over", outcome="switched", ended_at="2026-11-20T08:00:12.500000Z", records=1234, comparison=SAME
)
MAKING = Making(
    build="print-code-abcd1234",
    why="rebuild",
    done=300,
    records=1200,
    seconds_left=9.2,
    partitions={
        "articles.enriched/0": {"done": 100, "records": 1000},
        "articles.related/0": {"done": 200, "records": 200},
    },
)


def test_identical_builds_are_fine_and_others_are_not() -> None:
    assert exit_code(ENDED) == 0
    assert exit_code(replace(ENDED, comparison=OTHER)) == 1
    assert exit_code(replace(ENDED, outcome="refused", comparison=None)) == 1


def test_an_identical_build_in_three_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert screened(monkeypatch, None, lambda: rebuild_screen.show(ENDED, as_json=False)).splitlines() == [
        "1,234 records, build print-code-abcd1234 in 12.5 s; readers see it now",
        "✓ identical by hash: 2 articles, 3 lists, 40 pieces",
        f"sha256 {'d' * 64}",
    ]


def test_what_differs_is_named_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    differing = replace(ENDED, outcome="compared", dry_run=True, comparison=OTHER)
    said = screened(monkeypatch, None, lambda: rebuild_screen.show(differing, as_json=False)).splitlines()
    assert "made for comparison, and dropped again" in said[0]
    assert said[1].startswith("✗ 3 of")
    assert said[2:5] == [
        f"  article {'a' * 16} was another",
        f"  card {'b' * 16} in edition:hk was missing",
        "  and 1 more",
    ]


def test_for_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    found = json.loads(screened(monkeypatch, None, lambda: rebuild_screen.show(ENDED, as_json=True)))
    assert (found["outcome"], found["identical"], found["seconds"], found["records"]) == ("switched", True, 12.5, 1234)
    assert found["comparison"]["digest"] == SAME.digest


def test_one_that_is_under_way_is_followed_where_it_is_of_the_same_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert joined(RUNNING, dry_run=False) == "abcd1234"
    assert "is under way since 2026-11-20T08:00:00Z: following that one" in capsys.readouterr().err
    with pytest.raises(DeskError, match="a rebuild that switches is under way"):
        joined(RUNNING, dry_run=True)
    with pytest.raises(DeskError, match="a rebuild that compares only is under way"):
        joined(replace(RUNNING, dry_run=True), dry_run=False)


def test_where_it_is() -> None:
    told = Told(live="print-code", making=(MAKING,), rebuild=RUNNING)
    assert rebuild_screen.position(RUNNING, told) == ("rebuilding", 300, 1200, "about 9 s left")
    assert rebuild_screen.position(replace(RUNNING, stage="comparing"), told)[0] == "comparing"
    assert rebuild_screen.position(RUNNING, Told(live=None, making=(), rebuild=RUNNING))[0] == "beginning"
    assert course(MAKING) == "300 of 1,200 records, 1 of 2 partitions, about 9 s left"
    assert course(replace(MAKING, seconds_left=None)) == "300 of 1,200 records, 1 of 2 partitions"


def test_status_names_the_build_that_is_made_and_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    status = dataclasses.replace(WELL, edge=dataclasses.replace(EDGE, making=(MAKING,)))
    said = screened(monkeypatch, None, lambda: show(status, from_text(NOW)))
    assert "Making print-code-abcd1234, 300 of 1,200 records, 1 of 2 partitions, about 9 s left (rebuild)" in said
    code = dataclasses.replace(WELL, edge=dataclasses.replace(EDGE, making=(replace(MAKING, why="code"),)))
    assert "(other code, templates or editions)" in screened(monkeypatch, None, lambda: show(code, from_text(NOW)))
    assert as_json(status)["edge"]["making"][0]["secondsLeft"] == 9.2
    assert as_json(WELL)["edge"]["making"] == []
