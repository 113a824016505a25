"""How related articles grow: `python -m bench.related_scale LOAD.jsonl[.gz] --sizes 10000,100000 --out scale.json`.

Articles are made from those of LOAD (bench/load.py). For each size an index is filled, then so many more articles are
added one by one and asked for their list, by our code and by Lucene's MoreLikeThis, each in a process of its own.
Processor time, since a busy machine adds to the clock's. `--seconds` bounds each filling and each making of all lists;
what did not get done in it is left out or named.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from bench import growth, load
from bench.articles import read_lines
from bench.peers import lucene
from services.recommendation.tokens import family_of

MEASURED = 300


def main(
    articles: Annotated[Path, typer.Argument(help="real articles to make others from, JSON Lines, plain or gzip")],
    sizes: Annotated[str, typer.Option(help="articles in the index, separated by commas")] = "10000,100000",
    seconds: Annotated[float, typer.Option(help="the longest that one filling may take")] = 900.0,
    peer: Annotated[bool, typer.Option(help="measure Lucene, too")] = True,
    out: Annotated[Path | None, typer.Option(help="where the figures are written, as JSON")] = None,
    picture: Annotated[Path | None, typer.Option(help="where the picture of growth is written, as SVG")] = None,
) -> None:
    family = family_of(next(iter(read_lines(articles)))["lang"])
    results: list[dict[str, Any]] = []
    for size in map(int, sizes.split(",")):
        command = [sys.executable, "-m", "bench.related_load", str(articles), str(size), str(MEASURED), str(seconds)]
        found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        if peer:
            made = load.articles(articles, found["articles"])
            found["lucene"] = lucene.measure(made, family, found["articles"] - MEASURED)
        results.append({"family": family, **found})
        typer.echo("\n".join(table(results[-1])))
    if out is not None:
        out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if picture is not None:
        picture.write_text(growth.drawn(results), encoding="utf-8")


def table(found: dict[str, Any]) -> Iterable[str]:
    """What was found for a size, as rows of a table in Markdown: milliseconds, median and 99th percentile."""
    yield f"| {found['family']}, {found['articles']} articles | ms, median | 99th percentile |"
    yield "| --- | --- | --- |"
    for name, times in found["milliseconds"].items():
        yield f"| {name} | {_figures(times)} |"
    for name, value in found["bytes"].items():
        yield f"| bytes an article: {name} | {value / found['articles']:.0f} | |"
    for name, value in found["seconds"].items():
        yield f"| seconds: {name} | {value:.1f} | |"
    if peer := found.get("lucene"):
        for name in ("add", "open", "default", "tuned"):
            yield f"| Lucene: {name} | {_figures([value / 1000 for value in peer[name]])} |"
        yield f"| bytes an article: Lucene's index | {peer['index_bytes'] / peer['articles']:.0f} | |"
        for name, ratio in ratios(found).items():
            yield f"| add and query, ours / Lucene's {name} | {ratio:.2f} | |"


def ratios(found: dict[str, Any]) -> dict[str, float]:
    """Our median of adding and asking over Lucene's, which is opened anew to see what was added, or not."""
    peer = {name: np.array(found["lucene"][name]) / 1000 for name in ("add", "open", "default", "tuned")}
    ours = np.median(np.add(found["milliseconds"]["weigh and add"], found["milliseconds"]["query"]))
    return {
        f"{query}{' with open' if opened else ''}": float(
            ours / np.median(peer["add"] + peer[query] + (peer["open"] if opened else 0))
        )
        for query in ("default", "tuned")
        for opened in (True, False)
    }


def _figures(times: list[float]) -> str:
    return f"{np.median(times):.2f} | {np.quantile(times, 0.99):.2f}"


if __name__ == "__main__":
    typer.run(main)
