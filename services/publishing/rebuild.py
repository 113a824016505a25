"""A rebuild's course, as it is told: pure."""

from collections.abc import Mapping

from msgspec.structs import replace

from shared.messages import RebuildWanted
from shared.rebuilds import Comparison, Outcome, Rebuild

Applied = Mapping[str, tuple[str, int]]


def begun(wanted: RebuildWanted, family: str, live: str, moment: str) -> Rebuild:
    """The rebuild that follows from a wish, while `live` is what readers see."""
    return Rebuild(id=wanted.id, build=f"{family}-{wanted.id}", before=live, dry_run=wanted.dry_run, began_at=moment)


def refusal(unlogged: int, used: int, limit: int) -> str:
    """Why a rebuild must not be; nothing where it may.

    `unlogged`: articles that readers see and the log lacks; `used` of `limit`: bytes of Redis, 0 where it has no limit.
    """
    if unlogged:
        what = "an article" if unlogged == 1 else f"{unlogged} articles"
        return f"the log lacks {what} that readers see, which would be gone; send them again first (docs/backup.md)"
    if limit and used * 2 > limit:
        return f"two builds do not fit into Redis: it uses {used:,} of its {limit:,} bytes for one (maxmemory)"
    return ""


def behind(one: Applied, other: Applied) -> bool:
    """Whether one build has not applied all that the other has; by partition, identity of the log and next offset."""
    return any(one.get(tp, ("", 0))[1] < offset for tp, (_, offset) in other.items())


def over(rebuild: Rebuild, outcome: Outcome, moment: str, reason: str = "") -> Rebuild:
    """The rebuild, ended without a comparison."""
    return replace(rebuild, stage="over", outcome=outcome, ended_at=moment, reason=reason)


def compared(rebuild: Rebuild, found: Comparison, records: int, moment: str) -> Rebuild:
    """The rebuild, ended by its comparison: the new build is the log's, so it is taken also where it differs."""
    ended = over(rebuild, "compared" if rebuild.dry_run else "switched", moment)
    return replace(ended, comparison=found, records=records)
