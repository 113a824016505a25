"""The topics that readers see."""

from typing import Any

import pytest

from services.enrichment.tags import COUNT, tags
from shared.messages import Entity


def entity(name: str, weight: float) -> Entity:
    return Entity(name=name, kind="place", weight=weight)


def test_the_producers_subjects_come_first_then_what_is_prominent() -> None:
    ninjs = {"subjects": [{"name": "Ferries"}, {"name": "port ellery"}]}
    named = [entity("Port Ellery", 0.7), entity("Harbour Office", 0.3), entity("Bo Lind", 0.29)]
    assert tags(ninjs, named, ["boat"]) == ("Ferries", "port ellery", "Harbour Office")


def test_keywords_only_where_there_is_nothing_else() -> None:
    assert tags({}, [entity("Bo Lind", 0.2)], ["boat", "Boat", "fare"]) == ("boat", "fare")
    assert tags({"subjects": [{"name": "Ferries"}]}, [], ["boat"]) == ("Ferries",)
    assert tags({}, [], []) == ()


def test_there_are_never_many() -> None:
    subjects = [{"name": f"Subject {number}"} for number in range(50)]
    assert tags({"subjects": subjects}, [], []) == tuple(f"Subject {number}" for number in range(COUNT))


@pytest.mark.parametrize("subjects", [None, "Ferries", [5, None, {}, {"name": 5}, {"name": " "}, {"name": "x" * 61}]])
def test_odd_subjects_are_passed_over(subjects: Any) -> None:
    assert tags({"subjects": subjects}, [], ["boat"]) == ("boat",)


def test_a_subject_is_a_line_without_controls() -> None:
    assert tags({"subjects": [{"name": " Fer\x00ries\u202e\n and  boats "}]}, [], []) == ("Ferries and boats",)
