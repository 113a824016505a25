"""The sample newsroom: the order of its files, its dates, what becomes of each article."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.desk import demo_states
from services.desk.demo import dated, summary
from services.desk.demo_states import state_of
from services.desk.edge import Answer
from services.desk.errors import DeskError
from services.desk.sample_dates import created, moved, spread, told_at, whole_weeks
from services.desk.samples import Sample, ending, first_of_each_edition, natural, parcels_of, read_live, read_samples
from shared.settings import Settings

NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)


def version(uri: str, moment: str = "2026-11-19T20:00:00+08:00", **fields: Any) -> dict[str, Any]:
    return {"uri": uri, "versionCreated": moment, "firstCreated": moment, **fields}


def sample(uri: str, edition: str = "hk", *versions: dict[str, Any]) -> Sample:
    found = versions or (version(uri, editions=[edition], headlines=[{"value": uri}]),)
    return Sample(uri, tuple(f"{uri}.{n}.json" for n in range(len(found))), found)


def write(folder: Path, name: str, content: dict[str, Any]) -> None:
    (folder / name).write_text(json.dumps(content))


@pytest.mark.parametrize(
    ("later", "weeks"),
    [
        (timedelta(0), 0),
        (timedelta(days=6, hours=23), 0),
        (timedelta(days=7), 1),
        (timedelta(days=400), 57),
        (timedelta(minutes=-1), -1),
    ],
)
def test_the_archive_comes_as_close_to_now_as_whole_weeks_can(later: timedelta, weeks: int) -> None:
    by = whole_weeks(NOON, NOON + later)
    assert by == timedelta(weeks=weeks)
    assert NOON + later - timedelta(weeks=1) < NOON + by <= NOON + later


def test_the_dates_of_a_version_move_and_keep_weekday_hour_and_offset() -> None:
    given = version("urn:a", embargoedUntil="2026-11-27T08:00:00+08:00", located=None, headlines=["2026-11-19"])
    given["expires"] = "2026-12-31T20:00:00+04:00"
    found = moved(given, timedelta(weeks=2))
    assert found == given | {
        "versionCreated": "2026-12-03T20:00:00+08:00",
        "firstCreated": "2026-12-03T20:00:00+08:00",
        "embargoedUntil": "2026-12-11T08:00:00+08:00",
        "expires": "2027-01-14T20:00:00+04:00",
    }
    assert created(found).weekday() == created(given).weekday()


def test_all_versions_of_all_articles_move_by_the_same_and_none_into_the_future() -> None:
    first, last = version("urn:a", "2026-11-12T08:00:00+08:00"), version("urn:a", "2026-11-19T20:00:00+08:00")
    archive = [sample("urn:a", "hk", first, last), sample("urn:b", "hk", version("urn:b", "2026-11-14T07:00:00+04:00"))]
    found = dated(archive, [], NOON + timedelta(days=20))
    assert [[v["versionCreated"] for v in one.versions] for one in found] == [
        ["2026-11-26T08:00:00+08:00", "2026-12-03T20:00:00+08:00"],
        ["2026-11-28T07:00:00+04:00"],
    ]


def test_what_is_live_is_of_the_last_two_hours_in_its_order() -> None:
    live = [sample(f"urn:{n}") for n in range(9)]
    moment = datetime(2027, 1, 5, 9, 31, 20, tzinfo=UTC)
    found = [created(one.versions[0]) for one in dated([sample("urn:old")], live, moment)[1:]]
    assert found == sorted(found)
    assert len(set(found)) == 9
    assert moment - timedelta(hours=2, minutes=1) < found[0]
    assert moment - timedelta(minutes=15) < found[-1] < moment
    assert spread(0, moment) == []


def test_what_is_told_now_was_created_now() -> None:
    [found] = told_at([version("urn:a", "2026-11-19T12:00:00+04:00")], NOON)
    assert found["firstCreated"] == found["versionCreated"] == "2026-11-19T16:00:00+04:00"


def test_files_come_in_their_natural_order_and_versions_belong_together(tmp_path: Path) -> None:
    for name in ("b.json", "a-b.json", "a.10.json", "a.2.json", "a.json"):
        write(tmp_path, name, version(f"urn:{name.partition('.')[0]}"))
    assert [(one.uri, one.files) for one in read_samples(tmp_path)] == [
        ("urn:a", ("a.json", "a.2.json", "a.10.json")),
        ("urn:a-b", ("a-b.json",)),
        ("urn:b", ("b.json",)),
    ]
    assert natural("02-en-x.json") < natural("10-en-x.json")


def test_records_carry_the_files_name_the_uri_and_the_moved_dates() -> None:
    one = sample("urn:a")
    [parcel] = parcels_of(one, [moved(one.versions[0], timedelta(weeks=1))])
    assert (parcel.where, parcel.uri) == ("urn:a.0.json", "urn:a")
    assert json.loads(parcel.value)["versionCreated"] == "2026-11-26T20:00:00+08:00"


def test_missing_and_broken_samples_are_named(tmp_path: Path) -> None:
    with pytest.raises(DeskError, match="no samples"):
        read_samples(tmp_path)
    assert read_live(tmp_path) == []
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(DeskError, match=r"a\.json:1"):
        read_samples(tmp_path)
    for broken in ({"uri": "urn:a"}, {"versionCreated": "2026-11-19T20:00:00Z"}, version("urn:a", "2026-11-19T20:00")):
        write(tmp_path, "a.json", broken)
        with pytest.raises(DeskError, match=r"broken: a\.json"):
            read_samples(tmp_path)


def test_the_first_of_each_edition_begin_and_the_others_wait() -> None:
    live = [sample(f"urn:{n}{edition}", edition) for n in range(5) for edition in ("dxb", "hk")]
    begun, rest = first_of_each_edition(live, 3)
    assert [one.uri for one in begun] == ["urn:0dxb", "urn:0hk", "urn:1dxb", "urn:1hk", "urn:2dxb", "urn:2hk"]
    assert [one.uri for one in rest] == ["urn:3dxb", "urn:3hk", "urn:4dxb", "urn:4hk"]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, "visible"),
        ({"pubStatus": "canceled"}, "killed"),
        ({"pubStatus": "withheld", "embargoedUntil": "2026-11-27T08:00:00+08:00"}, "withheld"),
        ({"embargoedUntil": "2026-11-27T08:00:00+08:00"}, "embargoed"),
        ({"embargoedUntil": "2026-11-19T20:00:00+08:00"}, "visible"),
        ({"expires": "2026-12-31T20:00:00+04:00"}, "visible"),
        ({"expires": "2026-11-19T20:00:00+08:00"}, "expired"),
    ],
)
def test_the_last_version_says_how_an_article_ends(fields: dict[str, Any], kind: str) -> None:
    assert ending(version("urn:a", **fields), NOON) == kind


def test_what_the_edge_knows_is_there_and_what_it_does_not_is_not() -> None:
    assert state_of(Answer(200)) == "visible"
    assert state_of(Answer(410, reason="killed")) == "killed"
    assert state_of(Answer(404)) is None


class SlowEdge:
    """Cannot say at first, then knows nothing."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)

    async def article(self, article_id: str) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


