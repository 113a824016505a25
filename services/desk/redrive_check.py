"""What a redrive of a dead letter would come to, before it is done: pure; runs the code of the stages themselves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from services.desk.letter import Letter
from services.desk.outcomes import short
from services.ingest.accept import accept
from shared.codec import decode
from shared.editions import Edition
from shared.errors import ContentError
from shared.kafka_log import Record
from shared.messages import Article, Kill, Origin
from shared.order import Stamp, conflict, newer
from shared.topics import ENRICHED, INGEST, KILLS, RELATED

MOST_REDRIVES = 3
"""So often the same bytes are redriven, unless somebody insists: what fails again and again must not go round."""

Word = Literal["goes", "refused", "looping", "conflict", "closed", "without"]
FORCEABLE: tuple[Word, ...] = ("refused", "looping", "closed")
TITLES: dict[Word, str] = {
    "goes": "redriven",
    "refused": "refused again",
    "looping": "too often",
    "conflict": "conflict",
    "closed": "closed",
    "without": "no original",
}


@dataclass(frozen=True)
class Verdict:
    """What becomes of a letter, and a sentence about it (for "goes": what the person should know, or nothing)."""

    word: Word
    text: str = ""


@dataclass(frozen=True)
class Judged:
    """What the stages would make of a letter's original, now.

    `uri` is empty and `stamp` None where they would make nothing of it; `stamp` is None for a kill, too. `refusal` is
    the stage's sentences. `redrives` says how often these bytes were redriven.
    """

    uri: str
    stamp: Stamp | None
    refusal: tuple[str, ...]
    redrives: int


@dataclass(frozen=True)
class Standing:
    """How a `uri` stands in the log: its newest version, and whether it is killed."""

    stamp: Stamp | None = None
    killed: bool = False


class _Ours(msgspec.Struct):
    uri: str
    origin: Origin | None = None


def origin_of(letter: Letter, value: bytes | None) -> Origin | str:
    """Where the producer's bytes lie on `articles.ingest`; else a sentence that says why there are none."""
    topic, partition, offset = letter.place
    if topic == INGEST.name:
        return Origin(topic=topic, partition=partition, offset=offset)
    if topic == RELATED.name:
        return "a related list comes from recommendation, not from a producer; it says a new one when one is due"
    try:
        ours = decode(value, _Ours)
    except (msgspec.DecodeError, RecursionError):
        return f"a record of {topic or 'an unknown topic'} that cannot be read names no origin on {INGEST.name}"
    if ours.origin is None or ours.origin.topic != INGEST.name:
        what = "a kill by the desk" if topic == KILLS.name else f"a record of {topic or 'an unknown topic'}"
        hint = f'; again: masthead kill {ours.uri} --reason "…"' if topic == KILLS.name else ""
        return f"{what} without an origin on {INGEST.name}{hint}"
    return ours.origin


def judge(
    original: Record,
    redrives: int,
    stage: str,
    editions: Mapping[str, Edition],
    default_editions: tuple[str, ...],
    enrich: Callable[[Article], object],
) -> Judged:
    """Runs the door's own `accept` on a producer's record, and `enrich` where enrichment was the one who refused it."""
    uri, stamp = "", None
    try:
        made = accept(original, editions, default_editions)
        uri = made.uri
        if isinstance(made, Kill):
            return Judged(uri, None, (), redrives)
        stamp = made.stamp
        if stage == "enrichment":
            enrich(made)
    except ContentError as error:
        return Judged(uri, stamp, error.reasons, redrives)
    except Exception as error:  # what nobody foresaw is what such letters are about
        return Judged(uri, stamp, (f"{type(error).__name__}: {error}",), redrives)
    return Judged(uri, stamp, (), redrives)


def verdict(letter: Letter, judged: Judged | str, standing: Standing, force: bool) -> Verdict:
    """What a redrive of `letter` comes to. `judged` is a sentence where there is no original; `force` overrules what
    can be overruled."""
    found = _objection(letter, judged, standing)
    if found is not None and not (force and found.word in FORCEABLE):
        return found
    if found is None and isinstance(judged, Judged):
        return Verdict("goes", _note(letter, judged, standing))
    return Verdict("goes", f"all the same: {found.text}" if found is not None else "")


def _objection(letter: Letter, judged: Judged | str, standing: Standing) -> Verdict | None:
    if letter.kind == "conflict":
        what = "; ".join(letter.reasons)
        return Verdict("conflict", f"as it is it loses again; push it with a higher version, or discard it ({what})")
    if isinstance(judged, str):
        return Verdict("without", judged)
    ours = judged.stamp
    if ours is not None and standing.stamp is not None and conflict(standing.stamp.fence(), ours.fence()):
        return Verdict(
            "conflict",
            f"other content of the same version {ours.version} of {short(ours.version_created)} stands; push it with a "
            "higher version, or discard it",
        )
    if letter.mark is not None:
        why = f": {letter.mark.reason}" if letter.mark.reason else ""
        who = letter.mark.actor.removeprefix("/masthead/")
        return Verdict("closed", f"{letter.mark.act} {short(letter.mark.marked_at)} by {who}{why}")
    if judged.redrives >= MOST_REDRIVES:
        return Verdict("looping", f"it was redriven {judged.redrives} times and came back each time")
    if judged.refusal:
        same = "for the same reason" if judged.refusal == letter.reasons else "now"
        return Verdict("refused", f"{same}: {'; '.join(judged.refusal)}")
    return None


def _note(letter: Letter, judged: Judged, standing: Standing) -> str:
    """What is known already of a redrive that nothing speaks against."""
    ours = judged.stamp
    if standing.killed:
        return f"changes nothing: {judged.uri} is killed"
    if ours is None:
        return f"kills {judged.uri}"
    if standing.stamp is not None and newer(standing.stamp, ours):
        newest = standing.stamp
        return f"changes nothing: version {newest.version} of {short(newest.version_created)} stands ({newest.phase})"
    if standing.stamp == ours and letter.place[0] == INGEST.name:
        return f"changes nothing: version {ours.version} was taken in since then"
    if letter.place[0] == ENRICHED.name or letter.stage not in ("ingest", "enrichment"):
        return f"{letter.stage or 'the stage'} must have been mended: what it does is not tried here"
    return ""
