"""Which of an edition's own fragments each kind of page is joined from (`services.publishing.render` makes them)."""

from collections.abc import Sequence

from services.edge.builds import Shell
from services.edge.connection import Unavailable
from shared.editions import Edition
from shared.fragments import Fragment

FRAME = ("top", "rest", "foot")
"""On every page: before the date line, after it, and at the end."""
NETWORK = ("network_head", *FRAME, "network")


def front(edition: Edition) -> tuple[str, ...]:
    """Of a front page."""
    blocks = (f"section_open:{section.slug}" for section in edition.sections)
    return ("front_head", *FRAME, "front_open", "latest_open", *blocks, "list_close", "nothing")


def section(slug: str) -> tuple[str, ...]:
    """Of the page of a section."""
    return (f"section_head:{slug}", *FRAME, f"section_page:{slug}", "list_close", "nothing")


def message(kind: str) -> tuple[str, ...]:
    """Of a page that stands in for an article."""
    return (f"message_head:{kind}", *FRAME, f"message:{kind}", "latest_open", "list_close")


def all_of(shell: Shell, names: Sequence[str]) -> list[Fragment]:
    """The fragments by these names. Raises Unavailable where one is missing."""
    missing = [name for name in names if name not in shell]
    if missing:
        raise Unavailable(f"the live build has no fragment {missing[0]}")
    return [shell[name] for name in names]
