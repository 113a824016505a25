"""A receipt as a person reads it."""

from rich.table import Table
from rich.text import Text

from services.desk import screen
from services.desk.outcomes import short
from services.desk.receipt import Receipt, by_kind

MOST = 10
_MANY = {"API": "API answers", "related": "related lists and pages with them"}


def show(receipt: Receipt) -> None:
    """Prints it: where the kill lies, what is clean after how long, and all that is not."""
    topic, partition, offset = receipt.place
    who = receipt.actor.removeprefix("/masthead/")
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    said = screen.one_line(f"{topic} {partition}/{offset}, {short(receipt.killed_at)}, {who}: {receipt.reason}")
    table.add_row(Text("receipt", style="bold"), Text(said))
    for kind, count, after in by_kind(receipt.checks):
        table.add_row(_seconds(after), Text(f"{count} {_MANY.get(kind, kind if count == 1 else kind + 's')}"))
    if receipt.processes:
        times = [process.after for process in receipt.processes.values() if process.after is not None]
        count = len(receipt.processes)
        everyone = max(times) if len(times) == count else None
        table.add_row(_seconds(everyone), Text(f"memory of {count} edge {'process' if count == 1 else 'processes'}"))
    for cache in receipt.caches:
        last = cache.second or {}
        state = Text("purged" if cache.clean else "not clean", style="green" if cache.clean else "red")
        when = f", last at {short(last['at'])}" if cache.clean else ""
        table.add_row(state, Text(f"cache of {cache.edition}: {cache.said()}{when}"))
    screen.lay(table)
    if receipt.clean:
        screen.say(Text(f"clean {receipt.seconds:.2f} s after the kill was sent", style="green"))
        return
    wrong = receipt.not_clean()
    screen.say(Text(f"NOT CLEAN {receipt.seconds:.1f} s after the kill was sent:", style="bold red"))
    for text in wrong[:MOST]:
        screen.say(f"  {screen.one_line(text)}")
    if len(wrong) > MOST:
        screen.say(f"  and {len(wrong) - MOST} more; all with --json")


def _seconds(after: float | None) -> Text:
    return Text("not clean", style="red") if after is None else Text(f"{after:.2f} s", style="green")
