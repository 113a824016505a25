"""`masthead demo`: the sample newsroom, visible as its files want it, and where to look at it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from services.desk import demo_live, demo_panel, screen
from services.desk.demo_states import States, known
from services.desk.edge import Edge, answering_edge
from services.desk.errors import BAD, FINE, DeskError
from services.desk.follow import Pushed, follower
from services.desk.log import log_writer
from services.desk.outcomes import Kind
from services.desk.push import line, name_of, send
from services.desk.sample_dates import created, moved, spread, told_at, whole_weeks
from services.desk.samples import SAMPLES, Sample, ending, first_of_each_edition, parcels_of, read_live, read_samples
from shared.settings import Settings
from shared.times import now

SAID: dict[Kind, str] = {
    "withheld": "withheld",
    "killed": "killed",
    "expired": "expired",
    "embargoed": "waiting for an embargo",
}


@dataclass(frozen=True)
class Dated:
    """A sample with the dates it is pushed with, and what is to become of it."""

    sample: Sample
    versions: Sequence[Mapping[str, Any]]
    wanted: Kind


async def demo(settings: Settings, patience: float, rate: float | None = None, folder: Path = SAMPLES) -> int:
    """Pushes the samples that are not there; with a `rate` (articles a minute) goes on with the live ones. Gives the
    exit code. Raises UsageMistake, Unreachable, DeskError."""
    pause = None if rate is None else demo_live.pause_of(rate)
    archive, live = read_samples(folder), read_live(folder)
    begun, rest = first_of_each_edition(live)
    found = [*archive, *begun]
    async with answering_edge(settings) as edge:
        states = await known(settings, edge, found, patience)
        missing = [one for one in dated(archive, begun, now()) if one.sample.uri not in states]
        bad = await _push(settings, edge, missing, states, patience) if missing else 0
        screen.say(summary(len(found), len(missing), bad, states))
        await demo_panel.show(edge, found, states)
        if pause is not None:
            bad += await demo_live.tell(settings, edge, rest, pause, patience)
    return BAD if bad else FINE


def dated(archive: Sequence[Sample], begun: Sequence[Sample], moment: datetime) -> list[Dated]:
    """All samples as they are pushed at `moment`: the archive of the last days, `begun` of the last two hours."""
    by = whole_weeks(max(created(version) for sample in archive for version in sample.versions), moment)
    versions = [[moved(version, by) for version in sample.versions] for sample in archive]
    versions += [told_at(sample.versions, told) for sample, told in zip(begun, spread(len(begun), moment), strict=True)]
    return [
        Dated(sample, those, ending(those[-1], moment))
        for sample, those in zip([*archive, *begun], versions, strict=True)
    ]


async def _push(settings: Settings, edge: Edge, missing: Sequence[Dated], states: States, patience: float) -> int:
    """Pushes all versions and waits for the end of each; notes in `states` what became as wanted, and gives how many
    articles did not."""
    records = [parcel for one in missing for parcel in parcels_of(one.sample, one.versions)]
    wanted = {one.sample.uri: one.wanted for one in missing}
    last: dict[str, Pushed] = {}
    wrong: set[str] = set()
    async with AsyncExitStack() as stack:
        follow = await stack.enter_async_context(follower(settings, edge))
        producer = await stack.enter_async_context(log_writer(settings))
        async for sent in send(producer, iter(records)):
            if sent.place is None:
                raise DeskError(f"a sample is broken: {sent.parcel.where}: {sent.reason}")
            pushed = Pushed(sent.parcel.where, sent.parcel.uri or "")
            last[pushed.uri] = pushed
            follow.expect(pushed, *sent.place)
        screen.say(f"{len(missing)} sample articles pushed, waiting until readers see them …")
        with screen.progress("waiting", len(records)) as advance:
            async for pushed in follow.outcomes(patience):
                advance()
                assert pushed.outcome is not None
                is_last = pushed is last[pushed.uri]
                if pushed.outcome.bad or (is_last and pushed.outcome.kind != wanted[pushed.uri]):
                    wrong.add(pushed.uri)
                    screen.say(line(pushed.outcome, name_of(pushed)))
                elif is_last:
                    states[pushed.uri] = pushed.outcome.kind
    return len(wrong)


def summary(count: int, new: int, bad: int, states: Mapping[str, Kind]) -> str:
    """All samples in one line."""
    kinds = Counter(states.values())
    parts = [f"{kinds[kind]} {said}" for kind, said in SAID.items() if kinds[kind]]
    parts += [f"{bad} went wrong"] if bad else []
    of_them = {0: "none", count: "all"}.get(new, str(new))
    return f"{count} sample articles, {of_them} of them new{': ' if parts else ''}{', '.join(parts)}"
