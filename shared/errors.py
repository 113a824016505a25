"""The three kinds of failure, which decide what happens to a record.

Content: dead letter at once. Infrastructure: wait and try again, never a dead letter. Everything else is unknown:
three tries, then a dead letter, under a limit above which the service stops (`shared.guard`).
"""

import errno

import redis.exceptions
from aiokafka import errors as kafka


class ContentError(Exception):
    """The record itself cannot be used. `reasons` are sentences for whoever sent it, and all of them."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


class ConfigurationError(Exception):
    """The installation is set up wrongly and restarting does not help: one clear line, exit code 78."""


class Revoked(Exception):
    """The partition went to another instance while a record of it waited; that instance gets the record again."""


_INFRASTRUCTURE = (
    redis.exceptions.ConnectionError,
    redis.exceptions.TimeoutError,
    redis.exceptions.BusyLoadingError,
    redis.exceptions.ReadOnlyError,
    redis.exceptions.OutOfMemoryError,
    kafka.KafkaConnectionError,
    kafka.KafkaTimeoutError,
    kafka.RequestTimedOutError,
    kafka.NotEnoughReplicasError,
    kafka.ProducerClosed,
    ConnectionError,
    TimeoutError,
)


def is_infrastructure(error: BaseException) -> bool:
    """Whether `error` says that a broker, Redis or the disk is away, rather than that the record is bad."""
    if isinstance(error, _INFRASTRUCTURE) or (isinstance(error, kafka.KafkaError) and bool(error.retriable)):
        return True
    if isinstance(error, redis.exceptions.ResponseError):
        return str(error).startswith(("OOM", "MISCONF", "NOREPLICAS", "CLUSTERDOWN", "TRYAGAIN", "MASTERDOWN"))
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EPIPE, errno.ECONNRESET)
