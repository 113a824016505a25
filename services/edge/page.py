"""What to answer for an article's address, decided from what was read; no clock, client or environment inside."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shared.editions import Edition
from shared.entries import Entry
from shared.identity import ID_LENGTH, is_public_id, page_path
from shared.order import Phase

MessageKind = Literal["not_found", "killed", "withheld", "expired", "unavailable"]
GoneKind = Literal["killed", "withheld", "expired"]


@dataclass(frozen=True)
class Show:
    """The article may be seen."""

    entry: Entry


@dataclass(frozen=True)
class Moved:
    """The page is at `path` for good."""

    path: str


@dataclass(frozen=True)
class Gone:
    """There was an article, and it is taken away: `kind` says how."""

    kind: GoneKind


@dataclass(frozen=True)
class Missing:
    """Nothing is known under this address."""


Verdict = Show | Gone | Missing


def is_slug(text: str) -> bool:
    """Whether `text` has the form of an edition's slug."""
    return len(text) <= 64 and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text) is not None


def id_in(name: str) -> str | None:
    """The public id at the end of `slug-id`, or `name` itself where it is one; None where there is none."""
    if not name.isprintable():
        return None
    article_id = name.rpartition("-")[2]
    return article_id if len(article_id) == ID_LENGTH and is_public_id(article_id) else None


def in_window(not_before: str | None, not_after: str | None, now: str) -> bool:
    """Whether `now` lies in the half-open window; all are fixed-width UTC (`shared.times`)."""
    return (not_before is None or not_before <= now) and (not_after is None or now < not_after)


def verdict(entry: Entry | None, killed: bool, now: str) -> Verdict:
    """Whether an article may be seen at `now`: a kill wins over all else, then the phase, then the window.

    Without an edition of the network there is no place for it, and it is as unknown.
    """
    if killed:
        return Gone("killed")
    if entry is None:
        return Missing()
    if entry.phase is Phase.WITHHELD:
        return Gone("withheld")
    if entry.phase is Phase.EXPIRED or (entry.not_after is not None and entry.not_after <= now):
        return Gone("expired")
    return Show(entry) if entry.editions and in_window(entry.not_before, None, now) else Missing()


def place(entry: Entry, edition: str, name: str, editions: Mapping[str, Edition]) -> Show | Moved | Missing:
    """Where a visible article's page is, asked for as `/{edition}/articles/{name}`.

    In an edition that does not have the article, the answer is its page in the home edition: the first of its
    editions that the network still has.
    """
    homes = [slug for slug in entry.editions if slug in editions]
    if not homes or edition not in editions:
        return Missing()
    path = page_path(edition if edition in homes else homes[0], entry.slug, entry.id)
    return Show(entry) if path == f"/{edition}/articles/{name}" else Moved(path)
