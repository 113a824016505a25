"""`masthead rebuild`: asks publishing for a second build, made from the log, and follows it to its end."""

import asyncio
import secrets
import time

from services.desk import rebuild_screen, screen
from services.desk.builds import Told, ask_builds
from services.desk.edge import Edge, answering_edge
from services.desk.errors import BAD, FINE, DeskError
from services.desk.kill import login_name
from services.desk.log import existing, in_time, log_reader, log_writer
from shared.codec import encode, event_headers
from shared.messages import RebuildWanted
from shared.rebuilds import Rebuild
from shared.settings import Settings
from shared.times import now, utc_text
from shared.topics import REBUILD_WANTED, REBUILDS

TAKEN_UP_SECONDS = 30.0
ASK_EVERY = 0.25


async def rebuild(settings: Settings, dry_run: bool, as_json: bool) -> int:
    """Asks, follows, prints the outcome. Gives the exit code: 1 where the builds differed. Raises DeskError."""
    async with answering_edge(settings) as edge:
        before = await ask_builds(edge)
        if before.running is not None:
            wanted = joined(before.running, dry_run)
        else:
            wanted = await ask_for(settings, dry_run)
        try:
            ended = await _follow(edge, wanted, before, dry_run)
        except asyncio.CancelledError:
            screen.complain("not followed any more; the rebuild goes on (masthead status)")
            raise
    rebuild_screen.show(ended, as_json)
    return exit_code(ended)


def exit_code(ended: Rebuild) -> int:
    """1 where nothing was made, or what was made differs from what readers saw."""
    return FINE if ended.comparison is not None and not ended.comparison.different else BAD


def joined(running: Rebuild, dry_run: bool) -> str:
    """The id of a rebuild that is under way and is followed instead. Raises DeskError where it is of the other kind."""
    kind = "that compares only" if running.dry_run else "that switches"
    if running.dry_run != dry_run:
        raise DeskError(f"a rebuild {kind} is under way since {running.began_at[:19]}Z; ask again when it is over")
    screen.complain(f"a rebuild {kind} is under way since {running.began_at[:19]}Z: following that one")
    return running.id


async def ask_for(settings: Settings, dry_run: bool) -> str:
    """Asks for a rebuild; gives its id. Raises DeskError."""
    async with log_reader(settings) as consumer:
        await existing(consumer, REBUILDS)
    who = f"desk/{login_name()}"
    wanted = RebuildWanted(
        id=secrets.token_hex(4), wanted_at=utc_text(now()), actor=f"/masthead/{who}", dry_run=dry_run
    )
    async with log_writer(settings) as producer:
        headers = event_headers(REBUILD_WANTED, who, {}, wanted.id)
        await in_time(producer.send(REBUILDS, None, encode(wanted), headers, partition=0))
    return wanted.id


async def _follow(edge: Edge, wanted: str, before: Told, dry_run: bool) -> Rebuild:
    """Waits until the rebuild is over; gives it as it ended. Raises DeskError."""
    deadline = time.monotonic() + TAKEN_UP_SECONDS
    known = before.rebuild.id if before.rebuild is not None and before.running is None else ""
    with screen.course() as move:
        while True:
            told = await ask_builds(edge)
            found = told.rebuild
            if found is not None and found.id == wanted and found.stage == "over":
                return found
            if found is not None and found.id not in (wanted, known):  # another was asked for at the same moment
                wanted = joined(found, dry_run)
            elif found is not None and found.id == wanted:
                move(*rebuild_screen.position(found, told))
            elif time.monotonic() > deadline:
                raise DeskError(
                    f"publishing has not begun within {TAKEN_UP_SECONDS:.0f} s; it will once it can (masthead status)"
                )
            await asyncio.sleep(ASK_EVERY)
