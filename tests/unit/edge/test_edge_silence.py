"""Who may ask a Redis that says nothing."""

import asyncio

import pytest

from services.edge.silence import Silence


class Loop:
    """The time of a loop that a test lets pass."""

    def __init__(self) -> None:
        self.now = 100.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Loop:
    made = Loop()
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: made)
    return made


def test_all_may_ask_one_that_answers(loop: Loop) -> None:
    silence = Silence(0.5)
    assert [silence.begin() for _ in range(3)] == [100.0] * 3


def test_one_at_a_time_may_ask_one_that_is_silent(loop: Loop) -> None:
    silence = Silence(0.5)
    both = [silence.begin(), silence.begin()]
    loop.now += 0.5
    for began in both:
        assert began is not None
        silence.end(began, replied=False, gave_up=True)
    first = silence.begin()
    assert first == 100.5
    assert silence.begin() is None
    silence.end(first, replied=False, gave_up=True)
    second = silence.begin()
    assert second is not None
    silence.end(second, replied=True, gave_up=False)
    assert [silence.begin(), silence.begin()] == [100.5] * 2


@pytest.mark.parametrize(("waited", "heard_after"), [(0.4, None), (0.9, 0.5), (0.0, None)])
def test_one_that_is_slow_is_not_silent(loop: Loop, waited: float, heard_after: float | None) -> None:
    """Given up on too early, or while others were answered."""
    silence = Silence(0.5)
    began, other = silence.begin(), silence.begin()
    assert began is not None
    assert other is not None
    if heard_after is not None:
        loop.now += heard_after
        silence.end(other, replied=True, gave_up=False)
        loop.now -= heard_after
    loop.now += waited
    silence.end(began, replied=False, gave_up=True)
    assert silence.begin() is not None
    assert silence.begin() is not None


def test_a_connection_that_breaks_is_not_silence(loop: Loop) -> None:
    silence = Silence(0.5)
    began = silence.begin()
    assert began is not None
    loop.now += 5
    silence.end(began, replied=False, gave_up=False)
    assert [silence.begin(), silence.begin()] == [105.0] * 2
