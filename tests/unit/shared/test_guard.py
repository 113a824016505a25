"""The guard: content is buried at once, infrastructure waited for, the unknown tried three times, under a limit."""

import asyncio
from collections.abc import Callable

import pytest

from shared import guard as guarding
from shared.codec import Headers, header_map
from shared.errors import ContentError, Revoked
from shared.guard import FailureBudget, Guard, TooManyFailures
from shared.kafka_log import Record
from shared.topics import DEAD_LETTER, Topic
from tests.support.pauses import replace_sleep


class FakeProducer:
    """Keeps what it is sent; fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.sent: list[tuple[Topic, bytes | None, bytes | None, dict[str, str]]] = []
        self._failures = failures

    async def send(self, topic: Topic, key: bytes | None, value: bytes | None, headers: Headers) -> tuple[int, int]:
        if self._failures:
            self._failures -= 1
            raise ConnectionError("no broker")
        self.sent.append((topic, key, value, header_map(headers)))
        return 0, 0


RECORD = Record("articles.ingest", 2, 7, 0, b"key", b"\xff bytes", {"ce_id": "first"})


def make(handle: Callable[[int], None], producer: FakeProducer, owned: bool = True) -> tuple[Guard, list[int]]:
    """A guard around a handler that is told how often it was called."""
    calls: list[int] = []

    async def run(_: Record) -> None:
        calls.append(1)
        handle(len(calls))

    return Guard("ingest", run, producer, lambda _: owned), calls  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    replace_sleep(monkeypatch, guarding, lambda _: asyncio.sleep(0))


def fail_with(error: Exception, times: int = 10**9) -> Callable[[int], None]:
    def handle(call: int) -> None:
        if call <= times:
            raise error

    return handle


async def test_bad_content_is_a_dead_letter_at_once_with_key_bytes_and_all_reasons() -> None:
    producer = FakeProducer()
    guard, calls = make(fail_with(ContentError("headline: is missing", "uri: is missing")), producer)
    await guard(RECORD)
    [(topic, key, value, headers)] = producer.sent
    assert (topic, key, value, len(calls)) == (DEAD_LETTER, b"key", b"\xff bytes", 1)
    assert headers["__connect.errors.topic"] == headers["kafka_dlt-original-topic"] == "articles.ingest"
    assert (headers["__connect.errors.partition"], headers["__connect.errors.offset"]) == ("2", "7")
    assert headers["masthead-reasons"] == '["headline: is missing","uri: is missing"]'
    assert (headers["masthead-kind"], headers["masthead-attempt"]) == ("content", "1")
    assert headers["ce_causationid"] == "first"


async def test_infrastructure_is_waited_for_and_never_a_dead_letter() -> None:
    producer = FakeProducer()
    guard, calls = make(fail_with(ConnectionError("redis is away"), times=20), producer)
    await guard(RECORD)
    assert len(calls) == 21
    assert producer.sent == []


async def test_while_infrastructure_is_away_a_revoked_partition_is_given_up() -> None:
    guard, _ = make(fail_with(ConnectionError("redis is away")), FakeProducer(), owned=False)
    with pytest.raises(Revoked):
        await guard(RECORD)


async def test_the_unknown_is_tried_three_times_then_buried() -> None:
    producer = FakeProducer()
    guard, calls = make(fail_with(KeyError("surprise")), producer)
    await guard(RECORD)
    assert len(calls) == 3
    [(_, _, _, headers)] = producer.sent
    assert headers["masthead-kind"] == "unknown"
    assert headers["masthead-attempt"] == "3"
    assert "KeyError" in headers["__connect.errors.exception.message"]


async def test_a_failure_that_passes_leaves_no_dead_letter() -> None:
    producer = FakeProducer()
    guard, calls = make(fail_with(KeyError("surprise"), times=2), producer)
    await guard(RECORD)
    assert len(calls) == 3
    assert producer.sent == []


async def test_a_deploy_that_fails_on_everything_stops_instead_of_emptying_the_topic() -> None:
    producer = FakeProducer()
    guard, _ = make(fail_with(KeyError("a bug")), producer)
    for _ in range(9):
        await guard(RECORD)
    with pytest.raises(TooManyFailures):
        await guard(RECORD)
    assert len(producer.sent) == 9


async def test_a_dead_letter_waits_for_the_broker_too() -> None:
    producer = FakeProducer(failures=5)
    guard, _ = make(fail_with(ContentError("bad")), producer)
    await guard(RECORD)
    assert len(producer.sent) == 1


def test_many_bad_records_of_content_are_no_fault_of_ours() -> None:
    budget = FailureBudget()
    assert all(budget.note(False) for _ in range(1000))


def test_the_budget_ends_with_a_tenth_of_the_records_failing() -> None:
    budget = FailureBudget()
    outcomes = [budget.note(index % 5 == 0) for index in range(200)]
    assert outcomes[:99] == [True] * 99
    assert not all(outcomes)


async def test_many_long_reasons_are_cut_and_counted() -> None:
    producer = FakeProducer()
    guard, _ = make(fail_with(ContentError(*["x" * 1000] * 150)), producer)
    await guard(RECORD)
    reasons = producer.sent[0][3]["masthead-reasons"]
    assert "and 50 more" in reasons
    assert len(reasons) < 60_000
