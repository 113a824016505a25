"""Histories of a few articles that are much alike, for tests of what stands after them; lists are short."""

from collections.abc import Iterable
from random import Random

from hypothesis import strategies as st

from services.recommendation.limits import Limits
from services.recommendation.relate import Relations
from shared.identity import public_id
from shared.messages import Enriched, RelatedItem
from shared.order import Phase
from tests.support.small_newsroom import RANKED, article, day

LIMITS = Limits(visible=2, pool=3, kept=4, older=4, own_story=1, pins=2)
NAMES = [f"a{number}" for number in range(11)]
IDS = [public_id(f"https://example.org/{name}") for name in NAMES]
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
    pins=st.lists(st.sampled_from(IDS), max_size=3, unique=True).map(tuple) | st.just(()),
    unlisted=st.sampled_from([*[False] * 5, True]),
    shows_none=st.sampled_from([*[False] * 7, True]),
)
kills = st.sampled_from(NAMES).map(lambda name: public_id(f"https://example.org/{name}"))
events = st.one_of(*[versions] * 12, kills)
histories = st.lists(events, min_size=15, max_size=40)


def played(history: Iterable[Enriched | str]) -> Relations:
    relations = Relations(RANKED, limits=LIMITS)
    for event in history:
        play(relations, event)
    return relations


def play(relations: Relations, event: Enriched | str) -> set[str]:
    return relations.kill(event) if isinstance(event, str) else relations.apply(event)


def all_items(relations: Relations) -> dict[str, tuple[RelatedItem, ...]]:
    return {article_id: relations.items(article_id) for article_id in map(public_id_of, NAMES)}


def public_id_of(name: str) -> str:
    return public_id(f"https://example.org/{name}")


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
