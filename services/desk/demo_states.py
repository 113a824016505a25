"""Which samples are there already, and what became of them."""

import asyncio
import time
from collections.abc import Sequence

from services.desk.edge import Answer, Edge
from services.desk.errors import DeskError
from services.desk.log import log_reader, scheduled_versions
from services.desk.outcomes import Kind
from services.desk.samples import Sample
from shared.identity import public_id
from shared.settings import Settings

ASKED_AT_ONCE = 8
ASK_AGAIN = 0.3
GONE: dict[str, Kind] = {"killed": "killed", "withheld": "withheld", "expired": "expired"}

States = dict[str, Kind]
"""What is known of samples, by `uri`; those that nobody knows are not in it."""


async def known(settings: Settings, edge: Edge, found: Sequence[Sample], patience: float) -> States:
    """What the edge knows of the samples; of one with an embargo, for which it answers 404, the log is asked.

    Raises DeskError where the edge does not tell within `patience` seconds, Unreachable.
    """
    gate = asyncio.Semaphore(ASKED_AT_ONCE)
    deadline = time.monotonic() + patience

    async def ask(sample: Sample) -> Kind | None:
        async with gate:
            return state_of(await _certain(edge, public_id(sample.uri), deadline))

    answers = await asyncio.gather(*map(ask, found))
    states: States = {sample.uri: state for sample, state in zip(found, answers, strict=True) if state is not None}
    doubtful = [sample for sample in found if sample.embargoed and sample.uri not in states]
    if doubtful:
        async with log_reader(settings) as consumer:
            scheduled = await scheduled_versions(consumer)
        states |= {sample.uri: "embargoed" for sample in doubtful if public_id(sample.uri) in scheduled}
    return states


def state_of(answer: Answer) -> Kind | None:
    """What an answer says of an article; None where the edge does not know it."""
    return "visible" if answer.status == 200 else GONE.get(answer.reason)


async def _certain(edge: Edge, article_id: str, deadline: float) -> Answer:
    """The edge's answer, once it is one: 503 and no answer do not mean that an article is not there."""
    while (answer := await edge.article(article_id)).status not in (200, 404, 410):
        if time.monotonic() > deadline:
            why = f"{answer.status or ''} {answer.detail}".strip()
            raise DeskError(f"the edge does not tell which samples are there ({why})")
        await asyncio.sleep(ASK_AGAIN)
    return answer
