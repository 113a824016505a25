"""`masthead withhold` and `release`: the newest version once more, one version higher, hidden or shown again."""

import json
import time
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any, Literal

from aiokafka import TopicPartition

from services.desk import screen
from services.desk.edge import answering_edge
from services.desk.errors import BAD, FINE, DeskError
from services.desk.follow import Pushed, follower
from services.desk.inputs import to_json
from services.desk.kill import checked_reason, checked_uri
from services.desk.log import existing, in_time, kill_of, log_reader, log_writer, newest_version
from services.desk.push import report
from shared.codec import event_headers
from shared.errors import ContentError
from shared.kafka_log import read_one
from shared.messages import Article
from shared.order import VERSION_LIMIT, Phase
from shared.settings import Settings
from shared.times import from_text, now, utc_text
from shared.topics import INGEST

Act = Literal["withhold", "release"]
NOTE = "Withheld: "


async def hold(settings: Settings, act: Act, uri: str, reason: str, wait: bool, patience: float) -> int:
    """Withholds or releases a `uri`; gives the exit code. Raises UsageMistake, DeskError, Unreachable."""
    uri = checked_uri(uri, settings.edge_address)
    if act == "withhold":
        checked_reason(reason)
    newest, original = await _newest(settings, uri)
    if (newest.phase is Phase.WITHHELD) == (act == "withhold"):
        state = "withheld already" if act == "withhold" else f"not withheld (it is {newest.phase})"
        screen.say(f"{uri} is {state}, version {newest.version}; nothing to do")
        return FINE
    content = changed(original, newest, act, reason, now())
    async with AsyncExitStack() as stack:
        follow = None
        if wait:
            edge = await stack.enter_async_context(answering_edge(settings))
            follow = await stack.enter_async_context(follower(settings, edge))
        producer = await stack.enter_async_context(log_writer(settings))
        began = time.monotonic()
        try:
            headers = event_headers("article.pushed", f"desk/{act}", {}, newest.id)
            place = await in_time(producer.send(INGEST, uri.encode(), to_json(content), headers))
        except ContentError as error:
            raise DeskError(str(error)) from error
        screen.say(f"{uri}  version {content['version']} pushed, {content['pubStatus']}")
        if follow is None:
            return FINE
        follow.expect(Pushed(uri, uri), *place)
        bad = await report(follow, 1, patience)
        if not bad:
            screen.say(f"{time.monotonic() - began:.2f} s after it was pushed")
    return BAD if bad else FINE


async def _newest(settings: Settings, uri: str) -> tuple[Article, dict[str, Any]]:
    """The newest version, and the producer's record that it was made of."""
    async with log_reader(settings) as consumer:
        await existing(consumer, INGEST)
        if killed := await kill_of(consumer, uri):
            raise DeskError(f"{uri} was killed at {killed.killed_at} and does not come back; use a new uri")
        newest = await newest_version(consumer, uri)
        if newest is None:
            raise DeskError(f"no version of {uri} was ever accepted")
        origin = newest.origin
        try:
            record = await read_one(consumer, TopicPartition(origin.topic, origin.partition), origin.offset)
        except LookupError as error:
            raise DeskError(f"the record that {uri} came from is gone: {error}") from error
    original = json.loads((record.value or b"").removeprefix(b"\xef\xbb\xbf"))
    if not isinstance(original, dict) or original.get("uri") != uri:
        raise DeskError(f"the record that {uri} came from speaks of something else; was the log replaced?")
    return newest, original


def changed(original: dict[str, Any], newest: Article, act: Act, reason: str, moment: datetime) -> dict[str, Any]:
    """The producer's article as the next version, withheld or usable. Raises DeskError where no version is left.

    `versionCreated` is now, or just after the newest version's where that lies in the future. The reason stands in
    front of the producer's own `edNote`, and is taken away again at the release.
    """
    if newest.version + 1 >= VERSION_LIMIT:
        raise DeskError(f"{newest.uri} has version {newest.version}, and none is left above it")
    created = max(moment, from_text(newest.version_created) + timedelta(milliseconds=1))
    note = original.get("edNote")
    lines = [line for line in note.splitlines() if not line.startswith(NOTE)] if isinstance(note, str) else []
    if reason:
        lines.insert(0, f"{NOTE if act == 'withhold' else 'Released: '}{' '.join(reason.split())}")
    content = {
        **original,
        "version": newest.version + 1,
        "versionCreated": utc_text(created),
        "pubStatus": "withheld" if act == "withhold" else "usable",
        "edNote": "\n".join(lines),
    }
    if not lines:
        del content["edNote"]
    return content
