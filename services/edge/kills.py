"""The kills that a process of the edge has heard of."""

from collections.abc import Iterable, Set


class Kills:
    """The ids of killed articles and media, for as long as the process lives: a kill is for good.

    It may hear of one again and again. `heard` counts the different ones.
    """

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._order: list[str] = []

    def __contains__(self, killed_id: str) -> bool:
        return killed_id in self._known

    @property
    def heard(self) -> int:
        """How many there are."""
        return len(self._order)

    def add(self, ids: Iterable[str]) -> Set[str]:
        """Adds ids; gives those that are new."""
        new = dict.fromkeys(i for i in ids if i not in self._known)
        self._known.update(new)
        self._order += new
        return new.keys()

    def since(self, heard: int) -> frozenset[str]:
        """Those that came after `heard` were known."""
        return frozenset(self._order[heard:])
