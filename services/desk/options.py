"""What several commands take, and how a command is run."""

import asyncio
from collections.abc import Coroutine
from typing import Annotated, Any

import typer

CODES = """\b
Exit codes:
  0  fine
  1  an article was refused, timed out or is not there; something is down
  2  called wrongly
  3  Kafka or the edge does not answer"""

Uri = Annotated[str, typer.Argument(help="The article's own uri, not its id or address.", metavar="URI")]
Name = Annotated[str, typer.Argument(help="The article's uri, or its public id.", metavar="URI|ID")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait until readers see the effect.")]
Timeout = Annotated[float, typer.Option("--timeout", min=0, help="Seconds to wait at most.", metavar="SECONDS")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the log, never shown to readers.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: JSON on standard output.")]


def run(work: Coroutine[Any, Any, int]) -> None:
    """Does a command's work and ends with the exit code that it gives."""
    raise typer.Exit(asyncio.run(work))
