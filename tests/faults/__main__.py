"""`make faults`: a round on a stack of its own; a longer one writes docs/faults.json and docs/faults.md anew."""

import asyncio
import logging
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from tests.faults.rounds import SIZES, run
from tests.faults.table import DOCS, write
from tests.support.running import running_newsroom

USAGE = f"usage: python -m tests.faults [{' | '.join(SIZES)}]"


async def _round(name: str) -> bool:
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # that a broker is away is no news here
    began = time.monotonic()
    keep = partial(write, DOCS, name) if name != "short" else lambda _: None
    with tempfile.TemporaryDirectory(prefix="masthead-faults-") as folder:
        async with running_newsroom(Path(folder), by_wire=True, edge_patience=None) as newsroom:
            rows = await run(newsroom, SIZES[name], keep)
    print(f"{name} round: {time.monotonic() - began:.0f} s")
    return all(row.clean for row in rows)


if __name__ == "__main__":
    wanted = (sys.argv[1:] or ["short"])[0]
    if wanted not in SIZES or len(sys.argv) > 2:
        sys.exit(USAGE)
    sys.exit(0 if asyncio.run(_round(wanted)) else 1)
