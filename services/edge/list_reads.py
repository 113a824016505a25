"""The lists of an edition, newest first, read until enough of them may be shown."""

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, Self

import msgspec

from services.edge.builds import Builds, Read, Shell, read_editions, read_shell
from services.edge.connection import Command
from shared import redis_keys as keys
from shared.editions import Edition
from shared.entries import Card

MayShow = Callable[[Card, Collection[str]], bool]
"""Whether a card may be shown, given the killed ids. Asked again of a read from memory: time has passed."""

_SPARE = 8
_MOST_ROUNDS = 6


@dataclass(frozen=True)
class ListRead(Read):
    """Cards of an edition, newest first. `after` is the place to go on behind, None where nothing follows."""

    cards: Sequence[Card]
    after: str | None
    shell: Shell

    def without(self, killed: Set[str]) -> Self:
        """As for every read; of killed articles no card is left."""
        return replace(super().without(killed), cards=_alive(self.cards, killed))


@dataclass(frozen=True)
class FrontRead(Read):
    """The newest cards of an edition, and of each of its sections by slug, newest first."""

    latest: Sequence[Card]
    sections: Mapping[str, Sequence[Card]]
    shell: Shell

    def without(self, killed: Set[str]) -> Self:
        """As for every read; of killed articles no card is left."""
        sections = {slug: _alive(cards, killed) for slug, cards in self.sections.items()}
        return replace(super().without(killed), latest=_alive(self.latest, killed), sections=sections)


@dataclass(frozen=True)
class _Window:
    """Some places of an order in a row, and the cards that stand there."""

    members: Sequence[str]
    cards: Sequence[tuple[str, Card]]
    killed: frozenset[str]
    live: bytes | None


async def latest(
    builds: Builds,
    edition: str,
    before: str | None,
    wanted: int,
    may_show: MayShow,
    names: Sequence[str] = (),
    section: str = "",
    oldest: str = "",
) -> ListRead:
    """The newest `wanted` cards behind the place `before` that may be shown, and fragments of the edition's shell.

    With `section` those of that section alone, with `oldest` none below that place; such a read is never from memory,
    since one of many articles would fill it. Fewer, though more follow, where very many in a row may not be shown:
    the next part goes on behind them.
    """

    async def attempt(build: str) -> tuple[ListRead, bytes | None]:
        once: list[Command] = [("GET", keys.editions(build))]
        if names:
            once.append(("HMGET", keys.shell(build, edition), *names))
        found: Mapping[str, Edition] = {}
        shell: Shell = {}
        shown: list[tuple[str, Card]] = []
        killed: frozenset[str] = frozenset()
        place, size = before, wanted + 1 + _SPARE
        for _ in range(_MOST_ROUNDS):
            order = keys.edition_order(build, edition, section)
            members, replies = await _members(builds, _newest(order, place, size, oldest), once)
            window = await _window(builds, build, edition, members)
            if once:
                found = read_editions(replies[0])
                shell = read_shell(names, replies[1]) if names else {}
                once = []
            killed |= window.killed
            shown += [(member, card) for member, card in window.cards if may_show(card, window.killed)]
            exhausted = len(window.members) < size
            if exhausted or len(shown) > wanted:
                break
            place = window.members[-1]
        if len(shown) > wanted or (len(shown) == wanted and not exhausted):
            after: str | None = shown[wanted - 1][0]
        else:
            after = None if exhausted else place
        return ListRead(build, found, killed, [card for _, card in shown[:wanted]], after, shell), window.live

    found = await builds.read(attempt, None if oldest else ("list", edition, section, before, wanted, *names))
    return replace(found, cards=[card for card in found.cards if may_show(card, found.killed)])


async def front(
    builds: Builds,
    edition: str,
    newest: int,
    of_section: int,
    may_show: MayShow,
    names: Callable[[Edition], Sequence[str]],
) -> FrontRead:
    """The `newest` cards of an edition, `of_section` of each of its sections, and the fragments `names` of its shell.

    Fewer where more than a few in a row may not be shown. Nothing at all for an edition that the network has not.
    """

    async def attempt(build: str) -> tuple[FrontRead, bytes | None]:
        (raw,) = await builds.run([("GET", keys.editions(build))])
        found = read_editions(raw)
        if edition not in found:
            (live,) = await builds.run([("GET", keys.LIVE)])
            return FrontRead(build, found, frozenset(), [], {}, {}), live
        slugs = ["", *(section.slug for section in found[edition].sections)]
        wanted = [newest, *[of_section] * (len(slugs) - 1)]
        fragments = names(found[edition])
        orders: list[Command] = [
            _newest(keys.edition_order(build, edition, slug), None, size + _SPARE)
            for slug, size in zip(slugs, wanted, strict=True)
        ]
        values, *lists = await builds.run([("HMGET", keys.shell(build, edition), *fragments), *orders])
        places = [[member.decode() for member in order] for order in lists]
        window = await _window(builds, build, edition, list(dict.fromkeys(member for p in places for member in p)))
        cards = {member: card for member, card in window.cards if may_show(card, window.killed)}
        shown = [
            [cards[member] for member in members if member in cards][:size]
            for members, size in zip(places, wanted, strict=True)
        ]
        sections = dict(zip(slugs[1:], shown[1:], strict=True))
        shell = read_shell(fragments, values)
        return FrontRead(build, found, window.killed, shown[0], sections, shell), window.live

    found = await builds.read(attempt, ("front", edition))
    shown = {slug: [c for c in cards if may_show(c, found.killed)] for slug, cards in found.sections.items()}
    return replace(found, latest=[c for c in found.latest if may_show(c, found.killed)], sections=shown)


def _alive(cards: Sequence[Card], killed: Set[str]) -> list[Card]:
    return [card for card in cards if card.summary.id not in killed]


def _newest(order: str, before: str | None, size: int, oldest: str = "") -> Command:
    bottom = f"[{oldest}" if oldest else "-"
    return ("ZREVRANGEBYLEX", order, f"({before}" if before else "+", bottom, "LIMIT", 0, size)


async def _members(builds: Builds, places: Command, also: Sequence[Command]) -> tuple[list[str], Sequence[Any]]:
    """The places that a command asks for, and the replies to commands that were sent along."""
    raw, *replies = await builds.run([places, *also])
    return [member.decode() for member in raw], replies


async def _window(builds: Builds, build: str, edition: str, members: Sequence[str]) -> _Window:
    """The cards at these places, and the killed among all that they show."""
    name = keys.list_cards(build, keys.edition_list(edition))
    fields = [f"{keys.member_id(member)}/card" for member in members]
    values = (await builds.run([("HMGET", name, *fields)]))[0] if fields else []
    cards = [
        (member, msgspec.msgpack.decode(value, type=Card))
        for member, value in zip(members, values, strict=True)
        if value is not None
    ]
    killed, live = await builds.confirm(i for _, card in cards for i in (card.summary.id, *card.fragment.shows))
    return _Window(members, cards, killed, live)
