"""Several instances on logs in memory: records, kills and messages in any order, crashes, rebalances and zombies.

What runs is the code of the service; here is only what Kafka does. Each partition of `related.probes` is a log that its
owner reads in order and commits now and then. Whoever takes a shard folds the whole log, takes a higher term, asks for
every list, and reads on from what was committed. Whoever lost it knows nothing of that for a while, and speaks again.
"""

from dataclasses import dataclass, field
from itertools import count
from random import Random

import msgspec

from services.recommendation.hosts import Share
from services.recommendation.relate import Relations
from services.recommendation.shards import Shards
from shared.codec import encode
from shared.kafka_log import partition_of
from shared.messages import Enriched, Offer, Probe, RelatedItem
from shared.order import Phase
from tests.support.small_histories import LIMITS, NAMES, WORDS, public_id_of
from tests.support.small_newsroom import RANKED, article, day

SHARDS = 4
Event = Enriched | str
Message = Probe | Offer
Items = tuple[RelatedItem, ...]


@dataclass
class Cluster:
    """What all instances share. `boxes`: the messages to each shard; with two topics, those of each kind apart."""

    two_topics: bool
    log: list[list[Enriched]] = field(default_factory=lambda: [[] for _ in range(SHARDS)])
    kills: list[str] = field(default_factory=list)
    boxes: dict[tuple[int, str], list[Message]] = field(default_factory=dict)
    committed: dict[tuple[int, str], int] = field(default_factory=dict)
    said: dict[str, tuple[int, Items]] = field(default_factory=dict)
    truth: Relations | None = None
    told_wrong: set[str] = field(default_factory=set)

    def box(self, shard: int, message: Message) -> tuple[int, str]:
        return shard, type(message).__name__ if self.two_topics else ""

    def send(self, outbox: list[tuple[int, Message]]) -> None:
        while outbox:
            shard, message = outbox.pop(0)
            sent: Message = msgspec.json.decode(encode(message), type=Probe | Offer)
            self.boxes.setdefault(self.box(shard, message), []).append(sent)


class Instance:
    """One life of an instance, with the shards that it owns until the next rebalance."""

    def __init__(self, cluster: Cluster, own: frozenset[int], term: int) -> None:
        self.cluster = cluster
        self.shards = Shards(RANKED, LIMITS, Share(SHARDS, own, term))
        self.places = {place: at for place, at in cluster.committed.items() if place[0] in own}
        self.kills = len(cluster.kills)
        for killed in cluster.kills:
            self.shards.fold_kill(killed)
        for version in [version for partition in cluster.log for version in partition]:
            self.shards.fold(version)
        for _ in self.shards.settle():
            pass
        for _ in self.shards.ask_all():
            pass
        cluster.send(self.shards.outbox)
        mine = {public_id_of(name) for name in NAMES if self.shards.owns(f"https://example.org/{name}")}
        self.say(mine - self.shards.waiting.keys())

    def work(self) -> list[tuple[int, str]]:
        """What there is to read: partitions of the log, of the messages, and of the kills."""
        found = [(shard, "log") for shard in self.shards.share.own]
        found = [place for place in found if self.places.get(place, 0) < len(self.cluster.log[place[0]])]
        own = [place for place in self.cluster.boxes if place[0] in self.shards.share.own]
        found += [place for place in own if self.places.get(place, 0) < len(self.cluster.boxes[place])]
        return sorted(found) + [(0, "kills")] * (self.kills < len(self.cluster.kills))

    def read(self, place: tuple[int, str]) -> None:
        """Take one record in; what is to be sent lies in the outbox."""
        at, (shard, kind) = self.places.get(place, 0), place
        if kind == "kills":
            changed = self.shards.kill(self.cluster.kills[self.kills])
            self.kills += 1
        elif kind == "log":
            changed = self.shards.apply(self.cluster.log[shard][at])
        else:
            changed = self.shards.receive(shard, self.cluster.boxes[place][at])
        if kind != "kills":
            self.places[place] = at + 1
        self.say(changed)

    def say(self, changed: set[str]) -> None:
        for found in changed:
            if self.cluster.truth is not None and self.shards.items(found) != self.cluster.truth.items(found):
                self.cluster.told_wrong.add(found)
            before = self.cluster.said.get(found, (-1, ()))
            if before[0] <= self.shards.share.term:
                self.cluster.said[found] = self.shards.share.term, self.shards.items(found)


