"""Faust's Kafka consumer, made to ask again soon.

Faust has a fetch wait for 1.5 s until there is something (`fetch_max_wait_ms` in its aiokafka driver, not a setting).
aiokafka has one fetch under way per broker, and leaves out of it the partitions whose last records are not consumed
yet: a record that arrives in one of these just then is not fetched before the wait is over, 1.5 s later.
"""

from typing import Any

import faust
from faust.transport.drivers import aiokafka as driver

FETCH_WAIT_MS = 20


class _Thread(driver.AIOKafkaConsumerThread):  # type: ignore[misc]
    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS
        return consumer


class _Consumer(driver.Consumer):  # type: ignore[misc]
    def _new_consumer_thread(self) -> _Thread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)


class _Transport(driver.Transport):  # type: ignore[misc]
    Consumer = _Consumer


def ask_soon(app: faust.App) -> None:
    """Gives an app, before it starts, the consumer above."""
    app.transport = _Transport(app.conf.broker_consumer, app)
