"""Dead letters on a screen and as JSON; nothing of them steers the terminal."""

import base64
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from services.desk import screen
from services.desk.letter import KINDS, STATES, Letter, State
from services.desk.outcomes import short
from shared.kafka_log import Record
from shared.messages import Origin

COLOURS: dict[State, str] = {"open": "yellow", "redriven": "green", "discarded": "dim"}
REASONS_SHOWN = 5
LONGEST_KEY = 100


def show_list(listed: Sequence[Letter], found: Sequence[Letter], filtered: bool) -> None:
    """Prints `listed`, the newest last, then how many of all that were `found` are in which state."""
    if listed:
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for letter in listed:
            table.add_row(Text(letter.name, style="bold"), _heading(letter))
            for reason in letter.reasons[:REASONS_SHOWN]:
                table.add_row("", Text(screen.one_line(reason)))
            if (more := len(letter.reasons) - REASONS_SHOWN) > 0:
                table.add_row("", Text(f"and {more} more", style="dim"))
        screen.lay(table)
        screen.say()
    screen.say(counted(found, filtered))
    if listed:
        screen.say(f"one, whole: masthead dead-letters show {listed[-1].name}", "dim")


def _heading(letter: Letter) -> Text:
    text = Text(f"{when(letter)}  {title(letter)}")
    if name := key_text(letter):
        text.append(f"\n{name}", style="cyan")
    if letter.redrives:
        text.append(f"\n{redriven_before(letter)}", style="yellow")
    if letter.mark is not None:
        text.append(f"\n{mark_text(letter)}", style=COLOURS[letter.state])
    return text


def counted(found: Sequence[Letter], filtered: bool) -> str:
    """How many letters are open, redriven and discarded, in words."""
    counts = Counter(letter.state for letter in found)
    if not found:
        return "no dead letters like that" if filtered else "no dead letters"
    said = ", ".join(f"{counts[state]:,} {state}" for state in STATES if counts[state] or state == "open")
    hidden = "" if not counts["redriven"] + counts["discarded"] else " (those that are not open: --all)"
    return f"{said}{hidden}"


def show_one(letter: Letter, record: Record) -> None:
    """Prints reasons, headers, key and bytes of a letter."""
    screen.say(title(letter), "bold")
    for reason in letter.reasons:
        screen.say(f"  {screen.one_line(reason)}")
    screen.say()
    screen.say(Text(f"● {letter.state}", style=COLOURS[letter.state]))
    for text in (mark_text(letter), redriven_before(letter), KINDS.get(letter.kind, "")):
        if text:
            screen.say(f"  {text}")
    screen.say()
    screen.say(screen.labelled([(name, screen.one_line(value)) for name, value in record.headers.items()]))
    screen.say()
    screen.say(f"key: {printable(record.key)}")
    screen.say(f"value, {len(record.value or b''):,} bytes:")
    screen.say(printable(record.value))


def title(letter: Letter) -> str:
    """Who refused what, in a few words."""
    topic, partition, offset = letter.place
    return screen.one_line(
        f"{letter.stage or 'somebody'}, {letter.kind or 'unknown'}: {topic or '?'} {partition}/{offset}"
    )


def when(letter: Letter) -> str:
    """When the letter was written: UTC, to the second."""
    return datetime.fromtimestamp(letter.time / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def key_text(letter: Letter) -> str:
    """The record's key, mostly a uri, on one line; empty where it has none."""
    return "" if not letter.key else screen.shortened(screen.one_line(printable(letter.key[:1000])), LONGEST_KEY)


def mark_text(letter: Letter) -> str:
    """What became of a letter, by whom and why; empty for an open one."""
    mark = letter.mark
    if mark is None:
        return ""
    to = "" if mark.redriven is None else f" as {origin_text(mark.redriven)}"
    why = f": {mark.reason}" if mark.reason else ""
    return screen.one_line(f"{mark.act} {short(mark.marked_at)}{to} by {mark.actor.removeprefix('/masthead/')}{why}")


def redriven_before(letter: Letter) -> str:
    """That a letter is about bytes which were redriven already; empty where they were not."""
    if not letter.redrives:
        return ""
    times = "once" if letter.redrives == 1 else f"{letter.redrives} times"
    return f"redriven {times} before" + (f", last from {letter.redrive_of}" if letter.redrive_of else "")


def as_data(letter: Letter, record: Record | None = None) -> dict[str, Any]:
    """A dead letter for programs: without its bytes, or with headers and bytes (base64) of `record`."""
    topic, partition, offset = letter.place
    mark = letter.mark
    found: dict[str, Any] = {
        "at": letter.name,
        "time": datetime.fromtimestamp(letter.time / 1000, UTC).isoformat(timespec="milliseconds"),
        "state": letter.state,
        "stage": letter.stage,
        "kind": letter.kind,
        "origin": {"topic": topic, "partition": partition, "offset": offset},
        "reasons": list(letter.reasons),
        "key": None if letter.key is None else letter.key.decode(errors="replace"),
        "bytes": letter.size,
        "redrives": letter.redrives,
        "redriveOf": letter.redrive_of or None,
        "mark": None
        if mark is None
        else {
            "act": mark.act,
            "time": mark.marked_at,
            "actor": mark.actor,
            "reason": mark.reason,
            "redriven": None if mark.redriven is None else origin_text(mark.redriven),
        },
    }
    if record is not None:
        found["headers"] = record.headers
        found["value"] = None if record.value is None else base64.b64encode(record.value).decode()
    return found


def printable(data: bytes | None) -> str:
    """Bytes as text that steers no terminal: what is not UTF-8 as `\\xff`, line ends and tabs kept."""
    if data is None:
        return "(none)"
    return screen.safe(data.decode(errors="backslashreplace").replace("\r\n", "\n"))


def line(word: str, letter: Letter, text: str, uri: str = "", style: str = "yellow") -> None:
    """One line about one letter: the word, its place, what it is about, and the rest."""
    what = screen.one_line(uri) or key_text(letter)
    found = Text(f"{word:<13} ", style=style)
    found.append(f"{letter.name:<7} ", style="bold")
    found.append(what, style="default not bold")
    if text:
        found.append(f"{': ' if what else ''}{screen.one_line(text)}", style="default not bold")
    screen.say(found)


def origin_text(origin: Origin) -> str:
    """A place in the log, as TOPIC/PARTITION/OFFSET."""
    return f"{origin.topic}/{origin.partition}/{origin.offset}"
