"""Lists of several instances are those of one: on whatever history, with crashes, rebalances and zombies.

Each of the four rules is seen to be needed: without it, the same run ends with a wrong list.
"""

from collections.abc import Iterable

import pytest
from shard_simulation import SHARDS, Run, history, one_index

from services.recommendation.hosts import Share
from services.recommendation.ranking import Ranking
from services.recommendation.shards import Shards
from shared.messages import Enriched, Hit
from tests.support.small_histories import LIMITS
from tests.support.small_newsroom import RANKED, article

LONE = Share(SHARDS, frozenset(range(SHARDS)), 1)


@pytest.mark.parametrize("seed", range(10))
def test_at_the_end_all_lists_are_those_of_one_index_and_readers_have_them(seed: int) -> None:
    assert Run(seed).play() == []


@pytest.mark.parametrize("seed", [13, 39, 43])
def test_while_nothing_comes_nobody_is_told_a_wrong_list(seed: int) -> None:
    assert Run(seed, crashes=2).crash_in_quiet() == []


def test_who_owns_all_shards_asks_nobody() -> None:
    events = history(Run(7).random)
    alone = Shards(RANKED, LIMITS, LONE)
    for event in events:
        alone.kill(event) if isinstance(event, str) else alone.apply(event)
    expected = one_index(events)
    assert not alone.outbox
    assert {found: alone.items(found) for found in alone.ids()} == {
        found: expected.items(found) for found in expected.ids()
    }


# --- each rule, left out


def test_probes_and_offers_go_by_one_topic() -> None:
    assert Run(0).play() == []
    assert Run(0, two_topics=True).play() != []


def test_an_offer_echoes_the_term_of_the_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Shards, "_answers_us", lambda *_: True)
    assert Run(13, crashes=2).crash_in_quiet() != []


def test_a_message_of_a_lower_term_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Run(2).play() == []
    monkeypatch.setattr(Shards, "_is_outdated", lambda *_: False)
    assert Run(2).play() != []


def test_an_offer_replaces_all_that_its_shard_had_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert after_a_zombie_and_its_successor() == []
    monkeypatch.setattr(Shards, "_replace_offered", only_what_is_offered_again)
    assert after_a_zombie_and_its_successor() == ["moved"]


def only_what_is_offered_again(_: Shards, ranking: Ranking, shard: int, found: dict[int, Hit]) -> None:
    ranking.keep(lambda slot: slot not in found)


def after_a_zombie_and_its_successor() -> list[str]:
    """The list of an article whose new owner is answered first by a zombie, then by its successor.

    The zombie has not heard that the other article has moved to another edition.
    """
    owner = article("owner", "Ferry strike in the harbour")
    moved = [
        article("moved", "Ferry strike ends", version=1),
        article("moved", "Storm", version=2, editions=("south",)),
    ]
    shards = Shards(RANKED, LIMITS, Share(SHARDS, frozenset(range(SHARDS)), 0))
    here, there = shards._shard(owner.uri), shards._shard(moved[0].uri)
    assert here != there

    def life(own: int, term: int, versions: Iterable[Enriched]) -> Shards:
        found = Shards(RANKED, LIMITS, Share(SHARDS, frozenset({own}), term))
        for version in versions:
            found.fold(version)
        for step in (found.settle, found.ask_all):
            list(step())
        return found

    zombie, successor = life(there, 1, moved[:1]), life(there, 2, moved)
    new = life(here, 3, [owner, *moved])
    probe = next(message for shard, message in new.outbox if shard == there)
    for one in (zombie, successor):
        one.outbox.clear()
        one.receive(there, probe)
        for shard, message in one.outbox:
            new.receive(shard, message)
    return [item.uri.rsplit("/", 1)[1] for item in new.items(owner.id)]
