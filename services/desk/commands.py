"""The commands, as they are typed: arguments, options and their help. What they do stands in the module of each."""

from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from services.desk import (
    demo,
    demo_live,
    explain,
    export,
    history,
    hold,
    import_log,
    kill,
    open_page,
    push,
    screen,
    show,
    status,
)
from services.desk.commands_epoch import epoch_app
from services.desk.commands_letters import letters_app
from services.desk.errors import UsageMistake
from services.desk.options import CODES, AsJson, Name, Reason, Timeout, Uri, Wait, run
from shared.settings import Settings

app = typer.Typer(
    help="The desk of Masthead: push, kill and withhold articles, and see what became of them.",
    epilog=CODES,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        try:
            screen.say(f"masthead {version('masthead')}")
        except PackageNotFoundError:
            screen.say("masthead (not installed: run from a checkout)")
        raise typer.Exit


@app.callback()
def _main(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command("push", epilog=CODES, short_help="Push articles out of files.")
def push_command(
    files: Annotated[list[str], typer.Argument(help="Files to push; - is standard input.", metavar="FILE")],
    edition: Annotated[
        list[str] | None,
        typer.Option("--edition", help="Edition for articles that name none; may be given again.", metavar="SLUG"),
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait and print what became of each article.")] = False,
    timeout: Timeout = 60,
) -> None:
    """Push articles: ninjs JSON objects, arrays of them, or JSON Lines.

    Nothing is pushed of a file that is not JSON. What is JSON is pushed as it is; ingest accepts or refuses it, and
    with --wait its reasons are printed.

    \b
    Examples:
      masthead push article.json --wait
      masthead push *.json archive.jsonl --edition port-ellery
      curl -s https://agency.example/feed | masthead push -
    """
    run(push.push(Settings(), files, edition or [], wait, timeout))


@app.command("kill", epilog=CODES, short_help="Kill an article, for good.")
def kill_command(
    uri: Uri,
    reason: Reason,
    actor: Annotated[str | None, typer.Option("--actor", help="Who does it; your login name if not given.")] = None,
    wait: Wait = False,
    timeout: Timeout = 60,
) -> None:
    """Kill an article, for good: nothing brings this uri back.

    It goes from pages, lists and the API at once, also where versions of it are still under way. Asks nothing.

    \b
    Example:
      masthead kill urn:news:1234 --reason "court order" --wait
    """
    run(kill.kill(Settings(), uri, reason, actor, wait, timeout))


@app.command("withhold", epilog=CODES, short_help="Hide an article until it is released.")
def withhold_command(uri: Uri, reason: Reason, wait: Wait = False, timeout: Timeout = 60) -> None:
    """Hide an article from readers until it is released or corrected.

    Pushes its newest version again, one version higher and withheld.

    \b
    Example:
      masthead withhold urn:news:1234 --reason "being checked" --wait
    """
    run(hold.hold(Settings(), "withhold", uri, reason, wait, timeout))


@app.command("release", epilog=CODES, short_help="Show a withheld article again.")
def release_command(
    uri: Uri,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the log, never shown to readers.")] = "",
    wait: Wait = False,
    timeout: Timeout = 60,
) -> None:
    """Show a withheld article to readers again.

    \b
    Example:
      masthead release urn:news:1234 --wait
    """
    run(hold.hold(Settings(), "release", uri, reason, wait, timeout))


@app.command("show", epilog=CODES, short_help="Where one article stands, stage by stage.")
def show_command(name: Name) -> None:
    """Where an article stands: its state, every stage with versions and times, what is related to it.

    \b
    Example:
      masthead show urn:news:1234
    """
    run(show.show(Settings(), name))


@app.command("explain", epilog=CODES, short_help="Why one article is related to another.")
def explain_command(
    owner: Annotated[str, typer.Argument(help="The uri of the article whose list it is.", metavar="URI")],
    shown: Annotated[str, typer.Argument(help="The uri of the entry in it.", metavar="URI")],
) -> None:
    """Recompute a score of a related list, with its parts, from the log and the epoch that stands; and what is served.

    \b
    Example:
      masthead explain urn:news:1234 urn:news:1180
    """
    run(explain.explain(Settings(), owner, shown))


@app.command("history", epilog=CODES, short_help="What readers saw of one article, and why.")
def history_command(
    name: Name,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what changed nothing: late versions, refusals, embargoes.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Each visible change of an article, oldest first, with what caused it: version, record, who, time by stage, trace.

    Killed and expired articles have theirs, too. What publishing takes no record tells.

    \b
    Example:
      masthead history urn:news:1234 --all
    """
    run(history.tell(Settings(), name, everything, as_json))


@app.command("status", epilog=CODES, short_help="How every part is doing.")
def status_command(as_json: AsJson = False) -> None:
    """How every part is doing: processes, stages and their lag, records, dead letters, the edge.

    Exit code 0 when all is well, 1 when something is down or failing (Kafka and the edge, too).
    """
    run(status.status(Settings(), as_json))


@app.command("open", epilog=CODES, short_help="Print the address of an article's page.")
def open_command(
    name: Name,
    browser: Annotated[bool, typer.Option("--browser", help="Open the page in a browser, too.")] = False,
) -> None:
    """Print the address of an article's page: one line, and nothing else.

    An article that is unknown, killed, withheld, expired or embargoed has none: exit code 1.

    \b
    Example:
      xdg-open $(masthead open urn:news:1234)
    """
    run(open_page.open_page(Settings(), name, browser))


@app.command("demo", epilog=CODES, short_help="Push the sample newsroom, print where to look.")
@app.command("samples", hidden=True)
def demo_command(
    live: Annotated[bool, typer.Option("--live", help="Then push more articles, one after another.")] = False,
    rate: Annotated[
        float | None,
        typer.Option("--rate", help="With --live: articles a minute, 0.1 to 600; 6 if not given.", metavar="N"),
    ] = None,
    timeout: Timeout = 120,
) -> None:
    """Push the sample newsroom, wait until all is as its files want it, and print where to look.

    Its dates are moved by whole weeks, to the last days before now. What is there already is not pushed again: a
    second run takes seconds. With --live it goes on with articles of this very moment, until all are told or Ctrl-C.

    \b
    Example:
      masthead demo --live --rate 20
    """
    if rate is not None and not live:
        raise UsageMistake("--rate says how fast --live is; give both")
    run(demo.demo(Settings(), timeout, (demo_live.RATE if rate is None else rate) if live else None))


@app.command("export", epilog=CODES, short_help="Save all topics in one file.")
def export_command(
    file: Annotated[str, typer.Argument(help="The file to make; one that is there is kept.", metavar="FILE")],
) -> None:
    """Save all topics in one file, up to their ends as they are now; the services may be at work.

    Until it is whole the file is called FILE.partial. After an interruption the same command goes on where it ended.

    \b
    Example:
      masthead export monday.masthead
    """
    run(export.export(Settings(), file))


@app.command("import", epilog=CODES, short_help="Put a saved file back into empty topics.")
def import_command(
    file: Annotated[str, typer.Argument(help="A file that masthead export made.", metavar="FILE")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, write nothing.")] = False,
) -> None:
    """Put a saved file back into empty topics, every record at its own offset; the services must be stopped.

    Topics that are missing are created. A file that is damaged is refused before anything is written. After an
    interruption the same command goes on: what is there is compared, and not written again.

    \b
    Example:
      masthead import monday.masthead --dry-run
    """
    run(import_log.import_archive(Settings(), file, dry_run))


@app.command("verify", epilog=CODES, short_help="Check a saved file; needs no Kafka.")
def verify_command(
    file: Annotated[str, typer.Argument(help="A file that masthead export made.", metavar="FILE")],
) -> None:
    """Check a saved file from its beginning to its end, and print what it holds."""
    raise typer.Exit(import_log.verify(file))


app.add_typer(letters_app, name="dead-letters")
app.add_typer(epoch_app, name="epoch")
