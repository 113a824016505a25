"""Tells the caches in front of the edge of every kill: at once, and once more when no old answer can be under way.

The first round goes out when every process of the edge that is heard of has confirmed. The second waits for the silent
ones, too, and then for as long as the longest request may take: a cache may have asked the edge before the kill and
get its answer after the first round.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TypeVar

import httpx

from services.publishing.caches import Cache, Call, calls
from services.publishing.purge_store import PurgeStore
from shared.edges import REGISTERED
from shared.editions import Edition
from shared.errors import is_infrastructure
from shared.logs import logger
from shared.messages import Kill
from shared.purges import PurgeState, Round
from shared.tasks import end
from shared.times import now, utc_text

LOOK_EVERY = 0.1
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
"""Seconds between attempts: the first, doubled up to the longest."""
AT_ONCE = 8
T = TypeVar("T")


class Purger:
    """Purges all caches of what one kill concerns. `client` sends the requests, `longest` is the longest request."""

    def __init__(
        self,
        store: PurgeStore,
        editions: Mapping[str, Edition],
        caches: Mapping[str, Cache],
        client: httpx.AsyncClient,
        longest: float,
    ) -> None:
        self._store = store
        self._editions = editions
        self._caches = caches
        self._client = client
        self._longest = longest
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def announce(self) -> None:
        """Says which editions have a cache."""
        await patiently(lambda: self._store.announce({slug: cache.kind for slug, cache in self._caches.items()}))

    async def close(self) -> None:
        """Ends what is under way; the record of it is handed over again."""
        await end(*self._under_way.values())
        await self._client.aclose()

    async def purge(self, kill: Kill) -> None:
        """Returns when both rounds are done at all caches. A kill that is worked on is not begun again."""
        task = self._under_way.get(kill.id)
        if task is None:
            task = self._under_way[kill.id] = asyncio.create_task(self._purge(kill))
            task.add_done_callback(lambda _: self._under_way.pop(kill.id, None))
        await asyncio.shield(task)

    async def _purge(self, kill: Kill) -> None:
        waiting = PurgeState(outcome="waiting", at=utc_text(now()))
        rounds: tuple[Round, ...] = ("first", "second")
        await patiently(
            lambda: self._store.note(kill.id, {(slug, turn): waiting for slug in self._caches for turn in rounds})
        )
        await self._wait(kill.id, also_silent=False)
        await self._round(kill, "first")
        told_ago = await self._wait(kill.id, also_silent=True)
        if told_ago < REGISTERED + self._longest:  # else, nothing of before can be under way: an old kill, read again
            await asyncio.sleep(self._longest)
        await self._round(kill, "second")
        await patiently(lambda: self._store.forget_entry(kill.id))

    async def _wait(self, killed_id: str, also_silent: bool) -> float:
        """Returns when all processes of the edge have confirmed; gives for how long Redis has known of the kill."""
        while True:
            left = await patiently(lambda: self._store.unconfirmed(killed_id))
            if left is not None and not left.heard and not (also_silent and left.silent):
                return left.told_ago
            await asyncio.sleep(LOOK_EVERY)

    async def _round(self, kill: Kill, turn: Round) -> None:
        entry = await patiently(lambda: self._store.kept_entry(kill.id))
        showers = await patiently(lambda: self._store.showers(kill.id))
        await asyncio.gather(
            *(
                self._tell(kill, slug, turn, calls(self._editions[slug], cache, kill.id, kill.uri, entry, showers))
                for slug, cache in self._caches.items()
            )
        )

    async def _tell(self, kill: Kill, edition: str, turn: Round, left: list[Call]) -> None:
        """Sends the requests of a round to one cache until all have been taken."""
        pause, attempts = FIRST_PAUSE, 0
        while True:
            attempts += 1
            failures = await asyncio.gather(*(self._send(call) for call in left))
            left = [call for call, failure in zip(left, failures, strict=True) if failure]
            detail = next(filter(None, failures), "")
            outcome = PurgeState(
                outcome="failing" if left else "done", at=utc_text(now()), attempts=attempts, detail=detail
            )
            await patiently(partial(self._store.note, kill.id, {(edition, turn): outcome}))
            if not left:
                return
            logger().warning("a cache was not purged", edition=edition, left=len(left), reason=detail)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _send(self, call: Call) -> str:
        """Why a request was not taken; nothing where it was."""
        async with self._turn:
            try:
                answer = await self._client.request(call.method, call.url, headers=dict(call.headers))
            except httpx.TimeoutException:
                return "no answer in time"
            except httpx.HTTPError as error:
                return type(error).__name__
        return "" if answer.is_success or answer.status_code in call.fine else f"HTTP {answer.status_code}"


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """What Redis answers, once it does."""
    while True:
        try:
            return await ask()
        except Exception as error:
            if not is_infrastructure(error):
                raise
            await asyncio.sleep(LOOK_EVERY)
