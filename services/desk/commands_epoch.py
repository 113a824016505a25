"""The commands about model epochs, as they are typed."""

from typing import Annotated

import typer

from services.desk import epoch
from services.desk.options import CODES, AsJson, Timeout, run
from shared.settings import Settings

epoch_app = typer.Typer(help="How common each word is, for related lists. Alone: what stands.", epilog=CODES)


@epoch_app.callback(invoke_without_command=True)
def _epoch(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        epoch_show_command()


@epoch_app.command("show", epilog=CODES)
def epoch_show_command(as_json: AsJson = False) -> None:
    """The epoch that stands: made when and by whom, of how many articles, and whether all lists follow it."""
    run(epoch.show(Settings(), as_json))


@epoch_app.command("renew", epilog=CODES)
def epoch_renew_command(
    dry: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until all lists follow it.")] = False,
    timeout: Timeout = 600,
    as_json: AsJson = False,
) -> None:
    """Count all live articles anew and score related lists by what is common in them, on top of what ships.

    Readers keep their lists until the new ones are there. It also happens by itself when the newsroom has doubled.

    \b
    Example:
      masthead epoch renew --wait
    """
    run(epoch.renew_epoch(Settings(), dry, timeout if wait else None, as_json))
