"""What several instances of recommendation gain: `python -m bench.related_shards LOAD.jsonl[.gz] --size 3000`.

The instances run one after another in one process, on the messages that they would send through Kafka, encoded and
decoded. Printed for each number of instances: processor time for a new article, of the busiest instance and of all
together, with the lists that it changes; bytes of memory and of messages for an article.
"""

import gc
import time
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from bench import load
from bench.related_load import resident
from services.recommendation.epoch import Epoch, load_epoch
from services.recommendation.hosts import Share
from services.recommendation.shards import Shards
from shared.codec import encode
from shared.messages import Enriched, Offer, Probe

MEASURED = 200


def main(
    articles: Annotated[Path, typer.Argument(help="real articles to make others from, JSON Lines, plain or gzip")],
    size: Annotated[int, typer.Option(help="articles that are there already")] = 3000,
    instances: Annotated[str, typer.Option(help="numbers of instances, separated by commas")] = "1,3",
) -> None:
    epoch = load_epoch()
    typer.echo(
        "| instances | ms, busiest | ms, all | bytes an article, mean of the instances | bytes sent an article |"
    )
    typer.echo("| --- | --- | --- | --- | --- |")
    for count in map(int, instances.split(",")):
        made = load.articles(articles, size + 1 + MEASURED)
        next(made)  # reads the file
        gc.collect()
        before = resident()
        cluster = Cluster(epoch, count, islice(made, size))
        held = (resident() - before) / count / size
        cluster.spent, cluster.sent = [0.0] * count, 0
        for article in made:
            cluster.publish(article)
        times = [spent * 1000 / MEASURED for spent in cluster.spent]
        typer.echo(f"| {count} | {max(times):.2f} | {sum(times):.2f} | {held:.0f} | {cluster.sent / MEASURED:.0f} |")


class Cluster:
    """Instances with one shard each, which have folded some articles. `spent`: seconds of each; `sent`: bytes."""

    def __init__(self, epoch: Epoch, count: int, articles: Iterator[Enriched]) -> None:
        self.spent, self.sent = [0.0] * count, 0
        self._lives = [Shards(epoch, share=Share(count, frozenset({own}), own)) for own in range(count)]
        for article in articles:
            for life in self._lives:
                life.fold(article)
        for life in self._lives:
            deque(life.settle(), 0)
            for _ in life.ask_all():  # a whole outbox would be measured, too
                self._deliver()

    def publish(self, article: Enriched) -> None:
        """Takes an article in, and all that follows from it."""
        owner = next(own for own, life in enumerate(self._lives) if life.owns(article.uri))
        start = time.process_time()
        self._say(owner, self._lives[owner].apply(article))
        self.spent[owner] += time.process_time() - start
        self._deliver()

    def _say(self, own: int, changed: set[str]) -> None:
        for article_id in changed:
            encode(self._lives[own].items(article_id))

    def _deliver(self) -> None:
        due: deque[tuple[int, bytes]] = deque()
        while due or any(life.outbox for life in self._lives):
            for own, life in enumerate(self._lives):
                start = time.process_time()
                due += [(shard, encode(message)) for shard, message in life.outbox]
                life.outbox.clear()
                self.spent[own] += time.process_time() - start
            while due:
                shard, value = due.popleft()
                self.sent += len(value)
                start = time.process_time()
                message: Probe | Offer = msgspec.json.decode(value, type=Probe | Offer)
                self._say(shard, self._lives[shard].receive(shard, message))
                self.spent[shard] += time.process_time() - start


if __name__ == "__main__":
    typer.run(main)
