"""Withholding and releasing: what changes in the producer's article, and what a uri may be."""

from datetime import datetime
from typing import Any

import pytest

from services.desk.errors import DeskError, UsageMistake
from services.desk.hold import changed
from services.desk.kill import checked_reason, checked_uri
from shared.order import VERSION_LIMIT
from shared.times import from_text
from tests.unit.desk.versions import NOW, article

MOMENT: datetime = from_text(NOW)
ORIGINAL: dict[str, Any] = {"uri": "urn:a", "version": "1", "headlines": [{"value": "A"}], "edNote": "call Ann"}


def test_withholding_changes_three_fields_and_notes_the_reason() -> None:
    found = changed(ORIGINAL, article(version=4), "withhold", "being\nchecked", MOMENT)
    assert found == ORIGINAL | {
        "version": 5,
        "versionCreated": NOW,
        "pubStatus": "withheld",
        "edNote": "Withheld: being checked\ncall Ann",
    }


def test_a_release_takes_the_note_away_again() -> None:
    withheld = changed(ORIGINAL, article(), "withhold", "why", MOMENT)
    released = changed(withheld, article(version=2), "release", "", MOMENT)
    assert released == ORIGINAL | {"version": 3, "versionCreated": NOW, "pubStatus": "usable"}
    without_note = {name: value for name, value in ORIGINAL.items() if name != "edNote"}
    withheld = changed(without_note, article(), "withhold", "why", MOMENT)
    assert "edNote" not in changed(withheld, article(version=2), "release", "", MOMENT)


def test_a_version_created_in_the_future_is_still_passed() -> None:
    found = changed(ORIGINAL, article(version_created="2027-01-01T00:00:00.000000Z"), "withhold", "why", MOMENT)
    assert found["versionCreated"] == "2027-01-01T00:00:00.001000Z"


def test_there_is_an_end_to_versions() -> None:
    with pytest.raises(DeskError, match="none is left"):
        changed(ORIGINAL, article(version=VERSION_LIMIT - 1), "withhold", "why", MOMENT)


@pytest.mark.parametrize(
    "text", ["w4lozojyfkmmfgvy", "http://edge:1/hk/articles/a-w4lozojyfkmmfgvy", "", "a b", "a\n", "x" * 2049]
)
def test_what_is_no_uri_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(UsageMistake):
        checked_uri(text, "http://edge:1")


def test_a_uri_is_taken_as_it_is() -> None:
    assert checked_uri("https://agency.example/1", "http://edge:1") == "https://agency.example/1"


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001])
def test_a_reason_must_say_something(text: str) -> None:
    with pytest.raises(UsageMistake):
        checked_reason(text)
