"""What needs no engine: what the probe makes of a health file, and the lock of the image."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from infra.docker.probe import DEAD, FRESH, Health, health_of
from tests.compose.stack import ROOT

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def written(state: str, detail: str = "", age: float = 0.0) -> str:
    at = (NOW - timedelta(seconds=age)).isoformat()
    return json.dumps({"service": "ingest", "state": state, "detail": detail, "pid": 7, "at": at})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (written("ready", age=FRESH - 1), Health(True, "ready")),
        (written("ready", "waiting: for Redis"), Health(True, "ready: waiting: for Redis")),
        (written("starting"), Health(False, "starting")),
        (written("failing", "no progress"), Health(False, "failing: no progress", end=7)),
        (written("ready", age=FRESH + 1), Health(False, "no sign of health for 11 s")),
        (written("ready", age=DEAD + 1), Health(False, "no sign of health for 61 s", end=7)),
    ],
)
def test_health(text: str, expected: Health) -> None:
    assert health_of(text, NOW) == expected


@pytest.mark.parametrize("text", ["", "{}", "[]", written("ready").replace("7", '"x"'), written("ready")[:-1]])
def test_no_health(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        health_of(text, NOW)


def test_the_image_has_the_versions_that_are_tested() -> None:
    def pins(path: str) -> set[str]:
        return set(re.findall(r"^[\w.-]+==[^\s;]+", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE))

    ours, all_of_them = pins("infra/docker/requirements.lock"), pins("requirements.lock")
    assert ours <= all_of_them, "make lock"
    assert {"pytest", "mypy"}.isdisjoint(pin.partition("==")[0] for pin in ours)
