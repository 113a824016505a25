"""Make the tables of a model epoch from files of articles: `python -m bench.epoch FILE…`.

Each article counts once for each of its terms, under its language family. Terms seen in fewer documents than `--least`
are left out, and of the rest the most frequent that fit into `--size` bytes. The same files give the same bytes.
"""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from bench.articles import enriched, read_lines
from services.recommendation.epoch import SHIPPED, fitting
from services.recommendation.renewal import terms_of
from services.recommendation.tokens import family_of


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
            documents[family] += 1
            frequencies.setdefault(family, Counter()).update(terms_of(article))
    folder.mkdir(parents=True, exist_ok=True)
    for family, frequency in sorted(frequencies.items()):
        table = fitting(documents[family], frequency, least, size)
        data = table.packed()
        (folder / f"{family}.txt.gz").write_bytes(data)
        typer.echo(
            f"{family}: {table.documents} documents, {len(table.frequency)} of {len(frequency)} terms "
            f"(in at least {table.least}), {len(data)} bytes"
        )


if __name__ == "__main__":
    typer.run(main)
