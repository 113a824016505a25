"""The edge, saying what it holds when it gets SIGUSR1: `python -m tests.support.counted_edge FILE`.

Into the file go two numbers: tasks, and connections to Redis that are lent to one.
"""

import asyncio
import gc
import os
import signal
import sys
from pathlib import Path

from redis.asyncio import BlockingConnectionPool

from services.edge.app import main


def count(_number: int, _frame: object) -> None:
    """Signals are handled in the thread of the loop, between two steps of a task."""
    pools = [made for made in gc.get_objects() if isinstance(made, BlockingConnectionPool)]
    lent = sum(len(pool._in_use_connections) for pool in pools)
    file = Path(sys.argv[1])
    file.with_suffix(".part").write_text(f"{len(asyncio.all_tasks())} {lent}", encoding="ascii")
    os.replace(file.with_suffix(".part"), file)


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, count)
    sys.exit(main())
