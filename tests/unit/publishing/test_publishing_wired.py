"""Publishing with caches in front: wired to tell them, or stopped by a mistake in the setting."""

import json

import pytest

from services.publishing.app import build
from shared.editions import load_editions
from shared.errors import ConfigurationError
from shared.group_follow import GroupFollower
from shared.settings import Settings


def wired() -> list[str]:
    return [type(getattr(act, "__self__", None)).__name__ for act in build()._beside]


def test_caches_are_told_by_a_group_of_its_own_where_there_are_any(monkeypatch: pytest.MonkeyPatch) -> None:
    assert GroupFollower.__name__ not in wired()
    edition = next(iter(load_editions(Settings().editions)))
    monkeypatch.setenv("MASTHEAD_CACHES", json.dumps({edition: {"purge": "http://127.0.0.1:6081"}}))
    assert GroupFollower.__name__ in wired()


def test_a_cache_of_no_edition_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTHEAD_CACHES", json.dumps({"nowhere": {"purge": "http://127.0.0.1:6081"}}))
    with pytest.raises(ConfigurationError, match="nowhere"):
        build()
