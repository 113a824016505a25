"""An edition's list, newest first, read until enough of it may be shown."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from services.edge.builds import Builds, Read, Shell, read_editions, read_shell
from services.edge.connection import Command
from shared import redis_keys as keys
from shared.editions import Edition
from shared.entries import Card

FRONT_SHELL = ("front_head", "top", "rest", "front_open", "front_close", "foot")
"""The shell's fragments on a front page, in their order."""

MayShow = Callable[[Card, Collection[str]], bool]
"""Whether a card may be shown, given the killed ids."""

_SPARE = 8
_MOST_ROUNDS = 6


@dataclass(frozen=True)
class ListRead(Read):
    """Cards of an edition, newest first. `after` is the place to go on behind, None where nothing follows."""

    cards: Sequence[Card]
    after: str | None
    shell: Shell


@dataclass(frozen=True)
class _Window:
    """Some places of an order in a row, and the cards that stand there."""

    members: Sequence[str]
    cards: Sequence[tuple[str, Card]]
    killed: frozenset[str]
    live: bytes | None


async def latest(
    builds: Builds, edition: str, before: str | None, wanted: int, may_show: MayShow, names: Sequence[str] = ()
) -> ListRead:
    """The newest `wanted` cards behind the place `before` that may be shown, and fragments of the edition's shell.

    Fewer, though more follow, where very many in a row may not be shown: the next part goes on behind them.
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
            window, replies = await _window(builds, build, edition, place, size, once)
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

    return await builds.read(attempt)


async def _window(
    builds: Builds, build: str, edition: str, before: str | None, size: int, also: Sequence[Command]
) -> tuple[_Window, Sequence[Any]]:
    """The next `size` places of the order, and the replies to commands that were sent along."""
    top = f"({before}" if before else "+"
    order: Command = ("ZREVRANGEBYLEX", keys.edition_order(build, edition), top, "-", "LIMIT", 0, size)
    raw, *replies = await builds.run([order, *also])
    members = [member.decode() for member in raw]
    fields = [f"{keys.member_id(member)}/card" for member in members]
    values = (await builds.run([("HMGET", keys.edition_cards(build, edition), *fields)]))[0] if fields else []
    cards = [
        (member, msgspec.msgpack.decode(value, type=Card))
        for member, value in zip(members, values, strict=True)
        if value is not None
    ]
    killed, live = await builds.confirm(i for _, card in cards for i in (card.summary.id, *card.fragment.shows))
    return _Window(members, cards, killed, live), replies
