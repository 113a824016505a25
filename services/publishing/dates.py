"""Dates as readers of an edition see them: in its time zone and its language.

The date line is here, apart from the templates, since the edge makes it anew for each local day.
"""

from datetime import date, datetime
from functools import lru_cache
from html import escape
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time

from shared.editions import Edition
from shared.times import from_text

_DAY_PATTERNS = {"en": "EEEE, MMM d, y", "zh": "y年M月d日 EEEE"}


def date_line(edition: Edition, day: date) -> str:
    """The `<time>` element under the masthead for `day` as the edition counts days: `Tuesday, Mar 19, 2024`.

    English and Chinese have a pattern of their own, other languages CLDR's full date.
    """
    locale = Locale.parse(edition.locale, sep="-")
    # English editions all write the date alike: some of their countries would make it Sept.
    locale = Locale("en") if locale.language == "en" else locale
    text = format_date(day, _DAY_PATTERNS.get(locale.language, "full"), locale=locale)
    return f'<time datetime="{day.isoformat()}">{escape(text)}</time>'


def machine_time(moment: str) -> str:
    """`moment` (fixed-width UTC, `shared.times`) as HTML's `datetime` attribute takes it: no microseconds."""
    return moment[:19] + "Z"


@lru_cache(maxsize=4096)
def long_date(locale: str, moment: str, zone: str) -> str:
    """The day of `moment` (fixed-width UTC) in the IANA zone: `March 19, 2024`."""
    return str(format_date(_local(moment, zone), "long", locale=Locale.parse(locale, sep="-")))


@lru_cache(maxsize=4096)
def date_and_time(locale: str, moment: str, zone: str) -> str:
    """The day and the minute of `moment` (fixed-width UTC) in the IANA zone: `March 19, 2024, 4:05 PM`."""
    parsed = Locale.parse(locale, sep="-")
    time = format_time(_local(moment, zone), "short", locale=parsed)
    return str(parsed.datetime_formats["medium"]).replace("{0}", time).replace("{1}", long_date(locale, moment, zone))


@lru_cache(maxsize=4096)
def short_time(locale: str, moment: str, zone: str) -> str:
    """The day and the minute of `moment` (fixed-width UTC) in the IANA zone, for a card: `Mar 19, 2024, 4:05 PM`."""
    parsed = Locale.parse(locale, sep="-")
    local = _local(moment, zone)
    day, time = format_skeleton("yMMMd", local, locale=parsed), format_time(local, "short", locale=parsed)
    return str(parsed.datetime_formats["medium"]).replace("{0}", time).replace("{1}", day)


def _local(moment: str, zone: str) -> datetime:
    """`moment` in the zone, or in UTC where the zone would leave the years 1 to 9999."""
    utc = from_text(moment)
    try:
        return utc.astimezone(ZoneInfo(zone))
    except OverflowError:
        return utc
