"""Rank labelled articles with the code of the service: `python -m bench.related LABELLED.jsonl[.gz] RANKINGS.jsonl`.

Articles are fed one by one in the order of `published_at` (those without a date first, equal ones in the order of the
file). For every labelled article its ranking by relevance is written, the 50 best: `{"id": …, "ranked": [ids]}`. The
lists are not filled with recent articles, and the threshold of the service holds.
"""

import json
import time
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from bench.articles import EDITION, enriched, read_lines
from services.recommendation.epoch import load_epoch
from services.recommendation.index import Index
from services.recommendation.profile import profile
from services.recommendation.ranking import LIMITS, Ranking
from services.recommendation.score import DECAY, decay_table, moment_of


def main(
    labelled: Annotated[Path, typer.Argument(help="articles with `stories`, JSON Lines, plain or gzip")],
    rankings: Annotated[Path, typer.Argument(help="where the rankings are written")],
    stream: Annotated[bool, typer.Option("--stream", help="only earlier articles are candidates")] = False,
    no_time: Annotated[bool, typer.Option("--no-time", help="no decay by the distance of publication")] = False,
    no_section: Annotated[bool, typer.Option("--no-section", help="accepted; scores do not use sections")] = False,
) -> None:
    epoch = load_epoch()
    lines = sorted(read_lines(labelled), key=lambda line: line["published_at"] or "")
    dated = sum(line["published_at"] is not None for line in lines)
    if dated * 2 < len(lines) and not no_time:
        typer.echo(f"{dated} of {len(lines)} articles have a date: ranked without time")
        no_time = True
    index = Index(decay_table(floor=1.0) if no_time else DECAY)
    uris: list[str] = []
    started = time.perf_counter()
    results: list[dict[str, Any]] = []
    articles = [enriched(line) for line in lines]
    profiles = [profile(article, epoch) for article in articles]
    moments = [moment_of(article.published_at) for article in articles]
    typer.echo(f"{len(lines)} articles read and weighed in {time.perf_counter() - started:.1f} s")

    def rank(place: int) -> None:
        slots, scores = index.scores(profiles[place], moments[place], (EDITION,))
        others = slots != place
        best = islice(Ranking(slots[others], scores[others], uris, profiles[place].threshold), LIMITS.visible)
        results.append({"id": lines[place]["id"], "ranked": [uris[slot] for slot, _ in best]})

    started = time.perf_counter()
    for place, article in enumerate(articles):
        uris.append(article.uri)
        index.add(profiles[place], moments[place], article.editions)
        if stream and lines[place].get("stories"):
            rank(place)
    if not stream:
        for place, line in enumerate(lines):
            if line.get("stories"):
                rank(place)
    typer.echo(f"indexed, and {len(results)} articles ranked, in {time.perf_counter() - started:.1f} s")
    rankings.write_text("".join(json.dumps(result, ensure_ascii=False) + "\n" for result in results), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
