"""Why articles of other shards are in a list, packed: their profiles are not here to say it again.

The value of a reason is a form or a name in the owner's profile, so its place there says it: twenty bytes an entry.
"""

from collections.abc import Callable, Collection, Iterable

import msgspec

from services.recommendation.profile import Profile
from services.recommendation.ranker import MILLION
from shared.messages import Reason

_Packed = tuple[bool, int, int]
"""Whether it is an entity, the place of its term, the weight in millionths."""


class Whys:
    """The reasons of each owner's entries, by the slots of both."""

    def __init__(self) -> None:
        self._packed: dict[int, bytes] = {}
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(dict[int, tuple[_Packed, ...]]).decode

    def get(self, owner: int, profile: Profile) -> Callable[[int], tuple[Reason, ...]]:
        """Why an article is in a list, to be asked of each; empty where nobody said it."""
        said = self._held(owner)
        return lambda shown: tuple(
            Reason(
                kind="entity" if entity else "term",
                value=profile.names[place] if entity else profile.forms[place],
                weight=millionths / MILLION,
            )
            for entity, place, millionths in said.get(shown, ())
        )

    def put(
        self, owner: int, profile: Profile, said: Iterable[tuple[int, tuple[Reason, ...]]], stay: Collection[int]
    ) -> None:
        """Keep what was said of some articles, and of those others that `stay`."""
        kept = {shown: reasons for shown, reasons in self._held(owner).items() if shown in stay}
        names = {name: place for place, name in profile.names.items()}
        forms = {form: place for place, form in enumerate(profile.forms)}
        for shown, reasons in said:
            places = [(names if reason.kind == "entity" else forms).get(reason.value) for reason in reasons]
            kept[shown] = tuple(
                (reason.kind == "entity", place, round(reason.weight * MILLION))
                for reason, place in zip(reasons, places, strict=True)
                if place is not None
            )
        self._packed[owner] = self._encode(kept)

    def drop(self, owner: int) -> None:
        """Forget a list."""
        self._packed.pop(owner, None)

    def _held(self, owner: int) -> dict[int, tuple[_Packed, ...]]:
        return self._decode(self._packed[owner]) if owner in self._packed else {}
