"""What is said when a life begins: all that differs; only what is in doubt, where a snapshot may be believed."""

import json
from collections.abc import Mapping
from typing import Any

from services.recommendation.indexes import Indexes
from services.recommendation.lists import Lists
from services.recommendation.renewal import Census, renewed, to_message
from services.recommendation.rollout import Rollout
from shared.codec import encode, event_headers
from shared.kafka_log import Record
from shared.messages import RelatedList
from shared.settings import Settings
from shared.topics import EPOCH_ROLLED_OUT, EPOCHS_KEY, MODEL_EPOCHS
from tests.support.small_newsroom import EPOCH, article


class Log:
    """Takes what is sent, as the producer does and as `Lists` sends."""

    def __init__(self) -> None:
        self.lists: list[RelatedList] = []
        self.reports: list[dict[str, Any]] = []

    async def send(self, *arguments: Any, **_: Any) -> None:
        self.reports.append(json.loads(arguments[2]))

    async def say(self, message: RelatedList, _: Mapping[str, str]) -> None:
        self.lists.append(message)


class Instance:
    """Two articles, one of them yet to be looked at, under an epoch of their own."""

    def __init__(self) -> None:
        self.log = Log()
        census = Census()
        known = [article("ferry", "Ferry strike"), article("storm", "Storm warning")]
        for found in known:
            census.add(found)
        epoch = renewed(EPOCH, census)
        indexes = Indexes(epoch)
        lists = Lists(indexes.current, self.log.say)
        for found in known:
            indexes.apply(found)
        producer: Any = self.log
        self.rollout = Rollout(Settings(), "writer", producer, EPOCH, indexes, lists)
        self._offset = 0
        self.epoch = epoch.id
        self.renewal = encode(to_message(epoch, census, "/masthead/desk/ann", "2026-05-01T12:00:00.000000Z"))

    async def read(self, value: bytes, kind: str) -> None:
        headers = {name: text.decode() for name, text in event_headers(kind, "desk/ann", {}, "epoch")}
        await self.rollout._take(Record(MODEL_EPOCHS.name, 0, self._offset, 0, EPOCHS_KEY, value, headers))
        self._offset += 1


async def test_a_snapshot_is_believed_about_the_lists_that_it_says_nothing_of() -> None:
    instance = Instance()
    await instance.rollout.say_all({article("ferry", "").id})
    assert [said.id for said in instance.log.lists] == [article("ferry", "").id]
    assert instance.log.reports == []


async def test_until_the_rollout_of_an_epoch_is_reported_every_list_is_looked_at() -> None:
    """Else a snapshot from between the switch and the lists would end the rollout with lists of the epoch before."""
    instance = Instance()
    await instance.read(instance.renewal, "epoch.renewed")
    await instance.rollout.say_all(set())
    assert len(instance.log.lists) == 2
    assert [(told["epoch"], told["changed"]) for told in instance.log.reports] == [(instance.epoch, 2)]
    await instance.read(json.dumps(instance.log.reports[0]).encode(), EPOCH_ROLLED_OUT)
    await instance.rollout.say_all(set())
    assert len(instance.log.lists) == 2