@dataclass
class Run:
    """One history on several instances. `dead`: those that were declared dead, and for how many steps they go on."""

    seed: int
    crashes: int = 4
    zombie_steps: int = 5
    two_topics: bool = False

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.cluster = Cluster(self.two_topics)
        self.terms = count(1)
        self.living: list[Instance] = []
        self.dead: list[tuple[Instance, int]] = []
        self.history = history(self.random)

    def play(self) -> list[str]:
        """Plays all of it; gives what is wrong at the end."""
        coming, left = list(self.history), self.crashes
        self.rebalance()
        while acts := self.acts(coming):
            if left and self.random.random() < 0.03:
                left -= 1
                self.rebalance()
            else:
                self.act(self.random.choice(acts), coming)
        return self.wrong()

    def crash_in_quiet(self) -> list[str]:
        """Plays all of it, then a rebalance while nothing comes; gives of which article anybody said a wrong list."""
        self.play()
        self.cluster.truth = one_index(self.history)
        self.rebalance()
        self.dead.clear()
        while acts := self.acts([]):
            self.act(self.random.choice(acts), [])
        return sorted(self.cluster.told_wrong)

    def acts(self, coming: list[Event]) -> list[str]:
        acts = ["come"] * bool(coming) + ["read"] * 4 * any(one.work() for one in self.living)
        return acts + ["commit"] * bool(acts) + ["zombie"] * bool(self.dead)

    def act(self, act: str, coming: list[Event]) -> None:
        if act == "come":
            self.come(coming.pop())
        elif act == "read":
            one = self.random.choice([one for one in self.living if one.work()])
            one.read(self.random.choice(one.work()))
            self.cluster.send(one.shards.outbox)
        elif act == "commit":
            one = self.random.choice(self.living)
            self.cluster.committed.update(self.random.sample(sorted(one.places.items()), len(one.places) // 2))
        else:
            self.haunt()

    def come(self, event: Event) -> None:
        if isinstance(event, str):
            self.cluster.kills.append(event)
        else:
            self.cluster.log[partition_of(event.uri.encode(), SHARDS)].append(event)

    def rebalance(self) -> None:
        """Some instances die or join; whose shards change begins anew, the others go on."""
        order = self.random.sample(range(SHARDS), SHARDS)
        cuts = sorted(self.random.sample(range(1, SHARDS), self.random.choice([1, 2, 2, 3])))
        parts = {frozenset(order[a:b]) for a, b in zip([0, *cuts], [*cuts, SHARDS], strict=True)}
        stay = [one for one in self.living if one.shards.share.own in parts and self.random.random() < 0.7]
        self.dead += [(one, self.random.randint(1, self.zombie_steps)) for one in self.living if one not in stay]
        new = parts - {one.shards.share.own for one in stay}
        self.living = stay
        for own in sorted(new, key=sorted):
            self.living.append(Instance(self.cluster, own, next(self.terms)))

    def haunt(self) -> None:
        """A zombie reads on and says what follows from it; it commits nothing, and readers pass over its lists."""
        place = self.random.randrange(len(self.dead))
        zombie, steps = self.dead[place]
        if work := [place for place in zombie.work() if place[1] not in ("log", "kills")]:
            zombie.read(self.random.choice(work))
            self.cluster.send(zombie.shards.outbox)
        self.dead[place] = zombie, steps - 1
        if steps <= 1 or not work:
            self.dead.pop(place)

    def wrong(self) -> list[str]:
        """The articles whose list is not that of one index, or is not the one that readers were told last."""
        truth, found = one_index(self.history), {}
        for one in self.living:
            assert not one.shards.waiting, "some list was never known"
            found.update({article_id: one.shards.items(article_id) for article_id in one.shards.ids()})
        expected = {article_id: truth.items(article_id) for article_id in truth.ids()}
        said = {article_id: items for article_id, (_, items) in self.cluster.said.items() if items}
        return sorted(
            article_id
            for article_id in {*expected, *found, *said}
            if not expected.get(article_id, ()) == found.get(article_id, ()) == said.get(article_id, ())
        )


def one_index(history: list[Event]) -> Relations:
    """All of a history in one index."""
    relations = Relations(RANKED, LIMITS)
    for event in history:
        relations.kill(event) if isinstance(event, str) else relations.apply(event)
    return relations


def history(random: Random) -> list[Event]:
    """Versions of articles that are nearly all related, late and doubled ones, and kills; to be taken from the end."""
    events: list[Event] = []
    for number in range(random.randint(8, 30)):
        name = random.choice(NAMES)
        if random.random() < 0.04:
            events.append(public_id_of(name))
            continue
        events.append(
            article(
                name,
                " ".join(random.sample(WORDS[:9], 2)),
                text=" ".join(random.choices(WORDS[:9], k=3)),
                editions=random.choice([("north",), ("north", "south"), ("south",)]),
                published_at=day(random.choice([1, 1, 2, 3])),
                version=number if random.random() < 0.8 else random.randrange(30),
                phase=random.choice([*[Phase.LIVE] * 5, Phase.WITHHELD]),
                pins=tuple(map(public_id_of, random.sample(NAMES, random.choice([0, 0, 0, 1, 2])))),
                unlisted=random.random() < 0.1,
            )
        )
    return [*events, *random.choices(events, k=3)]
