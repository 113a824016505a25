"""What the desk writes: results on standard output, mistakes and progress on standard error."""

import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.cells import cell_len, set_cell_size
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

WIDE = 4000
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

out = Console(highlight=False, markup=False, emoji=False)
err = Console(highlight=False, markup=False, emoji=False, stderr=True)
_bars: list[Progress] = []


def safe(text: str) -> str:
    """`text` with everything that would steer a terminal written as its escape: `\\x1b`, `\\u202e`."""
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def one_line(text: str) -> str:
    """`text`, safe and on one line."""
    return safe(" ".join(text.split()))


def say(text: str | Text = "", style: str | None = None) -> None:
    """A line of the result. Not broken by us: an address stays one word, whatever the width."""
    console = err if _bars and out.is_terminal else out  # one terminal: the bar's own console writes above the bar
    console.print(text if isinstance(text, Text) else safe(text), style=style, soft_wrap=True)


def lay(content: RenderableType) -> None:
    """A table or the like: as wide as the terminal, and where it is no terminal as wide as it likes."""
    if out.is_terminal:
        out.print(content)
        return
    wide = Console(file=io.StringIO(), width=WIDE, color_system=None, highlight=False, markup=False, emoji=False)
    with wide.capture() as captured:
        wide.print(content)
    for line in captured.get().splitlines():
        say(line.rstrip())


def shortened(text: str, cells: int) -> str:
    """`text` in at most so many cells of a terminal, its loss marked by an ellipsis."""
    return text if cell_len(text) <= cells else set_cell_size(text, max(0, cells - 1)).rstrip() + "…"


def headline(text: str, cells: int | None = None) -> str:
    """A headline, safe, on one line and in at most so many cells.

    On a terminal one of a right-to-left script is put between marks of its direction, without which quotation marks
    and full stops at its ends would stand on the wrong side.
    """
    found = one_line(text)
    found = found if cells is None else shortened(found, cells)
    strong = (unicodedata.bidirectional(character) for character in found)
    first = next((kind for kind in strong if kind in ("L", "R", "AL")), "L")
    return found if first == "L" or not out.is_terminal else f"\u200f{found}\u200f"


def data(value: object, indent: int | None = None) -> None:
    """A result for programs: JSON in ASCII, whatever the terminal can show."""
    out.file.write(json.dumps(value, indent=indent) + "\n")


def complain(text: str) -> None:
    """A mistake, as one line on standard error."""
    out.file.flush()
    err.print(f"masthead: {one_line(text)}", style="red", soft_wrap=True)


def labelled(pairs: Sequence[tuple[str, str]], width: int = 10) -> Text:
    """Lines of `label value`, the values below each other; `width` is that of the labels at least."""
    text = Text()
    width = max(width, *(len(label) for label, _ in pairs)) if pairs else width
    for index, (label, value) in enumerate(pairs):
        text.append("\n" if index else "")
        text.append(f"{safe(label):<{width}} ", style="bold")
        text.append(safe(value))
    return text


@contextmanager
def progress(title: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error while work is long, nothing where that is not a terminal; gives what moves it on."""
    columns = (TextColumn(title), BarColumn(bar_width=None), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(title, total=total)
        _bars.append(bar)
        try:
            yield lambda: bar.advance(task)
        finally:
            _bars.remove(bar)


@contextmanager
def course() -> Iterator[Callable[[str, int, int, str], None]]:
    """A bar like that of `progress`, for work that others do; gives what sets its title, done, total and a remark.

    A total of 0: nobody knows how much it is.
    """
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=None), MofNCompleteColumn())
    remark = TextColumn("{task.fields[remark]}")
    with Progress(*columns, remark, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("", total=None, remark="")

        def move(title: str, done: int, total: int, said: str) -> None:
            bar.update(task, description=title, completed=done, total=total or None, remark=said)

        yield move
