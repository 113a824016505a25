"""`masthead epoch`: how common each word is taken to be, and counting that anew in the newsroom's own articles."""

import asyncio
import contextlib
from collections.abc import Mapping

from services.desk import screen
from services.desk.errors import BAD, FINE, DeskError
from services.desk.kill import login_name
from services.desk.log import existing, in_time, log_reader, log_writer
from services.recommendation.epoch import Epoch, load_epoch
from services.recommendation.epochs import Standing, read_standing, renew, take_census
from services.recommendation.renewal import moved, renewed
from shared.messages import EpochRollout
from shared.settings import Settings
from shared.topics import MODEL_EPOCHS

MOST_MOVED = 8
LOOK_AGAIN = 0.5


async def show(settings: Settings, as_json: bool) -> int:
    """Prints the epoch that stands; gives the exit code. Raises DeskError, Unreachable."""
    shipped = load_epoch()
    async with log_reader(settings) as consumer:
        await existing(consumer, MODEL_EPOCHS)
        standing = await read_standing(consumer, shipped)
    if as_json:
        screen.data(as_data(standing))
    else:
        screen.say(screen.labelled(lines(standing), 10))
    return FINE


async def renew_epoch(settings: Settings, dry: bool, patience: float | None, as_json: bool) -> int:
    """Counts all live articles and makes theirs the epoch that stands; prints what it changes.

    `patience`: so many seconds the rollout is waited for. Gives the exit code. Raises DeskError, Unreachable.
    """
    shipped = load_epoch()
    async with log_reader(settings) as consumer:
        await existing(consumer, MODEL_EPOCHS)
        before = (await read_standing(consumer, shipped)).epoch
        census = await take_census(consumer)
    if not census.articles:
        raise DeskError("there is no live article to count")
    after = renewed(shipped, census)
    outcome, code = "only tried", FINE
    if after.id == before.id:
        outcome = "the same as before"
    elif not dry:
        async with log_writer(settings) as producer:
            await in_time(renew(producer, shipped, census, f"desk/{login_name()}"))
        outcome = "sent; it is rolled out now"
        if patience is not None:
            done = await _rolled_out(settings, shipped, after.id, patience)
            outcome, code = (_said(done), FINE) if done else (f"not rolled out within {patience:g} s", BAD)
    if as_json:
        counted = dict(sorted(census.articles.items()))
        screen.data({"epoch": after.id, "before": before.id, "counted": counted, "outcome": outcome})
    else:
        told = [("epoch", after.id), ("before", before.id), ("outcome", outcome)]
        screen.say(screen.labelled([*told, *changes(before, after, census.articles)], 10))
    return code


async def _rolled_out(settings: Settings, shipped: Epoch, epoch: str, patience: float) -> EpochRollout | None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(patience), log_reader(settings) as consumer:
            while True:
                standing = await read_standing(consumer, shipped)
                if standing.epoch.id == epoch and standing.rollout is not None:
                    return standing.rollout
                await asyncio.sleep(LOOK_AGAIN)
    return None


def _said(rollout: EpochRollout) -> str:
    return f"rolled out at {rollout.done_at[:19]}Z; {rollout.changed} of {rollout.lists} lists are others now"


def changes(before: Epoch, after: Epoch, counted: Mapping[str, int]) -> list[tuple[str, str]]:
    """What an epoch changes, a family on each line, with the words whose weight moved most."""
    found: list[tuple[str, str]] = []
    for family in sorted(after.tables.keys() | counted.keys()):
        table = after.tables.get(family)
        if table is None:
            found.append(
                (family, f"{counted.get(family, 0)} articles: too few to say what is common; all words weigh the same")
            )
            continue
        words = "  ".join(f"{word} × {factor:.2f}" for word, factor in moved(before, after, family, MOST_MOVED))
        own = counted.get(family, 0)
        text = f"{table.documents} articles, {own} of them your own; {len(table.frequency)} words"
        found.append((family, f"{text}; moved most: {words}" if words else text))
    return found


def lines(standing: Standing) -> list[tuple[str, str]]:
    """The epoch that stands, for people."""
    message = standing.message
    made = (
        f"{message.made_at[:19]}Z by {message.actor.removeprefix('/masthead/')}" if message else "ships with Masthead"
    )
    rollout = _said(standing.rollout) if standing.rollout else "not reported yet" if message else "nothing to roll out"
    counted = message.counted if message else {}
    tables = [
        (family, f"{table.documents} articles, {counted.get(family, 0)} of them your own; {len(table.frequency)} words")
        for family, table in sorted(standing.epoch.tables.items())
    ]
    return [("epoch", standing.epoch.id), ("made", made), ("rollout", rollout), *tables]


def as_data(standing: Standing) -> dict[str, object]:
    """The epoch that stands, for programs."""
    message, rollout = standing.message, standing.rollout
    return {
        "epoch": standing.epoch.id,
        "madeAt": message.made_at if message else None,
        "actor": message.actor if message else None,
        "counted": message.counted if message else {},
        "documents": {family: table.documents for family, table in sorted(standing.epoch.tables.items())},
        "rollout": {"doneAt": rollout.done_at, "lists": rollout.lists, "changed": rollout.changed} if rollout else None,
    }
