"""The promise of `Relations`: lists are a pure function of newest versions, kills and epoch; changes are named exactly.

Checked against a function written as plainly as it can be, with lists short enough that reserves are used up.
"""

from collections.abc import Iterable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.recommendation.copies import are_copies, sketch
from services.recommendation.recipes import recipe_of
from services.recommendation.relate import Relations
from services.recommendation.score import pair_score
from shared.messages import Enriched, RelatedItem
from shared.order import Phase, newer
from tests.support.small_histories import (
    LIMITS,
    NAMES,
    all_items,
    busy_history,
    histories,
    play,
    played,
    public_id_of,
)
from tests.support.small_newsroom import EPOCH, RANKED


def plain_lists(history: Iterable[Enriched | str]) -> dict[str, list[tuple[str, float, str]]]:
    """For each article the uri, score and kind of its entries, from the definition alone."""
    killed = {event for event in history if isinstance(event, str)}
    newest: dict[str, Enriched] = {}
    for event in history:
        if isinstance(event, Enriched) and (event.id not in newest or newer(event.stamp, newest[event.id].stamp)):
            newest[event.id] = event
    live = [found for found in newest.values() if found.phase is Phase.LIVE and found.id not in killed]
    lists: dict[str, list[tuple[str, float, str]]] = {public_id_of(name): [] for name in NAMES}
    sketches = {found.id: sketch(found) for found in live}
    for owner in live:
        if not owner.shows_none:
            lists[owner.id] = plain_list(owner, [other for other in live if other is not owner], sketches)
    return lists


def plain_list(owner: Enriched, others: list[Enriched], sketches: dict[str, Any]) -> list[tuple[str, float, str]]:
    def copies(one: Enriched, other: Enriched) -> bool:
        return one is other or are_copies(sketches[one.id], sketches[other.id])

    def fits(found: Enriched) -> bool:
        return not any(copies(found, taken) for taken in [owner, *shown])

    listed = {other.id: other for other in others if not other.unlisted}
    shown: list[Enriched] = []
    entries: list[tuple[str, float, str]] = []
    for pin in owner.pins[: LIMITS.pins]:
        if pin in listed and fits(listed[pin]):
            shown.append(listed[pin])
            entries.append((listed[pin].uri, 0.0, "pinned"))
    near = [other for other in listed.values() if set(other.editions) & set(owner.editions)]
    base = {other.id: pair_score(owner, other, EPOCH) for other in near}
    pool = sorted((other for other in near if base[other.id]), key=lambda other: (-base[other.id], other.uri))
    pool = pool[: LIMITS.pool]
    score = {other.id: pair_score(owner, other, RANKED) for other in pool}
    pool.sort(key=lambda other: (-score[other.id], other.uri))
    chosen: list[tuple[Enriched, float]] = []
    pinned, left = list(shown), list(pool)
    for leader in pool:
        group = [other for other in left if copies(leader, other) and fits(other)]
        if leader not in group:
            continue
        best = min(group, key=lambda other: preference(owner, other))
        chosen.append((best, score[leader.id]))
        shown.append(best)
        left = [other for other in left if not copies(leader, other)]
    story = [
        found
        for found, reached in chosen
        if reached >= recipe_of("en" if owner.language[:2] == "en" else "zh").same_story / 1e6
    ]
    rest = [found for found, _ in chosen if found not in story]
    similar = story[: LIMITS.own_story] + rest + story[LIMITS.own_story :]
    similar = similar[: LIMITS.visible - len(pinned)]
    entries += [(found.uri, score[found.id], "similar") for found in similar]
    shown = pinned + similar
    newest_first = sorted([*others, owner], key=lambda other: other.uri)
    newest_first.sort(key=lambda other: other.published_at, reverse=True)
    older = [other for other in newest_first[newest_first.index(owner) + 1 :] if owner.editions[0] in other.editions]
    for other in older[: LIMITS.older]:
        if len(entries) < LIMITS.visible and not other.unlisted and fits(other):
            shown.append(other)
            entries.append((other.uri, 0.0, "recent"))
    return entries


def preference(owner: Enriched, other: Enriched) -> tuple[bool, bool, str, str]:
    elsewhere = owner.editions[0] not in other.editions
    return elsewhere, other.language != owner.language, other.published_at, other.uri


def as_plain(items: Iterable[RelatedItem]) -> list[tuple[str, float, str]]:
    kinds = {"recent", "pinned"}
    return [
        (i.uri, i.score, i.reasons[0].kind if i.reasons and i.reasons[0].kind in kinds else "similar") for i in items
    ]


@given(histories)
@settings(max_examples=60)
def test_lists_are_what_the_definition_says(history: list[Enriched | str]) -> None:
    found = {article_id: as_plain(items) for article_id, items in all_items(played(history)).items()}
    assert found == plain_lists(history)


@given(histories, st.data())
@settings(max_examples=60)
def test_order_and_repetition_of_arrival_do_not_matter(history: list[Enriched | str], data: st.DataObject) -> None:
    repeated = history + data.draw(st.lists(st.sampled_from(history), max_size=5))
    shuffled = data.draw(st.permutations(repeated))
    assert all_items(played(shuffled)) == all_items(played(history))


@given(histories)
@settings(max_examples=60)
def test_changes_are_named_exactly(history: list[Enriched | str]) -> None:
    check_changes(history)


@given(st.integers(0, 2**32).map(busy_history))
@settings(max_examples=15)
def test_all_of_it_where_reserves_are_used_up(history: list[Enriched | str]) -> None:
    check_changes(history)
    found = all_items(played(history))
    assert {article_id: as_plain(items) for article_id, items in found.items()} == plain_lists(history)
    assert all_items(played(reversed(history))) == found


def check_changes(history: Iterable[Enriched | str]) -> None:
    relations = Relations(RANKED, limits=LIMITS)
    before = all_items(relations)
    for event in history:
        own = event if isinstance(event, str) else event.id
        changed = play(relations, event)
        after = all_items(relations)
        assert changed - {own} == {other for other in after if other != own and after[other] != before[other]}
        assert own in changed or after == before
        before = after


@given(histories)
@settings(max_examples=15)
def test_entries_show_the_newest_version_and_readable_reasons(history: list[Enriched | str]) -> None:
    relations = played(history)
    newest: dict[str, Enriched] = {}
    for event in history:
        if isinstance(event, Enriched) and (event.uri not in newest or newer(event.stamp, newest[event.uri].stamp)):
            newest[event.uri] = event
    for article_id in relations.ids():
        for item in relations.items(article_id):
            shown = newest[item.uri]
            assert (item.headline, item.slug, item.editions) == (shown.headline, shown.slug, shown.editions)
            assert (item.published_at, item.media_type, item.id) == (shown.published_at, shown.media_type, shown.id)
            assert item.language == shown.language
            assert item.id != article_id
            assert len(item.reasons) <= 3
            assert all(reason.value or reason.kind == "pinned" for reason in item.reasons)
            assert sum(reason.weight for reason in item.reasons) <= item.score + 1e-9
