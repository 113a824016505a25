"""How a front page is arranged, from an edition's newest articles: pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.entries import Card

NEWEST = 20
TOP = 5
LATEST = 7
OF_SECTION = 4
_FOR_TOP = 12


@dataclass(frozen=True)
class Front:
    """What stands where. The first of `top` is the lead; `blocks` are section and cards, in the edition's order."""

    top: Sequence[Card]
    latest: Sequence[Card]
    blocks: Sequence[tuple[str, Sequence[Card]]]

    @property
    def cards(self) -> list[Card]:
        """All cards on the page."""
        return [*self.top, *self.latest, *(card for _, cards in self.blocks for card in cards)]


def arrange(newest: Sequence[Card], sections: Mapping[str, Sequence[Card]]) -> Front:
    """Of the newest twelve the most urgent lead (ties: pictured, then newer), then the latest, then the sections.

    No article stands twice; a section whose articles all stand above is left out. All input is newest first.
    """
    top = sorted(newest[:_FOR_TOP], key=lambda card: (card.summary.urgency, not card.summary.image))[:TOP]
    shown = {card.summary.id for card in top}
    latest = [card for card in newest if card.summary.id not in shown][:LATEST]
    shown |= {card.summary.id for card in latest}
    blocks = []
    for slug, cards in sections.items():
        rest = [card for card in cards if card.summary.id not in shown][:OF_SECTION]
        if rest:
            blocks.append((slug, rest))
            shown |= {card.summary.id for card in rest}
    return Front(top, latest, blocks)
