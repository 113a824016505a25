"""What is said of a rebuild in Redis: written by publishing, read by the edge."""

from typing import Literal

from shared.messages import Message

Stage = Literal["filling", "comparing", "over"]
Outcome = Literal["", "switched", "compared", "refused", "overtaken"]
"""`compared`: a dry run. `refused`: it would take away what readers see. `overtaken`: other code has made a build."""

How = Literal["missing", "left over", "other"]
"""`missing` in the old build, `left over` in it, or there in both and not alike."""

NAMED = 50
"""So many differences are named; the number counts all."""


class Difference(Message, frozen=True):
    """Something that the builds do not have alike: `kind` of it, its `name` (an id, a list, a file), and `how`."""

    kind: str
    name: str
    how: How


class Comparison(Message, frozen=True):
    """What the comparison of two builds has found.

    `digest` stands for all content of the new build, in hexadecimal; `articles`, `lists` and `items` count what was
    compared.
    """

    digest: str
    articles: int
    lists: int
    items: int
    different: int
    differences: tuple[Difference, ...]


class Rebuild(Message, frozen=True):
    """A rebuild: `build` is made beside `before`, out of so many `records`. Times are fixed-width UTC."""

    id: str
    build: str
    before: str
    dry_run: bool
    began_at: str
    stage: Stage = "filling"
    outcome: Outcome = ""
    reason: str = ""
    ended_at: str = ""
    records: int = 0
    comparison: Comparison | None = None
