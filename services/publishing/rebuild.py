"""A rebuild's course, as it is told: pure."""

from msgspec.structs import replace

from shared.messages import RebuildWanted
from shared.rebuilds import Comparison, Outcome, Rebuild


def begun(wanted: RebuildWanted, family: str, live: str, moment: str) -> Rebuild:
    """The rebuild that follows from a wish, while `live` is what readers see."""
    return Rebuild(id=wanted.id, build=f"{family}-{wanted.id}", before=live, dry_run=wanted.dry_run, began_at=moment)


def refusal(unlogged: int) -> str:
    """Why a rebuild must not be; nothing where it may. `unlogged`: articles that readers see and the log lacks."""
    if not unlogged:
        return ""
    what = "an article" if unlogged == 1 else f"{unlogged} articles"
    return f"the log lacks {what} that readers see, which would be gone; send them again first (docs/backup.md)"


def over(rebuild: Rebuild, outcome: Outcome, moment: str, reason: str = "") -> Rebuild:
    """The rebuild, ended without a comparison."""
    return replace(rebuild, stage="over", outcome=outcome, ended_at=moment, reason=reason)


def compared(rebuild: Rebuild, found: Comparison, records: int, moment: str) -> Rebuild:
    """The rebuild, ended by its comparison: the new build is the log's, so it is taken also where it differs."""
    ended = over(rebuild, "compared" if rebuild.dry_run else "switched", moment)
    return replace(ended, comparison=found, records=records)
