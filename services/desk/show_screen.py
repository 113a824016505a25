"""`masthead show` on a screen: the headline, how it stands, the steps of its way, what is related to it."""

from collections.abc import Sequence

from rich import box
from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from services.desk import screen
from services.desk.edge import Answer
from services.desk.outcomes import duration
from services.desk.show_lines import Found, State, Step, latest, standing_list, state_of, steps
from shared.identity import public_id
from shared.messages import RelatedItem
from shared.times import from_text

COLOURS: dict[State, str] = {
    "live": "green",
    "withheld": "yellow",
    "killed": "red",
    "expired": "magenta",
    "waiting": "cyan",
    "under way": "blue",
    "refused": "red",
    "unknown": "red",
}
RELATED_SHOWN = 3
BAR_FROM_WIDTH = 90
BAR = 24
ALARMING = ("killed", "refused")


def show(found: Found, answer: Answer, moment: str) -> None:
    """Prints all of it; `moment` is now, as fixed-width UTC. Addresses stand on lines of their own, never broken."""
    way = steps(found, answer, moment)
    _show_head(found, state_of(found, answer, moment), moment)
    names = [("uri", found.uri), ("id", public_id(found.uri)), *([("page", answer.url)] if answer.url else [])]
    screen.say(screen.labelled(names, width=4))
    screen.say()
    wide = screen.out.is_terminal and screen.out.width >= BAR_FROM_WIDTH
    screen.lay(timeline(way, bars=wide))
    items = standing_list(found)[:RELATED_SHOWN] if answer.status == 200 else ()
    if items:
        screen.say("\nRelated", "bold")
        screen.lay(related(items))


def _show_head(found: Found, state: State, moment: str) -> None:
    version = latest(found)
    head = Text(f"● {state}", style=f"bold {COLOURS[state]}")
    if version is not None:
        waits = from_text(version.not_before) - from_text(moment) if state == "waiting" and version.not_before else None
        facts = (
            f"for {duration(int(waits.total_seconds()) + 1)}" if waits is not None else "",
            f"version {version.version} of {version.version_created[:10]} {version.version_created[11:19]}Z",
            version.section,
            ", ".join(version.editions),
            version.language,
        )
        head.append("".join(f"  {screen.one_line(fact)}" for fact in facts if fact), style="default not bold")
    lines = [head] if version is None else [Text(screen.headline(version.headline), style="bold"), head]
    if screen.out.is_terminal:  # rules only: a side would stand askew where a terminal sees other widths than we do
        screen.out.print(Panel(Group(*lines), box=box.HORIZONTALS, border_style=COLOURS[state], padding=(0, 1)))
    else:
        for line in lines:
            screen.say(line)


def timeline(way: Sequence[Step], bars: bool) -> Table:
    """The steps below each other; with `bars` also when each began and how long it took."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    if bars:
        table.add_column(no_wrap=True, min_width=BAR)
    table.add_column(overflow="fold")
    total = sum(step.took or 0 for step in way)
    before = 0
    for step in way:
        took = Text("" if step.took is None else f"+{said(step.took)}", style="cyan")
        row = [Text(step.stage, style="bold red" if step.stage in ALARMING else "bold"), Text(step.place, "dim"), took]
        if bars:
            row.append(Text(bar(before, step.took, total), style="cyan"))
        table.add_row(*row, Text(screen.one_line(step.text)))
        before += step.took or 0
    return table


def bar(before: int, took: int | None, total: int, cells: int = BAR) -> str:
    """Where a step lies in all the time there is, at least one cell of it."""
    if took is None:
        return ""
    start = min(round(before / max(total, 1) * cells), cells - 1)
    length = max(1, round(took / max(total, 1) * cells))
    return " " * start + "━" * min(length, cells - start)


def said(milliseconds: int) -> str:
    """A time that something took: `12 ms`, `3.4 s`."""
    return f"{milliseconds:,} ms" if milliseconds < 10_000 else f"{milliseconds / 1000:,.1f} s"


def related(items: Sequence[RelatedItem]) -> Table:
    """Score, headline and the reasons below it."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="cyan")
    table.add_column(overflow="fold")
    for item in items:
        reasons = ", ".join(dict.fromkeys(screen.one_line(reason.value or reason.kind) for reason in item.reasons))
        table.add_row(f"{item.score:.2f}", Text(screen.headline(item.headline)))
        if reasons:
            table.add_row("", Text(reasons, style="dim"))
    return table
