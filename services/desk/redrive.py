"""`masthead dead-letters redrive`: the producer's own bytes once more onto `articles.ingest`, whatever stage refused
them, so that the order of versions holds; then a mark behind the letter (docs/decisions/0050)."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer

from services.desk.dead_letters_filter import Filter
from services.desk.dead_letters_log import each_of, letters_in
from services.desk.edge import answering_edge
from services.desk.errors import BAD, FINE
from services.desk.follow import Follower, Pushed, follower
from services.desk.kill import login_name
from services.desk.letter import Letter
from services.desk.log import existing, in_time, log_reader, log_writer
from services.desk.push import report
from services.desk.redrive_cases import Case, cases, original_of
from services.desk.redrive_check import Verdict
from services.desk.redrive_screen import Redriven
from shared.codec import event_headers
from shared.dead_letters import REDRIVE_OF, REDRIVES, redrives_of, send_mark
from shared.errors import ContentError
from shared.identity import public_id
from shared.kafka_log import Producer, Record
from shared.messages import LetterMark, Origin
from shared.settings import Settings
from shared.times import now, utc_text
from shared.topics import DEAD_LETTER, INGEST


@dataclass(frozen=True)
class Options:
    """How to redrive: `dry` says only what would be done; `force` overrules what can be overruled; `reason` goes into
    the marks; `patience` in seconds, None: nobody waits for what becomes of it."""

    dry: bool = False
    force: bool = False
    as_json: bool = False
    patience: float | None = None
    reason: str = ""


async def redrive(settings: Settings, wanted: Filter, options: Options) -> int:
    """Redrives letters; gives the exit code, 1 if one of them is not redriven or, waited for, comes to a bad end.

    Without places closed letters are passed over. Raises UsageMistake, DeskError, Unreachable.
    """
    say = Redriven(options.dry, options.as_json)
    async with log_reader(settings) as consumer, log_reader(settings) as other:
        found = await letters_in(consumer, wanted)
        letters = found if wanted.places else [letter for letter in found if letter.state == "open"]
        all_cases = await cases(settings, consumer, other, letters, options.force)
        going = [case for case in all_cases if case.verdict.word == "goes"]
        for case in all_cases:
            if options.dry or case.verdict.word != "goes":
                say.line(case.letter, case.uri, case.verdict)
        went, bad = len(going), 0
        if going and not options.dry:
            went, bad = await _send_all(settings, consumer, other, going, options, say)
    say.end(went, len(letters))
    return BAD if bad or went < len(letters) else FINE


async def _send_all(
    settings: Settings,
    consumer: AIOKafkaConsumer,
    other: AIOKafkaConsumer,
    going: Sequence[Case],
    options: Options,
    say: Redriven,
) -> tuple[int, int]:
    """Sends and marks each letter; gives how many went, and how many came to a bad end where that is waited for."""
    by_place = {case.letter.at: case for case in going}
    sent: dict[str, Origin] = {}
    went = 0
    async with AsyncExitStack() as stack:
        follow: Follower | None = None
        await existing(other, INGEST)
        if options.patience is not None:
            edge = await stack.enter_async_context(answering_edge(settings))
            follow = await stack.enter_async_context(follower(settings, edge))
        producer = await stack.enter_async_context(log_writer(settings))

        async def take(letter: Letter, record: Record) -> None:
            nonlocal went
            case = by_place[letter.at]
            original = await original_of(other, letter, record)
            if isinstance(original, str):
                return say.line(letter, case.uri, Verdict("without", original))
            again = sent.get(original.place)  # of two letters about one record the bytes go once
            if again is None:
                try:
                    again = await _send(producer, letter, record, original, case.uri)
                except ContentError as error:
                    return say.line(letter, case.uri, Verdict("refused", str(error)))
                sent[original.place] = again
                if follow is not None:
                    follow.expect(Pushed(letter.name, case.uri), again.partition, again.offset)
            await mark(producer, record, "redriven", options.reason, again)
            say.line(letter, case.uri, case.verdict, again)
            went += 1

        await each_of(consumer, [case.letter for case in going], take)
        bad = 0
        if follow is not None and options.patience is not None:
            bad = await report(follow, len(sent), options.patience)
    return went, bad


async def _send(producer: Producer, letter: Letter, record: Record, original: Record, uri: str) -> Origin:
    """The original's key and bytes once more, in the trace of the first time. Raises ContentError, Unreachable."""
    subject = public_id(uri) if uri else original.place
    headers = event_headers("article.redriven", "desk/redrive", record.headers, subject)
    counted = {REDRIVES: str(redrives_of(original.headers) + 1), REDRIVE_OF: letter.name}
    headers += [(name, value.encode()) for name, value in counted.items()]
    partition, offset = await in_time(producer.send(INGEST, original.key, original.value, headers))
    return Origin(topic=INGEST.name, partition=partition, offset=offset)


async def mark(producer: Producer, record: Record, act: str, reason: str, redriven: Origin | None = None) -> None:
    """Marks the letter in `record`. Raises Unreachable."""
    made = LetterMark(
        letter=Origin(topic=DEAD_LETTER.name, partition=record.partition, offset=record.offset),
        act="redriven" if act == "redriven" else "discarded",
        marked_at=utc_text(now()),
        actor=f"/masthead/desk/{login_name()}",
        reason=reason,
        redriven=redriven,
    )
    await in_time(send_mark(producer, record, made))
