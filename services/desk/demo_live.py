"""`masthead demo --live`: one article after another, dated now, so that lists and fronts change before one's eyes."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime

from rich.cells import cell_len
from rich.text import Text

from services.desk import screen
from services.desk.demo_states import known
from services.desk.edge import Edge
from services.desk.errors import DeskError, UsageMistake
from services.desk.follow import Pushed, follower
from services.desk.log import log_writer
from services.desk.push import line, name_of, send
from services.desk.sample_dates import told_at
from services.desk.samples import Sample, parcels_of
from shared.settings import Settings
from shared.times import now

RATE, SLOWEST, FASTEST = 6.0, 0.1, 600.0
AGAIN = "to see them again begin with an empty newsroom: make clean, then make demo; or docker compose down -v"


def pause_of(rate: float) -> float:
    """The seconds from one article to the next at `rate` articles a minute. Raises UsageMistake."""
    if not SLOWEST <= rate <= FASTEST:
        raise UsageMistake(f"--rate {rate:g}: must be {SLOWEST:g} to {FASTEST:g} articles a minute")
    return 60 / rate


async def tell(settings: Settings, edge: Edge, live: Sequence[Sample], pause: float, patience: float) -> int:
    """Pushes those that are not there yet, `pause` seconds apart, and prints each once readers see it; gives how many
    went wrong. Ctrl-C ends it as if that were planned. Raises Unreachable, DeskError."""
    if not live:
        screen.say("these samples have no other live articles")
        return 0
    told = _Told(live)
    try:
        states = await known(settings, edge, live, patience)
        left = [sample for sample in live if sample.uri not in states]
        if not left:
            screen.say(f"all {len(live)} live articles were told in an earlier run\n{AGAIN}")
            return 0
        screen.say(f"\n{len(left)} live articles, {60 / pause:g} a minute; Ctrl-C ends it", "bold")
        await _tell(settings, edge, left, pause, patience, told)
    except asyncio.CancelledError:
        if screen.out.is_terminal:
            screen.say()  # below the ^C that the terminal has echoed
        screen.say(f"stopped; {told.visible} told now, the same command goes on with the others")
        return told.bad
    wrong = f", {told.bad} went wrong" if told.bad else ""
    screen.say(f"all live articles are told, {told.visible} of them now{wrong}\n{AGAIN}")
    return told.bad


async def _tell(
    settings: Settings, edge: Edge, left: Sequence[Sample], pause: float, patience: float, told: "_Told"
) -> None:
    async with AsyncExitStack() as stack:
        follow = await stack.enter_async_context(follower(settings, edge))
        producer = await stack.enter_async_context(log_writer(settings))
        begin = time.monotonic()
        for number, sample in enumerate(left):
            due = begin + number * pause
            async for pushed in follow.ended(due - time.monotonic()):
                told.say(pushed, now())
            await asyncio.sleep(due - time.monotonic())
            versions = told_at(sample.versions, now().replace(microsecond=0))
            async for sent in send(producer, iter(parcels_of(sample, versions))):
                if sent.place is None:
                    raise DeskError(f"a sample is broken: {sent.parcel.where}: {sent.reason}")
                follow.expect(Pushed(sent.parcel.where, sample.uri), *sent.place)
        async for pushed in follow.outcomes(patience):
            told.say(pushed, now())


class _Told:
    """Says what became of each article, and counts."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self._samples = {sample.uri: sample for sample in samples}
        self.visible = self.bad = 0

    def say(self, pushed: Pushed, moment: datetime) -> None:
        """Prints one end; that of a version which another of its article has overtaken is none."""
        assert pushed.outcome is not None
        if pushed.outcome.kind == "visible":
            self.visible += 1
            width = screen.out.width if screen.out.is_terminal else None
            screen.say(told_line(self._samples[pushed.uri], pushed.outcome.text, moment.astimezone(), width))
        elif pushed.outcome.kind != "superseded":
            self.bad += pushed.outcome.bad
            screen.say(line(pushed.outcome, name_of(pushed)))


def told_line(sample: Sample, address: str, moment: datetime, width: int | None) -> Text:
    """Time, edition, headline, address: on one line, or the address below where a terminal of `width` is too narrow."""
    start, headline = f"{moment:%H:%M:%S}  {sample.edition:<11} ", screen.headline(sample.headline)
    narrow = width is not None and cell_len(f"{start}{headline}  {address}") > width
    if narrow and width is not None:
        headline = screen.headline(sample.headline, width - cell_len(start))
    text = Text(start, style="dim").append(headline, style="bold not dim")
    return text.append("\n          " if narrow else "  ", style="not dim").append(address, style="not dim")
