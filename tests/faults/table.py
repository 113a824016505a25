"""The results of a round as files: rows for machines, a table for people."""

import json
from collections.abc import Sequence
from pathlib import Path

from tests.faults.rounds import SIZES, Row

DOCS = Path(__file__).parents[2] / "docs"
_TEXT = """\
# Faults

What became of a stream of articles while the stack was hurt. After each fault the stack settled; then everything in
Redis was compared, byte for byte, with a single-threaded replay of the topics (`tests/support/oracle.py`), and with it
the edge's answers: all lists, fronts, feeds and sitemaps, and some articles.

The stream has numbered articles with updates, kills, late and doubled versions, withheld ones, embargoes and expiries
of some seconds, and records that the door refuses. One article in {listed} may stand in the related lists
of others.

- **pushed**: records on `articles.ingest`, a third of them before the first blow. One refused by a broker that is away
  is sent again and counted once.
- **lost**, **wrong**, **came back**: articles of which something is missing, is otherwise, or is there after a kill.
- **edge**: answers of the edge that differ.
- **settled**: seconds from the last push, the last blow or the end of the last embargo, whichever came last, until
  the last write to Redis before it held what it must hold. The work that had piled up is in it.

These are {done} of the {steps} steps of `make faults SIZE={name}`, {articles} articles in all, at most {rate} records a
second, on two cores. The session time-out was 6 seconds. `docs/faults.json` has the same rows.

| fault | pushed | lost | wrong | came back | edge | settled, s |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
{rows}
"""


def write(folder: Path, name: str, rows: Sequence[Row]) -> None:
    """Writes `faults.json` and `faults.md` of a round."""
    fields = [row._asdict() | {"examples": list(row.examples)} for row in rows]
    size = SIZES[name]
    steps = len(size.faults) + size.shuffles
    content = {"round": name, "articles": size.articles, "steps": steps, "rows": fields}
    (folder / "faults.json").write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    lines = "\n".join(_line(row) for row in rows)
    text = _TEXT.format(
        name=name,
        articles=f"{size.articles:,}",
        rate=size.rate,
        listed=size.listed,
        done=len(rows),
        steps=steps,
        rows=lines,
    )
    (folder / "faults.md").write_text(text, encoding="utf-8")


def _line(row: Row) -> str:
    settled = f"{row.seconds:.1f}" if row.seconds >= 0 else "not"
    return f"| {row.fault} | {row.pushed} | {row.lost} | {row.wrong} | {row.came_back} | {row.edge} | {settled} |"
