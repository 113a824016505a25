"""`masthead kill`: terminal for a `uri`, written to the kills and, as a canceled article, to ingest."""

import asyncio
import getpass
import time

from pydantic import TypeAdapter, ValidationError

from services.desk import screen
from services.desk.edge import Edge, answering_edge
from services.desk.errors import BAD, FINE, DeskError, UsageMistake
from services.desk.inputs import to_json
from services.desk.log import existing, in_time, log_reader, log_writer
from services.desk.outcomes import Outcome
from services.desk.push import line
from shared.codec import encode, event_headers
from shared.errors import ContentError
from shared.identity import is_public_id, public_id
from shared.messages import Kill
from shared.ninjs import Uri
from shared.settings import Settings
from shared.times import now, utc_text
from shared.topics import INGEST, KILLS

LONGEST_REASON = 2000
ASK_EVERY = 0.05
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


async def kill(settings: Settings, uri: str, reason: str, actor: str | None, wait: bool, patience: float) -> int:
    """Kills a `uri`; gives the exit code. Raises UsageMistake, Unreachable, DeskError."""
    uri = checked_uri(uri, settings.edge_address)
    checked_reason(reason)
    who = f"desk/{actor or login_name()}"
    began = time.monotonic()
    async with log_reader(settings) as consumer:
        for topic in (KILLS, INGEST):
            await existing(consumer, topic)
    moment = utc_text(now())
    article_id = public_id(uri)
    mark = Kill(uri=uri, id=article_id, killed_at=moment, actor=f"/masthead/{who}", reason=reason)
    canceled = {"uri": uri, "versionCreated": moment, "pubStatus": "canceled", "edNote": reason}
    async with log_writer(settings) as producer:
        headers = event_headers("article.killed", who, {}, article_id)
        try:
            await in_time(producer.send(KILLS, uri.encode(), encode(mark), headers))
            await in_time(producer.send(INGEST, uri.encode(), to_json(canceled), headers))
        except ContentError as error:
            raise DeskError(str(error)) from error
    screen.say(line(Outcome("killed", f"id {article_id}"), uri))
    if not wait:
        return FINE
    async with answering_edge(settings) as edge:
        gone = await _wait_for_kill(edge, article_id, patience)
    if not gone:
        screen.complain(f"after {patience:g} s the edge does not say yet that {uri} is killed; see masthead status")
        return BAD
    screen.say(f"gone from the edge {time.monotonic() - began:.2f} s after the command began")
    return FINE


async def _wait_for_kill(edge: Edge, article_id: str, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while (await edge.article(article_id)).reason != "killed":
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(ASK_EVERY)
    return True
