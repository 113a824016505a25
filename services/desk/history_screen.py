"""`masthead history` on a screen and as JSON."""

from datetime import UTC, datetime
from typing import Any

from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from services.desk import screen
from services.desk.history_events import STAGES, Event, History, Kind
from services.desk.show_screen import COLOURS, said
from shared.identity import public_id

KINDS: dict[Kind, str] = {
    "published": "green",
    "updated": "cyan",
    "corrected": "yellow",
    "withheld": "yellow",
    "released": "green",
    "expired": "magenta",
    "killed": "red",
    "related": "blue",
    "medium killed": "red",
    "refused": "red",
    "embargoed": "cyan",
}
JOINED_FROM_WIDTH = 100
INDENT = 14


def show(told: History, everything: bool) -> None:
    """Prints the events, oldest first: on a terminal below each other and by day, piped one line for each."""
    events = [event for event in told.events if event.visible or everything]
    unseen = sum(not event.visible for event in told.events)
    state = Text(f"● {told.state}", style=f"bold {COLOURS[told.state]}")
    lines = [Text(screen.headline(told.headline), style="bold"), state] if told.headline else [state]
    if screen.out.is_terminal:
        screen.out.print(Panel(Group(*lines), box=box.HORIZONTALS, border_style=COLOURS[told.state], padding=(0, 1)))
    else:
        for line in lines:
            screen.say(line)
    screen.say(screen.labelled([("uri", told.uri), ("id", public_id(told.uri))], width=4))
    screen.say()
    day = ""
    for event in events:
        if screen.out.is_terminal:
            day = _show_below(event, day)
        else:
            screen.say(_piped(event))
    if not events:
        screen.say("readers have seen nothing of it")
    if unseen and not everything:
        screen.say(f"{'' if not screen.out.is_terminal else chr(10)}and {unseen:,} that changed nothing: --all", "dim")


def _show_below(event: Event, day: str) -> str:
    """Prints an event as a few lines that fit the terminal; gives its day, which is printed when it is another."""
    moment = when(event)
    if moment[:10] != day:
        screen.say(f"{chr(10) if day else ''}{moment[:10]}", "dim")
    head = Text(f"{moment[11:23]}  ", style="dim")
    head.append(f"{event.kind:<13}", style=f"not dim bold {KINDS.get(event.kind, 'default')}")
    head.append(f"  {_what(event)}", style="not dim")
    screen.lay(head)
    facts = [origin(event), latencies(event), f"trace {event.trace}" if event.trace else ""]
    if screen.out.width >= JOINED_FROM_WIDTH:
        facts = ["   ".join(filter(None, facts[:2])), facts[2]]
    for fact in filter(None, facts):
        screen.lay(Padding(Text(fact, style="dim"), (0, 0, 0, INDENT), expand=False))
    return moment[:10]


def _piped(event: Event) -> Text:
    facts = (_what(event), origin(event), latencies(event), f"trace {event.trace}" if event.trace else "")
    return Text(f"{when(event)}  {event.kind:<13}").append("".join(f"  {fact}" for fact in facts if fact))


def _what(event: Event) -> str:
    version = "" if event.version is None else f"version {event.version}"
    return ": ".join(filter(None, (version, screen.one_line(event.text))))


def origin(event: Event) -> str:
    """Where the cause lies and who wrote it."""
    return f"{event.cause.place} by {screen.one_line(event.by)}"


def latencies(event: Event) -> str:
    """How long each stage took, as far as records tell."""
    known = [(stage, took) for stage in STAGES if (took := event.took.get(stage)) is not None]
    return ", ".join(f"{stage} {said(took)}" for stage, took in known)


def when(event: Event) -> str:
    """When the last record before readers was written, or the clock struck: UTC, to the millisecond."""
    return datetime.fromtimestamp(event.time / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_data(told: History, everything: bool) -> dict[str, Any]:
    """The history for programs. A latency that records do not tell is null."""
    return {
        "uri": told.uri,
        "id": public_id(told.uri),
        "state": told.state,
        "events": [
            {
                "time": when(event),
                "kind": event.kind,
                "visible": event.visible,
                "version": event.version,
                "text": event.text,
                "cause": {
                    "topic": event.cause.topic,
                    "partition": event.cause.partition,
                    "offset": event.cause.offset,
                },
                "by": event.by,
                "trace": event.trace or None,
                "latency": {stage: event.took[stage] for stage in STAGES if stage in event.took},
                "records": dict(event.places),
            }
            for event in told.events
            if event.visible or everything
        ],
    }