async def test_an_edge_that_cannot_say_is_asked_again_and_not_taken_for_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_states, "ASK_AGAIN", 0)
    edge: Any = SlowEdge(Answer(503), Answer(0, "connection refused"), Answer(200))
    assert await demo_states.known(Settings(), edge, [sample("urn:a")], 5) == {"urn:a": "visible"}
    edge = SlowEdge(Answer(503, "is being filled"))
    with pytest.raises(DeskError, match=r"which samples are there \(503 is being filled\)"):
        await demo_states.known(Settings(), edge, [sample("urn:a")], -1)


def test_the_summary_is_one_line() -> None:
    states = {f"urn:{n}": "visible" for n in range(5)} | {"urn:w": "withheld", "urn:k": "killed", "urn:e": "embargoed"}
    said = "1 withheld, 1 killed, 1 waiting for an embargo"
    assert summary(8, 8, 0, states) == f"8 sample articles, all of them new: {said}"  # type: ignore[arg-type]
    assert summary(8, 0, 0, states) == f"8 sample articles, none of them new: {said}"  # type: ignore[arg-type]
    assert summary(8, 3, 2, {}) == "8 sample articles, 3 of them new: 2 went wrong"


def test_the_samples_that_ship_can_be_pushed_and_begin_the_day_in_each_edition() -> None:
    archive, live = read_samples(), read_live()
    begun, _ = first_of_each_edition(live)
    for one in dated(archive, begun, NOON + timedelta(days=100)):
        assert [created(version) for version in one.versions] == sorted(created(version) for version in one.versions)
        assert one.sample.edition
        assert one.sample.headline
