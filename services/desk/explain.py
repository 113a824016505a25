"""`masthead explain`: why one article stands in the list of another, recomputed from the log and the standing epoch."""

import msgspec
from aiokafka import AIOKafkaConsumer

from services.desk import screen
from services.desk.edge import edge_client
from services.desk.errors import FINE, DeskError, Unreachable
from services.desk.log import log_reader, records_of
from services.recommendation.epoch import load_epoch
from services.recommendation.epochs import read_standing
from services.recommendation.explained import Explanation, explained
from services.recommendation.limits import LIMITS
from shared.codec import decode
from shared.messages import Enriched
from shared.order import Phase, newer
from shared.settings import Settings
from shared.topics import ENRICHED

MOST_PARTS = 12


async def explain(settings: Settings, owner: str, shown: str) -> int:
    """Prints how the score of `shown` in the list of `owner` comes about; gives the exit code.

    Raises DeskError for an article that is not live, Unreachable.
    """
    if owner == shown:
        raise DeskError("an article never stands in its own list")
    async with log_reader(settings) as consumer:
        one, other = await newest_enriched(consumer, owner), await newest_enriched(consumer, shown)
        epoch = (await read_standing(consumer, load_epoch())).epoch
    found = explained(one, other, epoch)
    served = await _served(settings, one.id, other.id)
    screen.say(screen.labelled([*lines(one, other, found), ("epoch", epoch.id), ("served", served)], 12))
    return FINE


async def newest_enriched(consumer: AIOKafkaConsumer, uri: str) -> Enriched:
    """The newest version on `articles.enriched`. Raises DeskError where there is none, or where it is not live."""
    newest: Enriched | None = None
    for record in await records_of(consumer, ENRICHED, uri):
        try:
            version = decode(record.value, Enriched)
        except msgspec.DecodeError:
            continue
        if newest is None or newer(version.stamp, newest.stamp):
            newest = version
    if newest is None:
        raise DeskError(f"no enriched version of {uri} is in the log")
    if newest.phase is not Phase.LIVE:
        raise DeskError(f"{uri} is not live: its newest version is {newest.phase.name.lower()}")
    return newest


def lines(one: Enriched, other: Enriched, found: Explanation) -> list[tuple[str, str]]:
    """What is printed of an explanation, as pairs of label and text."""
    words = "  ".join(f"{part.word} {part.cosine:.4f}" for part in found.parts[:MOST_PARTS])
    more = len(found.parts) - MOST_PARTS
    reasons = ", ".join(f"{reason.value} ({reason.kind} {reason.weight:.6f})" for reason in found.reasons)
    return [
        ("list of", f"{one.headline}  ({one.published_at[:16]}, {', '.join(one.editions)})"),
        ("entry", f"{other.headline}  ({other.published_at[:16]}, {', '.join(other.editions)})"),
        ("score", f"{found.score:.6f}"),
        ("cosine", f"{found.cosine:.6f}"),
        ("decay", f"{found.decay:.6f}  ({found.days:.2f} days apart)"),
        ("base", f"{found.base:.6f}  (cosine × decay; threshold {found.threshold:.6f})"),
        ("correction", f"× {found.correction:.4f}"),
        ("shared", words + (f"  and {more} more" if more > 0 else "") or "nothing"),
        ("reasons", reasons or "none that says anything"),
        ("ranker saw", "  ".join(f"{name}: {value}" for name, value in found.features.items()) or "nothing"),
        ("rules", "; ".join(rules(one, other, found)) or "none applies"),
    ]


def rules(one: Enriched, other: Enriched, found: Explanation) -> list[str]:
    """What beside the score decides whether the entry stands in the list, and where."""
    met = {
        "the list is switched off for this article": one.shows_none,
        "the entry is switched off for other lists": other.unlisted,
        "pinned": other.id in one.pins[: LIMITS.pins],
        "languages that are not compared": found.families[0] != found.families[1],
        "no edition in common": not found.share_edition,
        "copies of one text": found.copies,
        "the base is below the threshold": found.base < found.threshold,
    }
    return [rule for rule, holds in met.items() if holds]


async def _served(settings: Settings, owner: str, shown: str) -> str:
    """What the edge serves of the entry."""
    try:
        async with edge_client(settings) as edge:
            status, body = await edge.get(f"/v1/articles/{owner}/related")
    except Unreachable as error:
        return str(error)
    if status != 200:
        return f"the edge answers {status}"
    items = body.get("items")
    for place, item in enumerate(items if isinstance(items, list) else [], 1):
        if item.get("id") == shown:
            return f"{item.get('score'):.6f}, place {place} of {len(items or ())}"
    return f"not in the list of {owner}"
