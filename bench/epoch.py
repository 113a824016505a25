"""Make the tables of a model epoch from files of articles: `python -m bench.epoch FILE…`.

Each article counts once for each of its terms, under its language family. Terms seen in fewer documents than `--least`
are left out, and of the rest the most frequent that fit into `--size` bytes. The same files give the same bytes.
"""

import gzip
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from bench.articles import enriched, read_lines
from services.recommendation.epoch import SHIPPED, Table
from services.recommendation.tokens import count, family_of


def main(
    files: Annotated[list[Path], typer.Argument(help="articles, JSON Lines, plain or gzip")],
    folder: Annotated[Path, typer.Option(help="where the tables are written, one for each language family")] = SHIPPED,
    least: Annotated[int, typer.Option(help="documents that a term must be seen in")] = 3,
    size: Annotated[int, typer.Option(help="the largest size of a compressed table, in bytes")] = 150_000,
) -> None:
    documents: Counter[str] = Counter()
    frequencies: dict[str, Counter[str]] = {}
    for path in files:
        for line in read_lines(path):
            article = enriched(line)
            family = family_of(article.language)
            terms = count(article.headline, family)[0].keys() | count(article.text, family)[0].keys()
            documents[family] += 1
            frequencies.setdefault(family, Counter()).update(terms)
    folder.mkdir(parents=True, exist_ok=True)
    for family, frequency in sorted(frequencies.items()):
        table, data = _fitting(documents[family], frequency, least, size)
        (folder / f"{family}.txt.gz").write_bytes(data)
        typer.echo(
            f"{family}: {table.documents} documents, {len(table.frequency)} of {len(frequency)} terms "
            f"(in at least {table.least}), {len(data)} bytes"
        )


def _fitting(documents: int, frequency: Counter[str], least: int, size: int) -> tuple[Table, bytes]:
    """The table with the lowest limit, at least `least`, whose compressed bytes fit."""
    while True:
        table = Table(documents, least, {term: seen for term, seen in frequency.items() if seen >= least})
        data = gzip.compress(table.to_bytes(), mtime=0)
        if len(data) <= size:
            return table, data
        least += 1


if __name__ == "__main__":
    typer.run(main)
