"""What the tests wait with."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.waiting import eventually


@pytest.mark.parametrize("failure", [AssertionError(), KeyError("id"), IndexError(), httpx.ConnectError("refused")])
async def test_what_is_not_there_yet_is_waited_for(failure: Exception) -> None:
    failures: Iterator[Exception] = iter([failure])

    async def check() -> str:
        for failing in failures:
            raise failing
        return "found"

    assert await eventually(check) == "found"


async def test_what_stays_away_is_said_as_it_was_seen() -> None:
    async def check() -> str:
        return {"headline": "A barque"}["dek"]

    with pytest.raises(AssertionError, match="not within 0 s; last seen: KeyError: 'dek'"):
        await eventually(check, within=0)
