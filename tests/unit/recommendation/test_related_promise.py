"""The promise of `Relations`: lists are a pure function of newest versions, kills and epoch; changes are named exactly.

Checked against a function written as plainly as it can be, with lists short enough that reserves are used up.
"""

from collections.abc import Iterable
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from small_newsroom import EPOCH, article, day

from services.recommendation.profile import profile
from services.recommendation.ranking import Limits
from services.recommendation.relate import Relations
from services.recommendation.score import pair_score
from shared.identity import public_id
from shared.messages import Enriched, RelatedItem
from shared.order import Phase, newer

LIMITS = Limits(visible=2, kept=3)
NAMES = [f"a{number}" for number in range(11)]
WORDS = [
    "harbour",
    "ferry",
    "ferries",
    "strike",
    "mayor",
    "Mayor",
    "budget",
    "storm",
    "Xylia",
    "渡輪",
    "罷工",
    "香港市長",
]

versions = st.builds(
    article,
    st.sampled_from(NAMES),
    st.lists(st.sampled_from(WORDS), max_size=2).map(" ".join),
    text=st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join),
    language=st.sampled_from(["en", "en", "en", "en-GB", "zh-Hant"]),
    editions=st.sampled_from([("north",), ("north",), ("north", "south"), ("south", "east")]),
    published_at=st.sampled_from([day(1), day(1), day(2), day(3, 30), day(9), day(20)]),
    slug=st.sampled_from(["one", "one", "two"]),
    media_type=st.sampled_from(["text", "text", "video"]),
    version=st.integers(0, 3),
    phase=st.sampled_from([*[Phase.LIVE] * 6, Phase.WITHHELD, Phase.EXPIRED]),
)
kills = st.sampled_from(NAMES).map(lambda name: public_id(f"https://example.org/{name}"))
events = st.one_of(*[versions] * 12, kills)
histories = st.lists(events, min_size=15, max_size=40)


def played(history: Iterable[Enriched | str]) -> Relations:
    relations = Relations(EPOCH, limits=LIMITS)
    for event in history:
        play(relations, event)
    return relations


def play(relations: Relations, event: Enriched | str) -> set[str]:
    return relations.kill(event) if isinstance(event, str) else relations.apply(event)


def all_items(relations: Relations) -> dict[str, tuple[RelatedItem, ...]]:
    return {article_id: relations.items(article_id) for article_id in map(public_id_of, NAMES)}


def public_id_of(name: str) -> str:
    return public_id(f"https://example.org/{name}")


def plain_lists(history: Iterable[Enriched | str]) -> dict[str, list[tuple[str, float, str]]]:
    """For each article the uri, score and kind of its entries, from the definition alone."""
    killed = {event for event in history if isinstance(event, str)}
    newest: dict[str, Enriched] = {}
    for event in history:
        if isinstance(event, Enriched) and (event.id not in newest or newer(event.stamp, newest[event.id].stamp)):
            newest[event.id] = event
    live = [found for found in newest.values() if found.phase is Phase.LIVE and found.id not in killed]
    lists: dict[str, list[tuple[str, float, str]]] = {public_id_of(name): [] for name in NAMES}
    for owner in live:
        others = [other for other in live if other is not owner and set(other.editions) & set(owner.editions)]
        threshold = profile(owner, EPOCH).threshold / 1e6
        scored = [(pair_score(owner, other, EPOCH), other) for other in others]
        similar = sorted((pair for pair in scored if pair[0] >= threshold), key=lambda pair: (-pair[0], pair[1].uri))[
            : LIMITS.visible
        ]
        shown = {other.id for _, other in similar}
        newest_first = sorted([*others, owner], key=lambda other: other.uri)
        newest_first.sort(key=lambda other: other.published_at, reverse=True)
        older = [other for other in newest_first[newest_first.index(owner) + 1 :] if other.id not in shown]
        older = [other for other in older if owner.editions[0] in other.editions]
        filling = older[: LIMITS.visible - len(similar)]
        lists[owner.id] = [(other.uri, score, "similar") for score, other in similar]
        lists[owner.id] += [(other.uri, 0.0, "recent") for other in filling]
    return lists


def as_plain(items: Iterable[RelatedItem]) -> list[tuple[str, float, str]]:
    return [(i.uri, i.score, "recent" if i.reasons[0].kind == "recent" else "similar") for i in items]


def busy_history(seed: int) -> list[Enriched | str]:
    """Many versions of few articles that are nearly all related: lists overflow, and their reserves are used up."""
    random = Random(seed)
    history: list[Enriched | str] = []
    for number in range(80):
        name = random.choice(NAMES)
        if random.random() < 0.02:
            history.append(public_id_of(name))
            continue
        history.append(
            article(
                name,
                " ".join(["ferry", *random.sample(WORDS[:7], 2)]),
                text=" ".join(random.choices(WORDS[:7], k=3)),
                published_at=day(random.choice([1, 1, 2, 3])),
                version=number if random.random() < 0.8 else random.randrange(80),
                phase=random.choice([*[Phase.LIVE] * 3, Phase.WITHHELD]),
            )
        )
    return history


@given(histories)
@settings(max_examples=60, deadline=None)
def test_lists_are_what_the_definition_says(history: list[Enriched | str]) -> None:
    found = {article_id: as_plain(items) for article_id, items in all_items(played(history)).items()}
    assert found == plain_lists(history)


@given(histories, st.data())
@settings(max_examples=60, deadline=None)
def test_order_and_repetition_of_arrival_do_not_matter(history: list[Enriched | str], data: st.DataObject) -> None:
    repeated = history + data.draw(st.lists(st.sampled_from(history), max_size=5))
    shuffled = data.draw(st.permutations(repeated))
    assert all_items(played(shuffled)) == all_items(played(history))


@given(histories)
@settings(max_examples=60, deadline=None)
def test_changes_are_named_exactly(history: list[Enriched | str]) -> None:
    check_changes(history)


@given(st.integers(0, 2**32).map(busy_history))
@settings(max_examples=15, deadline=None)
def test_all_of_it_where_reserves_are_used_up(history: list[Enriched | str]) -> None:
    check_changes(history)
    found = all_items(played(history))
    assert {article_id: as_plain(items) for article_id, items in found.items()} == plain_lists(history)
    assert all_items(played(reversed(history))) == found


def check_changes(history: Iterable[Enriched | str]) -> None:
    relations = Relations(EPOCH, limits=LIMITS)
    before = all_items(relations)
    for event in history:
        own = event if isinstance(event, str) else event.id
        changed = play(relations, event)
        after = all_items(relations)
        assert changed - {own} == {other for other in after if other != own and after[other] != before[other]}
        assert own in changed or after == before
        before = after


@given(histories)
@settings(max_examples=15, deadline=None)
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
            assert 1 <= len(item.reasons) <= 3
            assert all(reason.value for reason in item.reasons)
            assert sum(reason.weight for reason in item.reasons) <= item.score + 1e-9
