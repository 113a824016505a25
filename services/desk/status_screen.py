"""`masthead status` on a screen: first whether all is well, then the groups; side by side where there is room."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from services.desk import screen
from services.desk.builds import course
from services.desk.letter import STATES
from services.desk.outcomes import duration
from services.desk.status_report import PART_FINE, EdgeState, Log, Runner, Stage, Status, problems

SIDE_BY_SIDE = 100
REASONS_SHOWN = 8
LONGEST_REASON = 44
"""Cells of a reason, so that both columns fit a terminal of 100."""


def show(status: Status, moment: datetime) -> None:
    """Prints the status for a person; the tables fit 60 columns."""
    _show_verdict(problems(status))
    groups: list[RenderableType] = []
    if status.runner is not None:
        groups.append(_parts(status.runner, moment))
    if status.log is not None:
        groups += [_stages(status.log.stages), _topics(status.log), _letters(status.log)]
    groups.append(_editions(status.edge))
    screen.lay(_placed(groups))
    screen.say()
    where = [("Edge", status.edge_address), ("Kafka", status.kafka)]
    if status.edge.build:
        where.append(("Build", status.edge.build))
    for one in status.edge.making:
        why = "rebuild" if one.why == "rebuild" else "other code, templates or editions"
        where.append(("Making", f"{one.build}, {course(one)} ({why})"))
    screen.say(screen.labelled(where, width=6))


def _show_verdict(found: Sequence[str]) -> None:
    if not found:
        screen.say("✓ all is well\n", "bold green")
        return
    screen.say(f"✗ {len(found)} {'problem' if len(found) == 1 else 'problems'}", "bold red")
    for problem in found:
        screen.say(f"  {screen.one_line(problem)}", "red")
    screen.say()


def _placed(groups: Sequence[RenderableType]) -> RenderableType:
    """The groups below each other, or in two columns on a terminal that is wide enough."""
    if not screen.out.is_terminal or screen.out.width < SIDE_BY_SIDE:
        return _below(groups)
    both = Table.grid(padding=(0, 6, 0, 0))
    middle = 2 if len(groups) > 2 else 1
    both.add_row(_below(groups[:middle]), _below(groups[middle:]))
    return both


def _below(groups: Sequence[RenderableType]) -> Group:
    spaced: list[RenderableType] = []
    for group in groups:
        spaced += [Text(), group] if spaced else [group]
    return Group(*spaced)


def _grid(*columns: str) -> Table:
    """A table without lines; `>` in front of a name sets its column to the right."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        right = column.startswith(">")
        table.add_column(column.lstrip(">"), justify="right" if right else "left", no_wrap=right, overflow="fold")
    return table


def _parts(runner: Runner, moment: datetime) -> Table:
    table = _grid("Processes", "", ">for", ">restarts")
    for part in runner.parts:
        fine = part.state in PART_FINE
        state = Text(f"{'●' if fine else '✗'} {part.state}", style="green" if fine else "red")
        if part.detail:
            state.append(f" ({screen.one_line(part.detail)})")
        restarts = Text(str(part.restarts) if part.restarts else "-", style="yellow" if part.restarts else "dim")
        table.add_row(part.name, state, since(part.since, moment), restarts)
    return table


def _stages(stages: Sequence[Stage]) -> Table:
    table = _grid("Stages", ">instances", ">waiting")
    for stage in stages:
        several = len(stage.lag) > 1
        waiting = Text(", ").join(
            Text(
                f"{topic.removeprefix('articles.') + ' ' if several else ''}{count:,}", style="yellow" if count else ""
            )
            for topic, count in stage.lag.items()
        )
        at_work = Text(str(stage.members), style="green" if stage.members else "bold red")
        table.add_row(stage.name, at_work, waiting if stage.lag else Text("-", style="dim"))
    return table


def _short(topic: str) -> str:
    return topic.removeprefix("articles.")


def _topics(log: Log) -> Table:
    table = _grid("Topics", ">records")
    for topic, count in log.records.items():
        table.add_row(topic, f"{count:,}")
    return table


def _letters(log: Log) -> RenderableType:
    letters = log.letters
    waiting = letters.states.get("open", 0)
    title = Text("Dead letters", style="bold")
    if not letters.records:
        return title.append("  none", style="not bold green")
    closed = [f"{count:,} {state}" for state in STATES[1:] if (count := letters.states.get(state, 0))]
    more = f"of the newest {letters.looked_at:,} records" if letters.looked_at < letters.records else ""
    hint = Text("; ".join(filter(None, [", ".join(closed), more, "see: masthead dead-letters"])), style="dim")
    if not waiting:
        return Group(title.append("  none open", style="not bold green"), hint)
    table = _grid("Dead letters", f">{waiting:,} open")
    found = [one for one in letters.refusals if one.states.get("open", 0)]
    for one in found[:REASONS_SHOWN]:
        reason = Text(screen.shortened(screen.one_line(f"{one.stage or '?'}: {one.reason}"), LONGEST_REASON))
        table.add_row(reason, Text(f"{one.states['open']:,}", style="yellow"))
    if len(found) > REASONS_SHOWN:
        table.add_row(Text(f"and for {len(found) - REASONS_SHOWN} other reasons", style="dim"), "")
    return Group(table, hint)


def _editions(edge: EdgeState) -> RenderableType:
    if edge.trouble:
        return Text("Editions", style="bold").append("  the edge is not ready", style="not bold red")
    table = _grid("Editions", ">articles")
    for slug, count in edge.editions.items():
        table.add_row(slug, f"{count:,}")
    return table


def since(text: str, moment: datetime) -> str:
    """How long ago an ISO 8601 time was, as a person says it; the text itself where it is not one."""
    try:
        return duration(max(0, int((moment - datetime.fromisoformat(text)).total_seconds())))
    except (ValueError, TypeError):
        return screen.one_line(text)
