"""`masthead push`: articles out of files onto `articles.ingest`."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import chain

from rich.text import Text

from services.desk import screen
from services.desk.edge import answering_edge
from services.desk.errors import BAD, FINE, Unreachable
from services.desk.follow import Follower, Pushed, follower
from services.desk.inputs import Parcel
from services.desk.log import existing, in_time, log_reader, log_writer
from services.desk.outcomes import Outcome
from services.desk.sources import Source, opened
from shared.codec import event_headers
from shared.errors import ContentError
from shared.identity import public_id
from shared.kafka_log import Producer
from shared.settings import Settings
from shared.topics import INGEST, MIB

IN_FLIGHT = 256
BYTES_IN_FLIGHT = 16 * MIB
COLOURS = {"visible": "green", "refused": "red", "timed out": "red", "killed": "magenta"}


@dataclass(frozen=True)
class Sent:
    """A record that Kafka has, or a reason why it does not."""

    parcel: Parcel
    place: tuple[int, int] | None
    reason: str = ""


async def push(settings: Settings, names: Sequence[str], editions: Sequence[str], wait: bool, patience: float) -> int:
    """Pushes all files; gives the exit code. Raises Unreachable, DeskError."""
    with opened(names) as (sources, mistakes):
        if not sources:
            return BAD
        async with AsyncExitStack() as stack:
            follow = None
            if wait:
                edge = await stack.enter_async_context(answering_edge(settings))
                follow = await stack.enter_async_context(follower(settings, edge))
            else:
                async with log_reader(settings) as consumer:
                    await existing(consumer, INGEST)
            producer = await stack.enter_async_context(log_writer(settings))
            pushed, failed = await _send_all(producer, sources, editions, follow)
            if follow is None:
                screen.say(summary(pushed, settings.kafka))
                return BAD if failed or mistakes else FINE
            bad = await report(follow, pushed, patience)
        return BAD if failed or mistakes or bad else FINE


async def _send_all(
    producer: Producer, sources: Sequence[Source], editions: Sequence[str], follow: Follower | None
) -> tuple[int, int]:
    """Sends everything; gives how many records Kafka has and how many it does not take."""
    pushed = failed = 0
    total = sum(source.count for source in sources)
    parcels = chain.from_iterable(source.parcels(editions) for source in sources)
    with screen.progress("pushing", total) as advance:
        try:
            async for sent in send(producer, parcels):
                advance()
                if sent.place is None:
                    failed += 1
                    screen.say(line(Outcome("refused", sent.reason), sent.parcel.where))
                    continue
                pushed += 1
                if follow is not None:
                    follow.expect(Pushed(sent.parcel.where, sent.parcel.uri or ""), *sent.place)
        except Unreachable as error:
            raise Unreachable(f"{error} after {pushed} of {total}; to push all again does no harm") from error
    return pushed, failed


async def send(producer: Producer, found: Iterator[Parcel]) -> AsyncIterator[Sent]:
    """Sends records, several at a time; gives each, in order, once Kafka has it or cannot take it."""
    under_way: deque[tuple[Parcel, asyncio.Task[Sent]]] = deque()
    size = 0
    try:
        for parcel in found:
            under_way.append((parcel, asyncio.create_task(_send_one(producer, parcel))))
            size += len(parcel.value)
            while len(under_way) >= IN_FLIGHT or size > BYTES_IN_FLIGHT:
                parcel, task = under_way.popleft()
                size -= len(parcel.value)
                yield await in_time(task)
        while under_way:
            yield await in_time(under_way.popleft()[1])
    finally:
        for _, task in under_way:
            task.cancel()


async def _send_one(producer: Producer, parcel: Parcel) -> Sent:
    key = parcel.uri.encode(errors="replace") if parcel.uri is not None else None
    subject = public_id(parcel.uri) if parcel.uri is not None and parcel.uri.isprintable() else ""
    headers = event_headers("article.pushed", "desk", {}, subject)
    try:
        return Sent(parcel, await producer.send(INGEST, key, parcel.value, headers))
    except ContentError as error:
        return Sent(parcel, None, str(error))


async def report(follow: Follower, count: int, patience: float, quiet: bool = False) -> int:
    """Prints the outcome of each pushed record; gives how many are bad."""
    bad = 0
    with screen.progress("waiting", count) as advance:
        async for pushed in follow.outcomes(patience):
            assert pushed.outcome is not None
            bad += pushed.outcome.bad
            advance()
            if not quiet or pushed.outcome.bad:
                screen.say(line(pushed.outcome, name_of(pushed)))
    return bad


def name_of(pushed: Pushed) -> str:
    """What to call a record: what is wrong with one is looked for in its file."""
    if pushed.outcome is not None and pushed.outcome.kind == "refused" and pushed.uri != pushed.where:
        return f"{pushed.where}: {pushed.uri}" if pushed.uri else pushed.where
    return pushed.uri or pushed.where


def line(outcome: Outcome, what: str) -> Text:
    """One line for one record: the word, then the address of what is visible, else what it is and the reason."""
    text = Text(f"{outcome.kind:<11}", style=COLOURS.get(outcome.kind, "yellow"))
    rest = outcome.text if outcome.kind == "visible" else f"{what}: {outcome.text}"
    return text.append(screen.one_line(rest), style="default")


def summary(count: int, kafka: str) -> str:
    """What was done, when nobody waits."""
    return f"{count} {'article' if count == 1 else 'articles'} pushed to {INGEST.name} at {kafka}"
