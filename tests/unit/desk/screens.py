"""What the desk prints on a terminal of some width, or into a pipe."""

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from services.desk import screen


def screened(monkeypatch: pytest.MonkeyPatch, width: int | None, show: Callable[[], object]) -> str:
    """The text, without colours; `width` None is a pipe."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width,
        force_terminal=width is not None,
        color_system=None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    monkeypatch.setattr(screen, "out", console)
    show()
    return stream.getvalue()
