"""What sitemaps are made of: which months have articles, and the articles of a span of time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.edge.builds import Builds, Read, read_editions
from services.edge.connection import Command
from services.edge.list_reads import MayShow, latest
from shared import redis_keys as keys
from shared.editions import Edition, absolute_url
from shared.entries import Summary

PART = 1000
"""Cards read at a time: some megabyte."""
_PROBES = 24
_MONTH = len("2026-11")


@dataclass(frozen=True)
class MonthsRead(Read):
    """The months (`2026-11`) in which each edition has articles, by its slug; newest first."""

    months: Mapping[str, Sequence[str]]


async def months(builds: Builds) -> MonthsRead:
    """The months of all editions.

    The newest place before the beginning of a month tells the month before it that has any: so two years are asked for
    in one round trip, and an empty century is passed over in one step.
    """

    async def attempt(build: str) -> tuple[MonthsRead, bytes | None]:
        (raw,) = await builds.run([("GET", keys.editions(build))])
        found = read_editions(raw)
        known: dict[str, list[str]] = {slug: [] for slug in found}
        newest = await builds.run([_newest(build, slug) for slug in found])
        open_ends = {slug: _month(places) for slug, places in zip(found, newest, strict=True) if places}
        while open_ends:
            asked = {slug: list(_back_from(month)) for slug, month in open_ends.items()}
            commands = [_newest(build, slug, month) for slug, months in asked.items() for month in months]
            replies = iter(await builds.run(commands))
            for slug, bounds in asked.items():
                before = [next(replies) for _ in bounds]
                known[slug] += dict.fromkeys([open_ends.pop(slug), *(_month(places) for places in before if places)])
                if before[-1]:
                    open_ends[slug] = known[slug].pop()
        (live,) = await builds.run([("GET", keys.LIVE)])
        return MonthsRead(build, found, frozenset(), known), live

    return await builds.read(attempt, ("months",))


async def articles(
    builds: Builds, edition: Edition, oldest: str, before: str, most: int, may_show: MayShow
) -> list[Summary] | None:
    """The articles from the place `oldest` on to below `before` whose one address is in this edition; newest first.

    None where none of the edition may be shown at all. Read in parts, so that other requests go on between.
    """
    found: list[Summary] = []
    place: str | None = before
    listed = False
    while place is not None and len(found) < most:
        part = await latest(builds, edition.slug, place, PART, may_show, oldest=oldest)
        listed = listed or bool(part.cards)
        summaries = (card.summary for card in part.cards)
        found += [item for item in summaries if item.canonical_url == absolute_url(edition, item.url)]
        place = part.after
    return found[:most] if listed else None


def _newest(build: str, edition: str, month: str = "") -> Command:
    """The newest place of an edition, or the newest before a month."""
    return ("ZREVRANGEBYLEX", keys.edition_order(build, edition), f"({month}" if month else "+", "-", "LIMIT", 0, 1)


def _month(places: Sequence[bytes]) -> str:
    return places[0][:_MONTH].decode()


def _back_from(month: str) -> Iterator[str]:
    """The month and those before it, some years in all."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1
    return (f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(number, max(number - _PROBES, 0), -1))
