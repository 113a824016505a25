"""The edge, saying how many tasks it has when asked by SIGUSR1: `python -m tests.support.counted_edge FILE`."""

import asyncio
import signal
import sys
from pathlib import Path

from services.edge.app import main


def count(_number: int, _frame: object) -> None:
    """Signals are handled in the thread of the loop, between two steps of a task."""
    Path(sys.argv[1]).write_text(str(len(asyncio.all_tasks())), encoding="ascii")


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, count)
    sys.exit(main())
