"""Our part of bench.related_scale, in a process of its own: `python -m bench.related_load LOAD SIZE MEASURED SECONDS`.

Prints JSON: milliseconds of processor time of each act, bytes and seconds.
"""

import asyncio
import gc
import json
import os
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import psutil

from bench.load import articles
from services.recommendation import snapshot
from services.recommendation.epoch import Epoch, load_epoch
from services.recommendation.lists import Lists
from services.recommendation.relate import Relations
from services.recommendation.state import columns_of, parts_of
from services.recommendation.state import fill as fill_from
from shared.messages import Enriched, RelatedList


def main(path: Path, size: int, measured: int, seconds: float) -> dict[str, Any]:
    """All figures of one size."""
    epoch = load_epoch()
    made = articles(path, size + 2 * measured)
    relations = Relations(epoch)
    relations.fold(next(made))
    gc.collect()
    at_first = resident()
    started = time.process_time()
    filled = 1 + fill(relations, made, size - 1, started + seconds)
    spent = {"fill without lists": time.process_time() - started}
    take_room(relations)
    held = {"before the lists are made": resident() - at_first}
    adds, queries = [], []
    for article in take(made, measured):
        adds.append(clocked(lambda: relations.fold(article)))  # noqa: B023
        queries.append(clocked(lambda: relations.similar(article.id)))  # noqa: B023
    times = {"weigh and add": adds, "query": queries}
    filled += measured
    if sum(queries) / measured / 1000 * 2 * filled < seconds:
        spent["all lists from the log alone"] = clocked(lambda: deque(relations.settle(), 0)) / 1000
        times["apply, with all lists it enters"] = [
            clocked(lambda: relations.apply(article))  # noqa: B023
            for article in take(made, measured)
        ]
    held["with all lists"] = resident() - at_first
    lists = Lists(relations, drop)
    lists.begin(1)
    spent["all lists said"] = clocked(lambda: asyncio.run(say(lists, relations))) / 1000
    gc.collect()
    held["with what was said"] = resident() - at_first
    spent |= restart(relations, epoch)
    return {"articles": filled, "milliseconds": times, "bytes": held, "seconds": spent}


async def say(lists: Lists, relations: Relations) -> None:
    """Say all lists, a few at a time."""
    everyone = relations.placed()
    while some := list(islice(everyone, 200)):
        await lists.emit(some, {})


async def drop(_list: RelatedList, _cause: Mapping[str, str]) -> None:
    """Sends nothing."""


def restart(relations: Relations, epoch: Epoch) -> dict[str, float]:
    """The seconds that a snapshot takes: to copy the process for it, to write it, to come back from it."""
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        os._exit(0)
    spent = {"the work stands still for a snapshot": time.perf_counter() - started}
    os.waitpid(child, 0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "snapshot"
        spent["snapshot written"] = clocked(lambda: snapshot.write(path, {}, parts_of(relations))) / 1000
        again = Relations(epoch)
        spent["index back from the snapshot"] = clocked(lambda: fill_from(again, snapshot.read(path)[1])) / 1000
    return spent


def take_room(relations: Relations) -> None:
    """Write to every row, so that what the lists will need counts also where they are not made."""
    count = len(relations.ids())
    for _, column in columns_of(relations):
        for start in range(0, count, 4096):
            rows = column.rows[start : start + 4096]
            rows[...] = rows.copy()


def fill(relations: Relations, made: Iterator[Enriched], count: int, until: float) -> int:
    """Fold so many articles, or fewer when the time is up; gives how many."""
    for number in range(count):
        if time.process_time() > until:
            return number
        relations.fold(next(made))
    return count


def take(made: Iterator[Enriched], count: int) -> Iterator[Enriched]:
    """The next so many."""
    return (next(made) for _ in range(count))


def clocked(act: Any) -> float:
    """The milliseconds of processor time that it takes."""
    start = time.process_time()
    act()
    return (time.process_time() - start) * 1000


def resident() -> int:
    """The bytes of memory that the process holds."""
    return int(psutil.Process().memory_info().rss)


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))))
