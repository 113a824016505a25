"""The gate, pure: what is embargoed or will expire, and what is due at a given time.

It holds, for each `uri`, the newest scheduled version by `newer()` and what was already forwarded of it. Marks in the
topic say what was forwarded, so that a restart or a rebalance releases nothing again, and an older version that was
due earlier is never released after an extended embargo has come.
"""

import heapq
from dataclasses import dataclass

import msgspec

from shared.messages import Article, GateMark, Origin
from shared.order import Phase, Stamp


@dataclass
class _Held:
    article: Article
    origins: set[Origin]
    released: bool = False
    expired: bool = False


class Gate:
    """The scheduled articles of one partition."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}
        self._timers: list[tuple[str, str]] = []

    def __len__(self) -> int:
        """How many articles still wait for a time."""
        return sum(self._next(held) is not None for held in self._held.values())

    def schedule(self, article: Article) -> None:
        """Takes a version from the topic; older ones and repetitions change nothing.

        One that was pushed once more, after it was forwarded, is forwarded once more: a dead letter of what was
        forwarded is redriven through the door. One that the door has read twice is not.
        """
        held, origins = self._held.get(article.uri), {article.origin}
        if held is not None:
            ours, stands = _live(article.stamp).order(), _live(held.article.stamp).order()
            if ours < stands:
                return
            if ours == stands:
                is_known = article.origin in held.origins
                held.origins.add(article.origin)
                if is_known or not held.released:
                    return
                origins = held.origins
        self._held[article.uri] = _Held(article, origins)
        self._set_timer(article.uri)

    def mark(self, mark: GateMark) -> None:
        """Takes a mark from the topic: this version was forwarded. What is over keeps its order, not its text."""
        held = self._held.get(mark.uri)
        if held is None or _live(held.article.stamp) != _live(mark.stamp):
            return
        held.released = True
        held.expired = held.expired or mark.phase is Phase.EXPIRED
        held.article = _without_text(held.article)
        self._set_timer(mark.uri)

    def due(self, moment: str) -> list[Article]:
        """The versions to forward at `moment` (fixed-width UTC), with the phase they are in by then; earliest first.

        They are due again at the next call unless a mark has come in between.
        """
        found: list[Article] = []
        again: list[tuple[str, str]] = []
        seen: set[str] = set()
        while self._timers and self._timers[0][0] <= moment:
            timer = heapq.heappop(self._timers)
            held = self._held.get(timer[1])
            if held is None or self._next(held) != timer[0] or timer[1] in seen:
                continue
            seen.add(timer[1])
            again.append(timer)
            over = held.article.not_after is not None and held.article.not_after <= moment
            phase = Phase.EXPIRED if over else Phase.LIVE
            article = _without_text(held.article) if over else held.article
            found.append(msgspec.structs.replace(article, phase=phase))
        for timer in again:
            heapq.heappush(self._timers, timer)
        return found

    def _next(self, held: _Held) -> str | None:
        if held.expired:
            return None
        article = held.article
        return article.not_before if article.not_before is not None and not held.released else article.not_after

    def _set_timer(self, uri: str) -> None:
        moment = self._next(self._held[uri])
        if moment is not None:
            heapq.heappush(self._timers, (moment, uri))


def mark_of(article: Article) -> GateMark:
    """The mark that says that `article` was forwarded in its phase."""
    return GateMark(
        uri=article.uri,
        version=article.version,
        version_created=article.version_created,
        hash=article.hash,
        phase=article.phase,
    )


def _live(stamp: Stamp) -> Stamp:
    """The version a stamp speaks of, whatever phase it is in."""
    return stamp._replace(phase=Phase.LIVE)


def _without_text(article: Article) -> Article:
    return msgspec.structs.replace(article, body=None, media=(), ninjs={}, dek="", by="", located="", correction="")
