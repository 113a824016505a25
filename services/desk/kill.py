"""`masthead kill`: terminal for a `uri`, written to the kills and, as a canceled article, to ingest."""

import asyncio
import getpass
import time

from pydantic import TypeAdapter, ValidationError

from services.desk import receipt as receipts
from services.desk import receipt_screen, screen
from services.desk.edge import edge_client
from services.desk.errors import BAD, FINE, UNREACHABLE, DeskError, UsageMistake
from services.desk.inputs import to_json
from services.desk.kill_places import Before
from services.desk.kill_watch import Watch, before_kill
from services.desk.log import existing, in_time, log_reader, log_writer
from services.desk.outcomes import Outcome
from services.desk.push import line
from services.desk.receipt import Receipt
from shared.codec import encode, event_headers
from shared.errors import ContentError
from shared.identity import is_public_id, public_id
from shared.messages import Kill
from shared.ninjs import Uri
from shared.settings import Settings
from shared.times import now, utc_text
from shared.topics import INGEST, KILLS

LONGEST_REASON = 2000
LONGEST_LOOK = 0.3
"""Seconds for which a kill waits at most to learn where the article stands, so that the receipt looks there, too."""
_uri: TypeAdapter[str] = TypeAdapter(Uri)


def checked_uri(text: str, edge_address: str) -> str:
    """`text`, if it can be an article's `uri`. Raises UsageMistake, with a hint where it is an id or an address."""
    if is_public_id(text) or text.startswith(f"{edge_address}/"):
        raise UsageMistake(f"{text} is not an article's uri but its id or address; masthead show {text} tells the uri")
    try:
        return _uri.validate_python(text)
    except ValidationError as error:
        raise UsageMistake(f"uri {text!r}: {error.errors()[0]['msg']}") from error


def checked_reason(text: str) -> None:
    """Raises UsageMistake for a reason that says nothing, or too much."""
    if not text.strip() or len(text) > LONGEST_REASON:
        raise UsageMistake(f"--reason must have 1 to {LONGEST_REASON} characters")


def login_name() -> str:
    """Who is at the keyboard."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


async def kill(
    settings: Settings, uri: str, reason: str, actor: str | None, wait: bool, as_json: bool, patience: float
) -> int:
    """Kills a `uri`; gives the exit code, which after `wait` is 0 only where the receipt is clean.

    Raises UsageMistake, Unreachable, DeskError.
    """
    uri = checked_uri(uri, settings.edge_address)
    checked_reason(reason)
    if as_json and not wait:
        raise UsageMistake("--json prints the receipt, which --wait waits for; give both")
    if not wait:
        receipt, _ = await _send(settings, uri, reason, actor, None)
        screen.say(line(Outcome("killed", f"id {receipt.id}"), uri))
        return FINE
    async with edge_client(settings) as edge:
        asking = asyncio.create_task(before_kill(edge, public_id(uri)))
        try:
            receipt, sent = await _send(settings, uri, reason, actor, asking)
        except BaseException:
            asking.cancel()
            raise
        if not as_json:
            screen.say(line(Outcome("killed", f"id {receipt.id}"), uri))
        await Watch(edge, receipt, await asking, sent).until_clean(patience)
    if as_json:
        screen.data(receipts.as_json(receipt), indent=2)
    else:
        receipt_screen.show(receipt)
    return FINE if receipt.clean else BAD if receipt.answered else UNREACHABLE


async def _send(
    settings: Settings, uri: str, reason: str, actor: str | None, asking: asyncio.Task[Before] | None
) -> tuple[Receipt, float]:
    """Writes the kill; gives its receipt, empty as yet, and when it was sent (`time.monotonic`).

    While it connects, `asking` has time to see where the article stands; the kill waits no longer than that and a bit.
    """
    who = f"desk/{actor or login_name()}"
    async with log_reader(settings) as consumer:
        for topic in (KILLS, INGEST):
            await existing(consumer, topic)
    moment = utc_text(now())
    article_id = public_id(uri)
    mark = Kill(uri=uri, id=article_id, killed_at=moment, actor=f"/masthead/{who}", reason=reason)
    canceled = {"uri": uri, "versionCreated": moment, "pubStatus": "canceled", "edNote": reason}
    async with log_writer(settings) as producer:
        headers = event_headers("article.killed", who, {}, article_id)
        if asking is not None:
            await asyncio.wait({asking}, timeout=LONGEST_LOOK)
        sent = time.monotonic()
        try:
            place = await in_time(producer.send(KILLS, uri.encode(), encode(mark), headers))
            await in_time(producer.send(INGEST, uri.encode(), to_json(canceled), headers))
        except ContentError as error:
            raise DeskError(str(error)) from error
    return Receipt(uri, article_id, (KILLS.name, *place), moment, mark.actor, reason), sent
