"""`masthead demo`: the sample articles, visible, and where to look at them."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from rich.cells import cell_len
from rich.panel import Panel
from rich.text import Text

import shared
from services.desk import screen
from services.desk.edge import Answer, Edge, answering_edge
from services.desk.errors import BAD, FINE, DeskError
from services.desk.follow import Pushed, follower
from services.desk.inputs import NotJson, Parcel, parcels
from services.desk.log import log_writer
from services.desk.push import report, send
from shared.identity import public_id
from shared.settings import Settings

SAMPLES = Path(shared.__file__).with_name("samples")
ASKED_AT_ONCE = 8


def samples(folder: Path = SAMPLES) -> list[Parcel]:
    """The sample articles that ship. Raises DeskError where there are none."""
    found: list[Parcel] = []
    for path in sorted(folder.glob("*.json")):
        with path.open("rb") as file:
            try:
                found += parcels(path.name, file)
            except NotJson as error:
                raise DeskError(f"a sample is broken: {error}") from error
    if not found:
        raise DeskError(f"there are no samples in {folder}")
    return found


async def demo(settings: Settings, patience: float) -> int:
    """Pushes the samples that readers do not see; gives the exit code. Raises Unreachable, DeskError."""
    found = samples()
    async with answering_edge(settings) as edge:
        missing = await _unseen(edge, found)
        bad = await _push(settings, edge, missing, patience) if missing else 0
        screen.say(f"{len(found) - bad} sample articles are there, {len(missing)} of them new.")
        editions = (await edge.get("/v1/editions"))[1].get("items", [])
        front = f"{edge.address}{editions[0]['url']}" if editions else ""
        show(panel_text(edge.address, editions, await _an_article(edge, found, front)))
    return BAD if bad else FINE


async def _unseen(edge: Edge, found: Sequence[Parcel]) -> list[Parcel]:
    """Those for which the edge answers 404 (or nothing of use). What was killed or withheld stays so."""
    gate = asyncio.Semaphore(ASKED_AT_ONCE)

    async def unseen(parcel: Parcel) -> bool:
        async with gate:
            return parcel.uri is None or (await edge.article(public_id(parcel.uri))).status not in (200, 410)

    answers = await asyncio.gather(*(unseen(parcel) for parcel in found))
    return [parcel for parcel, new in zip(found, answers, strict=True) if new]


async def _push(settings: Settings, edge: Edge, missing: Sequence[Parcel], patience: float) -> int:
    async with AsyncExitStack() as stack:
        follow = await stack.enter_async_context(follower(settings, edge))
        producer = await stack.enter_async_context(log_writer(settings))
        async for sent in send(producer, iter(missing)):
            if sent.place is None:
                raise DeskError(f"a sample is broken: {sent.parcel.where}: {sent.reason}")
            follow.expect(Pushed(sent.parcel.where, sent.parcel.uri or ""), *sent.place)
        screen.say(f"{len(missing)} sample articles pushed, waiting until readers see them …")
        return await report(follow, len(missing), patience, quiet=True)


async def _an_article(edge: Edge, found: Sequence[Parcel], front: str) -> Answer | None:
    """A visible sample, of the first edition if there is one."""
    visible = None
    for parcel in found:
        answer = await edge.article(public_id(parcel.uri or ""))
        if answer.status == 200:
            visible = visible or answer
            if answer.url.startswith(front):
                return answer
    return visible


def show(text: Text) -> None:
    """In a frame where it fits; else without, since a broken address is of no use."""
    wide = screen.out.is_terminal and max(cell_len(line) for line in text.plain.splitlines()) + 4 <= screen.out.width
    if wide:
        screen.out.print(Panel(text, title="Masthead", expand=False))
    else:
        screen.say(text)


def panel_text(address: str, editions: Sequence[dict[str, object]], article: Answer | None) -> Text:
    """Where to look, and what to try next."""
    text = Text()
    for edition in editions:
        text.append(f"{edition.get('name')}\n", style="bold")
        text.append(f"  {address}{edition.get('url')}\n")
    if article is not None:
        text.append("An article\n", style="bold")
        text.append(f"  {article.url}\n")
    text.append("The API and its description\n", style="bold")
    text.append(f"  {address}/v1/editions\n  {address}/docs\n\n")
    text.append("Next\n", style="bold")
    text.append("  masthead push FILE --wait    an article of your own\n")
    text.append("  masthead status              how every part is doing\n")
    text.append("  masthead show URI            one article, stage by stage")
    return text
