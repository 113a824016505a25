"""Learn what the terms of a language family mean: `python -m bench.meanings FAMILY FILE…` (needs scipy).

The articles as they are compared, weights by terms, are a matrix; its largest singular vectors are kept, and of the
terms those that these say most about. No labels are looked at. The ranker is to be trained anew after that.
"""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import svds

from bench.articles import enriched, read_lines
from services.recommendation.epoch import SHIPPED, load_epoch
from services.recommendation.meanings import LENGTH, Meanings
from services.recommendation.profile import bare, profile
from services.recommendation.tokens import family_of


def main(
    family: Annotated[str, typer.Argument(help="language family, such as zh")],
    files: Annotated[list[Path], typer.Argument(help="articles, JSON Lines, plain or gzip")],
    folder: Annotated[Path, typer.Option(help="where the vectors are written")] = SHIPPED,
    least: Annotated[int, typer.Option(help="articles that a term must be seen in")] = 5,
    terms: Annotated[int, typer.Option(help="terms that are kept")] = 12_000,
    width: Annotated[int, typer.Option(help="numbers of a vector")] = 256,
) -> None:
    epoch = load_epoch()
    found = [enriched(line) for path in files for line in read_lines(path)]
    profiles = [profile(article, epoch) for article in found if family_of(article.language) == family]
    seen = Counter(term for made in profiles for term in made.terms)
    names = sorted(str(term) for term, times in seen.items() if times >= least)
    vectors = singular_vectors([dict(zip(made.terms, made.weights, strict=True)) for made in profiles], names, width)
    said = np.linalg.norm(vectors, axis=1)
    kept = sorted(np.argsort(-said, kind="stable")[:terms].tolist())
    rows = np.rint(vectors[kept] * (LENGTH / np.abs(vectors).max())).astype(np.int8)
    data = Meanings([bare(names[place]) for place in kept], rows).packed()
    (folder / f"{family}.meanings.gz").write_bytes(data)
    typer.echo(f"{family}: {len(profiles)} articles, {len(kept)} of {len(names)} terms, {len(data)} bytes")


def singular_vectors(articles: list[dict[Any, int]], names: list[str], width: int) -> Any:
    """For each of the terms its row in the `width` largest right singular vectors of articles by terms."""
    column = {name: place for place, name in enumerate(names)}
    entries = [
        (row, column[term], weight)
        for row, terms in enumerate(articles)
        for term, weight in terms.items()
        if term in column
    ]
    rows, columns, weights = np.array(entries, np.int64).T
    matrix = csr_matrix((weights.astype(float), (rows, columns)), shape=(len(articles), len(names)))
    _, values, vectors = svds(matrix, width, random_state=1)
    return vectors[np.argsort(-values)].T


if __name__ == "__main__":
    typer.run(main)
