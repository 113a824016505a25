"""What became of a pushed article, decided from what was seen of it: a pure function of facts."""

from dataclasses import dataclass
from typing import Literal

from services.desk.edge import Answer
from shared.messages import Version
from shared.order import Phase, Stamp, newer
from shared.times import from_text

Kind = Literal[
    "visible", "refused", "superseded", "embargoed", "withheld", "expired", "killed", "timed out"
]  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """The end of one push. `text` is the address, or the reason."""

    kind: Kind
    text: str

    @property
    def bad(self) -> bool:
        """Whether the command has failed on this one."""
        return self.kind in ("refused", "timed out")


@dataclass
class Facts:
    """What the log has said of one pushed record so far.

    `refusal` is the dead letter's text, `conflict` the one that publishing writes for the loser of two contents of
    one version; `kill`: the record itself was a kill. `newest` is the newest version of the same `uri` in the log,
    looked up where the edge's answer alone does not tell.
    """

    refusal: str | None = None
    conflict: str | None = None
    kill: bool = False
    article: Version | None = None
    newest: Version | None = None


def decide(facts: Facts, answer: Answer | None, now: str) -> Outcome | None:
    """The outcome, or None while it is open. `now` is fixed-width UTC, `answer` the edge's last one."""
    if facts.refusal is not None:
        return Outcome("refused", facts.refusal)
    if answer is not None and answer.reason == "killed":
        return Outcome(
            "killed", "readers get 410" if facts.kill else "it was killed before, and nothing brings it back"
        )
    if facts.kill or facts.article is None:
        return None
    if facts.conflict is not None:
        return Outcome("superseded", facts.conflict)
    ours = facts.article
    if answer is not None and answer.stamp is not None:
        if newer(answer.stamp, ours.stamp):
            return Outcome("superseded", _stands(ours, answer.stamp))
        if not newer(ours.stamp, answer.stamp):
            return Outcome("visible", answer.url)
    if facts.newest is not None and newer(facts.newest.stamp, ours.stamp) and not _same(facts.newest, ours):
        return Outcome("superseded", f"{_stands(ours, facts.newest.stamp)} ({facts.newest.phase})")
    if ours.phase is Phase.WITHHELD:
        return (
            Outcome("withheld", "readers do not see it") if answer is not None and answer.reason == "withheld" else None
        )
    if ours.not_after is not None and ours.not_after <= now:
        return Outcome("expired", f"since {short(ours.not_after)}")
    if ours.not_before is not None and now < ours.not_before:
        wait = int((from_text(ours.not_before) - from_text(now)).total_seconds()) + 1
        return Outcome("embargoed", f"until {short(ours.not_before)} (in {duration(wait)})")
    return None


def needs_newest(facts: Facts, answer: Answer | None) -> bool:
    """Whether the log must be asked for the newest version: the edge hides the article, and not for our version."""
    if answer is None or facts.article is None or facts.newest is not None:
        return False
    return answer.reason in ("withheld", "expired") and facts.article.phase is Phase.LIVE


def timed_out(facts: Facts, answer: Answer | None, seconds: float) -> Outcome:
    """What to say of an article that came nowhere in time: where it was seen last."""
    if facts.article is None:
        where = "the kill has not reached the edge" if facts.kill else "ingest has not taken it in; does it run?"
    elif answer is None:
        where = "accepted; the edge was not asked yet"
    elif answer.status == 0:
        where = f"accepted; the edge does not answer ({answer.detail})"
    elif answer.status == 503:
        where = "accepted; the edge says it cannot serve now (503)"
    elif answer.stamp is not None:
        where = f"accepted; the edge still serves version {answer.stamp.version}"
    else:
        where = f"accepted; the edge answers {answer.status} {answer.reason}".rstrip()
    return Outcome("timed out", f"after {seconds:g} s: {where}")


def duration(seconds: int) -> str:
    """Seconds as a person says them: `45 s`, `12 min`, `3 h`, `2 days`."""
    for size, unit in ((86_400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def short(moment: str) -> str:
    """A fixed-width UTC time to the second."""
    return f"{moment[:19]}Z"


def _stands(ours: Version, stamp: Stamp) -> str:
    if (stamp.version, stamp.version_created) == (ours.version, ours.version_created):
        return f"other content of the same version {stamp.version} stands"
    return f"version {stamp.version} of {short(stamp.version_created)} stands"


def _same(one: Version, other: Version) -> bool:
    """Whether two records speak of the same version, in whatever phase."""
    return (one.version, one.version_created, one.hash) == (other.version, other.version_created, other.hash)
