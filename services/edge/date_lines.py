"""The edge's own fragment: the date under the masthead, made once per edition and local day."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.publishing.dates import date_line
from shared.editions import Edition
from shared.fragments import Fragment, make_fragment


class DateLines:
    """Date lines by locale and day; only the newest few are kept."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str, str], Fragment] = {}

    def at(self, edition: Edition, now: datetime) -> tuple[Fragment, str]:
        """The date line of the edition for its local day at `now` (with a zone), and that day (ISO 8601)."""
        day = now.astimezone(_zone(edition.time_zone)).date()
        key = (edition.slug, edition.locale, day.isoformat())
        if key not in self._made:
            if len(self._made) >= 256:
                self._made.clear()
            self._made[key] = make_fragment(date_line(edition, day))
        return self._made[key], key[2]


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
