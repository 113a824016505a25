"""Asks the edge for everything that may show a killed article, again and again, until all is clean."""

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from services.desk.edge import Edge, Text
from services.desk.errors import Unreachable
from services.desk.kill_places import Before, Place, is_clean, places, places_of_shower, seen
from services.desk.receipt import CachePurge, Check, Process, Receipt
from shared.edges import SILENT
from shared.times import now, utc_text

AT_ONCE = 12
SOON = 0.05


async def before_kill(edge: Edge, article_id: str) -> Before:
    """What the edge says of the article and its editions; what it does not say is left out. Never raises."""
    try:
        (_, network), (status, article) = await asyncio.gather(
            edge.get("/v1/editions"), edge.get(f"/v1/articles/{article_id}")
        )
    except Unreachable:
        return Before()
    return Before(network.get("items", ()), article if status == 200 else None)


class Watch:
    """Fills a receipt. `sent` is when the kill was sent, by `time.monotonic`."""

    def __init__(self, edge: Edge, receipt: Receipt, before: Before, sent: float) -> None:
        self._edge = edge
        self._receipt = receipt
        self._before = before
        self._sent = sent
        self._showers: set[str] = set()
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def until_clean(self, patience: float) -> None:
        """Returns when all is clean, or `patience` seconds after the kill was sent."""
        deadline = self._sent + patience
        while True:
            try:
                await self._look()
                self._receipt.trouble = ""
            except Unreachable as error:
                self._receipt.trouble = str(error)
            self._receipt.seconds = time.monotonic() - self._sent
            if self._receipt.clean or time.monotonic() > deadline:
                return
            await asyncio.sleep(SOON)

    async def _look(self) -> None:
        """First the article alone, as often as can be; once it is gone, all that has not been seen clean."""
        receipt = self._receipt
        if receipt.gone_after is None:
            answer = await self._edge.article(receipt.id)
            if answer.status == 0:
                raise Unreachable(f"the edge at {self._edge.address} does not answer: {answer.detail}")
            receipt.answered = True
            if answer.reason != "killed":
                raise Unreachable("the edge does not say yet that it is killed")
            receipt.gone_after = self._after()
        if not self._before.editions:
            self._before = Before((await before_kill(self._edge, receipt.id)).editions, self._before.article)
        if not receipt.checks and self._before.editions:
            receipt.checks += [Check(place) for place in places(receipt.id, receipt.uri, self._before)]
        await self._ask_for_kill()
        await asyncio.gather(*(self._check(check) for check in receipt.checks if check.clean_at is None))

    async def _ask_for_kill(self) -> None:
        status, found = await self._edge.get(f"/v1/kills/{self._receipt.id}")
        if status != 200:
            raise Unreachable(f"the edge does not tell how far the kill is: {found.get('detail') or f'HTTP {status}'}")
        self._note_processes(found["edges"])
        self._receipt.caches = [
            CachePurge(one["edition"], one["kind"], one["first"], one["second"]) for one in found["caches"]
        ]
        new = [shower for shower in found["showers"] if shower not in self._showers]
        for shower, (code, article) in zip(
            new, await asyncio.gather(*(self._get(f"/v1/articles/{shower}") for shower in new)), strict=True
        ):
            if code == 503:
                continue  # a part of it was killed, and it is being made anew
            self._showers.add(shower)
            if code == 200:
                self._receipt.checks += [Check(place) for place in places_of_shower(article)]

    def _note_processes(self, edges: list[Mapping[str, Any]]) -> None:
        """Those that count now; who is not among them any more has ended, and its memory with it."""
        known, receipt = dict(self._receipt.processes), self._receipt
        for one in edges:
            process = receipt.processes.setdefault(one["id"], Process(one["id"], one["host"], one["address"]))
            known.pop(process.id, None)
            process.until = None
            if one["confirmed"]:
                self._clean(process)
            elif one["silentFor"] > SILENT:
                process.until = utc_text(now() + timedelta(seconds=one["secondsLeft"]))
        for process in known.values():
            process.until = None
            self._clean(process)

    async def _check(self, check: Check) -> None:
        answer = await self._text(check.place)
        check.saw = f"HTTP {answer.status}"
        if is_clean(check.place, answer, self._receipt.id):
            self._clean(check)
        else:
            check.saw = seen(check.place, answer)

    def _clean(self, what: Check | Process) -> None:
        if what.clean_at is None:
            what.clean_at, what.after = utc_text(now()), self._after()

    def _after(self) -> float:
        return round(time.monotonic() - self._sent, 3)

    async def _get(self, path: str) -> tuple[int, dict[str, Any]]:
        async with self._turn:
            return await self._edge.get(path)

    async def _text(self, place: Place) -> Text:
        async with self._turn:
            return await self._edge.text(place.path)
