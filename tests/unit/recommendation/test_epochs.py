"""Which epoch stands, by the records of its topic: the newest that can be read."""

from services.recommendation.epochs import Standing
from services.recommendation.renewal import Census, renewed, to_message
from shared.codec import encode, event_headers
from shared.kafka_log import Record
from shared.messages import EpochRollout
from shared.topics import EPOCH_ROLLED_OUT, EPOCHS_KEY, MODEL_EPOCHS
from tests.support.small_newsroom import EPOCH, article


def record(offset: int, value: bytes, kind: str = "epoch.renewed") -> Record:
    headers = {name: text.decode() for name, text in event_headers(kind, "desk/ann", {}, "epoch")}
    return Record(MODEL_EPOCHS.name, 0, offset, 0, EPOCHS_KEY, value, headers)


def counted(times: int) -> Census:
    census = Census()
    for _ in range(times):
        census.add(article("ferry", "Ferry strike"))
    return census


def message(times: int) -> bytes:
    census = counted(times)
    return encode(to_message(renewed(EPOCH, census), census, "/masthead/desk/ann", "2026-05-01T12:00:00.000000Z"))


def report(epoch: str) -> bytes:
    return encode(EpochRollout(epoch=epoch, done_at="2026-05-01T12:00:09.000000Z", lists=3, changed=2))


def test_without_a_record_it_is_what_ships() -> None:
    assert Standing(EPOCH).epoch is EPOCH


def test_the_newest_stands_and_its_report_goes_with_it() -> None:
    standing = Standing(EPOCH)
    assert standing.take(record(0, message(1)), EPOCH)
    first = standing.epoch.id
    assert not standing.take(record(1, report(first), EPOCH_ROLLED_OUT), EPOCH)
    assert standing.rollout is not None
    assert not standing.take(record(2, message(1)), EPOCH), "the same once more"
    assert standing.rollout is not None
    assert standing.take(record(3, message(2)), EPOCH)
    assert standing.epoch.id == renewed(EPOCH, counted(2)).id != first
    assert standing.rollout is None
    standing.take(record(4, report(first), EPOCH_ROLLED_OUT), EPOCH)
    assert standing.rollout is None, "the report is about another"


def test_what_cannot_be_read_is_none() -> None:
    standing = Standing(EPOCH)
    standing.take(record(0, message(1)), EPOCH)
    first = standing.epoch.id
    for offset, value in enumerate((b"", b"{}", message(2)[:-9], message(2).replace(b"H4sI", b"H5sI"))):
        assert not standing.take(record(offset, value), EPOCH)
    assert standing.epoch.id == first
