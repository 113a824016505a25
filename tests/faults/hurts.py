"""All faults. Each hurts a running stack once or more, while articles are pushed."""

from random import Random

from services.desk.epoch import renew_epoch
from tests.faults.fault import Fault
from tests.faults.hurts_instances import (
    ASLEEP,
    CLOCKS_OFF,
    FAILING_DEPLOY,
    SERVICES,
    SLOW_CONSUMER,
    killed,
    killed_again_and_again,
    more_and_fewer,
)
from tests.faults.hurts_kafka import BROKER_FROZEN, BROKER_KILLED, BROKER_RESET, BROKER_SLOW, EMPTIED, FULL_DISK
from tests.faults.hurts_redis import CUT, FLUSHED, FROZEN, FULL, OLD_COPY, REDIS_KILLED, SLOW
from tests.faults.poison import poisoned
from tests.support.newsroom import Newsroom


async def _nothing(newsroom: Newsroom, random: Random) -> None:
    """The stream alone."""


def poison(most: int | None = None) -> Fault:
    """Records with something in one field that does not belong there: all of them, or so many."""

    async def hurt(newsroom: Newsroom, random: Random) -> None:
        everything = [*poisoned()]
        for content in random.sample(everything, most or len(everything)):
            await newsroom.push(content, key=b"poison", partition=random.randrange(newsroom.settings.partitions))

    return Fault("poison in every field" if most is None else f"poison in {most} fields", hurt)


async def _renewed(newsroom: Newsroom, random: Random) -> None:
    """All lists are made anew by the words of the articles that are there."""
    assert await renew_epoch(newsroom.settings, False, 120, False) == 0, "the epoch was not rolled out"


NOTHING = Fault("nothing", _nothing)
RENEWED = Fault("an epoch renewed", _renewed)

SHORT = (killed(5), poison(50), FLUSHED, REDIS_KILLED, BROKER_KILLED, more_and_fewer(1), RENEWED)


def long(comings: int) -> tuple[Fault, ...]:
    """All faults, with fifty kills of services in all, and instances that come and go so many times.

    The kills are minutes apart: after short lives in a row the supervisor waits for seconds before it starts a service.
    """
    return (
        NOTHING,
        RENEWED,
        *(killed_again_and_again(service, 2) for service in SERVICES),
        more_and_fewer(comings),
        ASLEEP,
        SLOW_CONSUMER,
        FAILING_DEPLOY,
        CLOCKS_OFF,
        killed(10),
        poison(),
        FLUSHED,
        REDIS_KILLED,
        FROZEN,
        killed(10),
        FULL,
        OLD_COPY,
        SLOW,
        CUT,
        killed(10),
        BROKER_KILLED,
        BROKER_FROZEN,
        BROKER_SLOW,
        BROKER_RESET,
        FULL_DISK,
        EMPTIED,
        killed(10),
    )
