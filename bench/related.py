"""Rank labelled articles with the code of the service: `python -m bench.related LABELLED.jsonl[.gz] RANKINGS.jsonl`.

Articles are fed one by one in the order of `published_at` (those without a date first, equal ones in the order of the
file). For every labelled article its ranking by relevance is written, the 50 best: `{"id": …, "ranked": [ids]}`. The
threshold of the service holds; its rules of presentation (copies, own story, pins, recent articles) do not.
"""

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from bench.articles import Corpus
from services.recommendation.epoch import load_epoch
from services.recommendation.limits import LIMITS


def main(
    labelled: Annotated[Path, typer.Argument(help="articles with `stories`, JSON Lines, plain or gzip")],
    rankings: Annotated[Path, typer.Argument(help="where the rankings are written")],
    stream: Annotated[bool, typer.Option("--stream", help="only earlier articles are candidates")] = False,
    no_time: Annotated[bool, typer.Option("--no-time", help="the times of publication are not looked at")] = False,
    no_section: Annotated[bool, typer.Option("--no-section", help="sections are not looked at")] = False,
) -> None:
    started = time.perf_counter()
    corpus = Corpus(labelled, load_epoch(), timed=not no_time, section=not no_section)
    if not (corpus.timed or no_time):
        typer.echo(f"{corpus.dated} of {len(corpus.lines)} articles have a date: ranked without time")
    typer.echo(f"{len(corpus.lines)} articles read and weighed in {time.perf_counter() - started:.1f} s")
    started = time.perf_counter()
    results: list[dict[str, Any]] = []
    if not stream:
        corpus.grow(len(corpus.lines))
    for place, line in enumerate(corpus.lines):
        corpus.grow(place + 1)
        if corpus.stories(place):
            ranked = corpus.ranked(place, LIMITS.pool)[: LIMITS.visible]
            results.append({"id": line["id"], "ranked": [corpus.lines[slot]["id"] for slot in ranked]})
    typer.echo(f"indexed, and {len(results)} articles ranked, in {time.perf_counter() - started:.1f} s")
    rankings.write_text("".join(json.dumps(result, ensure_ascii=False) + "\n" for result in results), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
