"""What every route is handed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from services.edge.builds import Builds
from services.edge.date_lines import DateLines
from shared.times import utc_text


@dataclass(frozen=True)
class Site:
    """The way to Redis, the clock (UTC), and the date lines made so far."""

    builds: Builds
    clock: Callable[[], datetime]
    retry_after: int
    date_lines: DateLines = field(default_factory=DateLines)

    def now(self) -> str:
        """The clock as fixed-width UTC, comparable with the times in entries and cards."""
        return utc_text(self.clock())
