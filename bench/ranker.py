"""Train the ranker of a language family: `python -m bench.ranker FAMILY LABELLED…` (needs lightgbm, nothing else does).

For every labelled article its 50 best by cosine and decay are judged by their labels; LambdaMART starts from that score
and learns how to correct it. First it is cross-validated over stories (five parts, trained on the other four each) and
nDCG@10 printed; then it is trained on all, and written into the epoch's folder. An article of a smaller file counts up
to twice.
"""

import math
import zlib
from pathlib import Path
from typing import Annotated, Any

import lightgbm
import numpy as np
import typer

from bench.articles import Corpus
from services.recommendation.epoch import SHIPPED, load_epoch
from services.recommendation.ranker import FEATURES, LEAVES, MILLION, STEP, Ranker, Tree, Whole
from services.recommendation.score import pair_features

DEPTH = 50
PARTS = 5
START = 2.0
"""The first score of a pair is this times the logarithm of its base score."""
SETTINGS: dict[str, Any] = {
    "objective": "lambdarank",
    "lambdarank_truncation_level": 15,
    "num_leaves": LEAVES,
    "learning_rate": 0.1,
    "min_data_in_leaf": 200,
    "lambda_l2": 10,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "max_bin": 127,
    "seed": 1,
    "deterministic": True,
    "force_col_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}


class Judged:
    """The candidates of all labelled articles of one file: `rows` of features, `relevant`, DEPTH to a query."""

    def __init__(self, path: Path) -> None:
        corpus = Corpus(path, load_epoch())
        corpus.grow(len(corpus.lines))
        queries = corpus.queries()
        self.name = path.name
        self.part = np.array([zlib.crc32(min(corpus.stories(query)).encode()) % PARTS for query in queries])
        self.ideal = np.array([_gain(np.ones(min(10, len(corpus.relevant(query))))) for query in queries])
        rows, relevant = [], []
        for query in queries:
            slots, base = corpus.best(query, DEPTH)
            table = pair_features(corpus.subjects[query], [corpus.subjects[slot] for slot in slots], base)
            missing = DEPTH - len(slots)
            rows.append(np.pad(table, ((0, missing), (0, 0))))
            relevant.append([*(slot in corpus.relevant(query) for slot in slots), *[False] * missing])
        self.rows: Whole = np.concatenate(rows)
        self.relevant = np.array(relevant).ravel()

    def ndcg(self, scores: Whole) -> float:
        """nDCG@10 of a score for each row."""
        best = np.argsort(-scores.reshape(-1, DEPTH), axis=1, kind="stable")[:, :10]
        found = np.take_along_axis(self.relevant.reshape(-1, DEPTH), best, axis=1)
        return float(np.mean([_gain(row) for row in found] / self.ideal))


def main(
    family: Annotated[str, typer.Argument(help="language family, such as en")],
    files: Annotated[list[Path], typer.Argument(help="articles with `stories`, JSON Lines, plain or gzip")],
    folder: Annotated[Path, typer.Option(help="where the trees are written")] = SHIPPED,
    rounds: Annotated[int, typer.Option(help="trees")] = 128,
) -> None:
    sets = [Judged(path) for path in files]
    held_out = [np.zeros(len(judged.rows)) for judged in sets]
    for part in range(PARTS):
        ranker = train(sets, [judged.part != part for judged in sets], rounds)
        for judged, scores in zip(sets, held_out, strict=True):
            rows = np.repeat(judged.part == part, DEPTH)
            scores[rows] = logarithms(judged.rows[rows], ranker)
    whole = train(sets, [judged.part >= 0 for judged in sets], rounds)
    for judged, scores in zip(sets, held_out, strict=True):
        typer.echo(
            f"{judged.name}: {judged.ndcg(judged.rows[:, 0]):.4f} without, {judged.ndcg(scores):.4f} cross-validated, "
            f"{judged.ndcg(logarithms(judged.rows, whole)):.4f} trained on it"
        )
    (folder / f"{family}.trees.jsonl").write_bytes(whole.to_bytes())


def train(sets: list[Judged], chosen: list[Any], rounds: int) -> Ranker:
    """A ranker from the queries that are `chosen` of each set."""
    most = max(len(judged.part) for judged in sets)
    rows = [np.repeat(queries, DEPTH) for queries in chosen]
    table = np.concatenate([judged.rows[keep] for judged, keep in zip(sets, rows, strict=True)])
    data = lightgbm.Dataset(
        table.astype(float),
        np.concatenate([judged.relevant[keep] for judged, keep in zip(sets, rows, strict=True)]),
        init_score=START * np.log(np.maximum(table[:, 0], 100) / MILLION),
        group=[DEPTH] * (len(table) // DEPTH),
        weight=np.concatenate(
            [np.full(keep.sum(), min(2.0, most / len(judged.part))) for judged, keep in zip(sets, rows, strict=True)]
        ),
        params=SETTINGS,
        feature_name=[name.replace(" ", "_") for name in FEATURES],
    )
    model = lightgbm.train(SETTINGS, data, rounds).dump_model()
    return Ranker(tuple(_tree(found["tree_structure"]) for found in model["tree_info"]))


def logarithms(rows: Whole, ranker: Ranker) -> Any:
    """The final scores of rows, as logarithms: what orders them, without the bound at one."""
    return np.log2(np.maximum(rows[:, 0], 1)) + ranker.corrections(rows) / STEP


def _gain(relevant: Any) -> float:
    return float(np.sum(relevant / np.log2(np.arange(2, len(relevant) + 2))))


def _tree(root: dict[str, Any]) -> Tree:
    nodes: list[tuple[int, int, int]] = []
    leaves: list[int] = []

    def walk(node: dict[str, Any]) -> None:
        if "leaf_value" in node and "split_feature" not in node:
            leaves.append(round(node["leaf_value"] * STEP / START / math.log(2)))
            return
        first = len(leaves)
        walk(node["left_child"])
        left = sum(1 << leaf for leaf in range(first, len(leaves)))
        nodes.append((node["split_feature"], math.floor(node["threshold"]), left))
        walk(node["right_child"])

    walk(root)
    return Tree(tuple(nodes), tuple(leaves))


if __name__ == "__main__":
    typer.run(main)
