"""`masthead open`: the address of an article's page."""

import asyncio
import webbrowser

from services.desk import screen
from services.desk.edge import edge_client
from services.desk.errors import FINE, DeskError, Unreachable
from services.desk.log import log_reader, scheduled_versions
from services.desk.outcomes import short
from shared.identity import is_public_id, public_id
from shared.settings import Settings
from shared.times import now, utc_text

GONE = {
    "killed": "was killed, and nothing brings it back",
    "withheld": "is withheld; masthead release shows it again",
    "expired": "has expired",
}


async def open_page(settings: Settings, name: str, browser: bool) -> int:
    """Prints where the article with this `uri` or public id is read, and nothing else; gives the exit code.

    With `browser` the page is opened, too. Raises DeskError where there is no page, Unreachable.
    """
    article_id = name if is_public_id(name) else public_id(name)
    async with edge_client(settings) as edge:
        answer = await edge.article(article_id)
    if answer.status == 200:
        screen.out.file.write(f"{answer.url}\n")
        screen.out.file.flush()
        if browser and not await asyncio.to_thread(webbrowser.open, answer.url):
            raise DeskError("Python finds no browser here")
        return FINE
    if answer.status == 410:
        raise DeskError(f"{name} {GONE.get(answer.reason, 'is gone')}")
    if answer.status == 404:
        raise DeskError(await _why_unknown(settings, name, article_id))
    reason = answer.detail if answer.status == 0 else f"{answer.status} {answer.detail}".strip()
    raise Unreachable(f"the edge at {edge.address} does not answer: {reason}")


async def _why_unknown(settings: Settings, name: str, article_id: str) -> str:
    """The edge is as silent on an embargoed article as on one that never was: only the log knows."""
    try:
        async with log_reader(settings) as consumer:
            version = (await scheduled_versions(consumer)).get(article_id)
    except Unreachable as error:
        return f"the edge knows no article {name}; whether it is embargoed cannot be said: {error}"
    if version is not None and version.not_before is not None and utc_text(now()) < version.not_before:
        return f"{name} is embargoed until {short(version.not_before)}"
    return f"the edge knows no article {name}; masthead show {name} says whether it is under way"
