"""The commands, as they are typed: arguments, options and their help. What they do stands in the module of each."""

import asyncio
from collections.abc import Coroutine
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any

import typer

from services.desk import (
    dead_letters,
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
    redrive,
    screen,
    show,
    status,
)
from services.desk.dead_letters_filter import Filter, moment_of, place_of
from services.desk.errors import UsageMistake
from shared.settings import Settings
from shared.times import now

CODES = """\b
Exit codes:
  0  fine
  1  an article was refused, timed out or is not there; something is down
  2  called wrongly
  3  Kafka or the edge does not answer"""

app = typer.Typer(
    help="The desk of Masthead: push, kill and withhold articles, and see what became of them.",
    epilog=CODES,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

Uri = Annotated[str, typer.Argument(help="The article's own uri, not its id or address.", metavar="URI")]
Name = Annotated[str, typer.Argument(help="The article's uri, or its public id.", metavar="URI|ID")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait until readers see the effect.")]
Timeout = Annotated[float, typer.Option("--timeout", min=0, help="Seconds to wait at most.", metavar="SECONDS")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the log, never shown to readers.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: JSON on standard output.")]


def _run(work: Coroutine[Any, Any, int]) -> None:
    raise typer.Exit(asyncio.run(work))


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
    _run(push.push(Settings(), files, edition or [], wait, timeout))


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
    _run(kill.kill(Settings(), uri, reason, actor, wait, timeout))


@app.command("withhold", epilog=CODES, short_help="Hide an article until it is released.")
def withhold_command(uri: Uri, reason: Reason, wait: Wait = False, timeout: Timeout = 60) -> None:
    """Hide an article from readers until it is released or corrected.

    Pushes its newest version again, one version higher and withheld.

    \b
    Example:
      masthead withhold urn:news:1234 --reason "being checked" --wait
    """
    _run(hold.hold(Settings(), "withhold", uri, reason, wait, timeout))


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
    _run(hold.hold(Settings(), "release", uri, reason, wait, timeout))


@app.command("show", epilog=CODES, short_help="Where one article stands, stage by stage.")
def show_command(name: Name) -> None:
    """Where an article stands: its state, every stage with versions and times, what is related to it.

    \b
    Example:
      masthead show urn:news:1234
    """
    _run(show.show(Settings(), name))


@app.command("explain", epilog=CODES, short_help="Why one article is related to another.")
def explain_command(
    owner: Annotated[str, typer.Argument(help="The uri of the article whose list it is.", metavar="URI")],
    shown: Annotated[str, typer.Argument(help="The uri of the entry in it.", metavar="URI")],
) -> None:
    """Recompute a score of a related list, with its parts, from the log and the epoch that ships; and what is served.

    \b
    Example:
      masthead explain urn:news:1234 urn:news:1180
    """
    _run(explain.explain(Settings(), owner, shown))


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
    _run(history.tell(Settings(), name, everything, as_json))


@app.command("status", epilog=CODES, short_help="How every part is doing.")
def status_command(as_json: AsJson = False) -> None:
    """How every part is doing: processes, stages and their lag, records, dead letters, the edge.

    Exit code 0 when all is well, 1 when something is down or failing (Kafka and the edge, too).
    """
    _run(status.status(Settings(), as_json))


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
    _run(open_page.open_page(Settings(), name, browser))


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
    _run(demo.demo(Settings(), timeout, (demo_live.RATE if rate is None else rate) if live else None))


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
    _run(export.export(Settings(), file))


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
    _run(import_log.import_archive(Settings(), file, dry_run))


@app.command("verify", epilog=CODES, short_help="Check a saved file; needs no Kafka.")
def verify_command(
    file: Annotated[str, typer.Argument(help="A file that masthead export made.", metavar="FILE")],
) -> None:
    """Check a saved file from its beginning to its end, and print what it holds."""
    raise typer.Exit(import_log.verify(file))


letters_app = typer.Typer(help="What was refused, by whom and why. Alone: the list.", epilog=CODES)
app.add_typer(letters_app, name="dead-letters")

Stage = Annotated[str, typer.Option("--stage", help="Only of this stage: ingest, enrichment, …", metavar="NAME")]
LetterKind = Annotated[str, typer.Option("--kind", help="Only content, conflict or unknown.", metavar="NAME")]
Says = Annotated[str, typer.Option("--says", help="Only with this text in a reason.", metavar="TEXT")]
About = Annotated[str, typer.Option("--uri", help="Only about this article.", metavar="URI")]
Since = Annotated[str, typer.Option("--since", help="From then on: ISO 8601, or 15min, 2h, 3d ago.", metavar="TIME")]
Until = Annotated[str, typer.Option("--until", help="Only before then.", metavar="TIME")]
OfTopic = Annotated[str, typer.Option("--topic", help="Only of records of this topic.", metavar="NAME")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
Places = Annotated[list[str] | None, typer.Argument(help="As the list gives them.", metavar="PARTITION/OFFSET")]


def _filter(
    stage: str, kind: str, says: str, uri: str, since: str, until: str, topic: str, places: list[str] | None = None
) -> Filter:
    moment = now()
    return Filter(
        stage,
        kind,
        says,
        uri,
        topic,
        moment_of(since, moment) if since else None,
        moment_of(until, moment) if until else None,
        frozenset(map(place_of, places or ())),
    )


def _some(wanted: Filter) -> Filter:
    """Raises UsageMistake for a filter that takes everything: that is said, not forgotten."""
    if wanted.empty:
        raise UsageMistake("say which letters: PARTITION/OFFSET, or a filter such as --stage ingest or --since 2h")
    return wanted


@letters_app.callback(invoke_without_command=True)
def _letters(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        letters_list_command()


@letters_app.command("list", epilog=CODES)
def letters_list_command(
    stage: Stage = "",
    kind: LetterKind = "",
    says: Says = "",
    uri: About = "",
    since: Since = "",
    until: Until = "",
    topic: OfTopic = "",
    everything: Annotated[bool, typer.Option("--all", help="Those redriven or discarded, too.")] = False,
    last: Annotated[int, typer.Option("--last", min=1, max=10_000, help="How many, the newest.", metavar="N")] = 20,
    as_json: AsJson = False,
) -> None:
    """The newest open dead letters with their reasons; with --json one object on each line.

    \b
    Example:
      masthead dead-letters list --stage ingest --says "unknown" --since 2h
    """
    wanted = _filter(stage, kind, says, uri, since, until, topic)
    _run(dead_letters.list_letters(Settings(), wanted, last, everything, as_json))


@letters_app.command("show", epilog=CODES)
def letters_show_command(
    where: Annotated[str, typer.Argument(help="As the list gives it.", metavar="PARTITION/OFFSET")],
    as_json: AsJson = False,
) -> None:
    """One dead letter: reasons, what became of it, headers and the original bytes (with --json in base64).

    \b
    Example:
      masthead dead-letters show 2/15
    """
    _run(dead_letters.show_letter(Settings(), place_of(where), as_json))


@letters_app.command("redrive", epilog=CODES)
def letters_redrive_command(
    places: Places = None,
    stage: Stage = "",
    kind: LetterKind = "",
    says: Says = "",
    uri: About = "",
    since: Since = "",
    until: Until = "",
    topic: OfTopic = "",
    dry: DryRun = False,
    force: Annotated[
        bool, typer.Option("--force", help="Also what would be refused again, was redriven too often, or is closed.")
    ] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the log.")] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Wait and print what became of each article.")] = False,
    timeout: Timeout = 60,
    as_json: AsJson = False,
) -> None:
    """Redrive letters: the producer's own bytes once more onto articles.ingest, whatever stage refused them.

    The order of versions holds: what is older than what stands changes nothing. What the door would refuse again
    stays where it is, as does what was redriven three times; a version that came with two contents cannot be redriven
    at all. A letter that went is marked, and no longer open.

    \b
    Examples:
      masthead dead-letters redrive 2/15 --wait
      masthead dead-letters redrive --says "unknown: 'atlantis'" --since 2d --dry-run
    """
    if wait and as_json:
        raise UsageMistake("--wait prints for people, --json for programs; give one of them")
    wanted = _some(_filter(stage, kind, says, uri, since, until, topic, places))
    options = redrive.Options(dry, force, as_json, timeout if wait and not dry else None, reason)
    _run(redrive.redrive(Settings(), wanted, options))


@letters_app.command("discard", epilog=CODES)
def letters_discard_command(
    reason: Reason,
    places: Places = None,
    stage: Stage = "",
    kind: LetterKind = "",
    says: Says = "",
    uri: About = "",
    since: Since = "",
    until: Until = "",
    topic: OfTopic = "",
    dry: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Discard letters: mark them as done with. The log keeps them; list --all shows them.

    \b
    Example:
      masthead dead-letters discard --uri urn:news:1234 --reason "sent again with a higher version"
    """
    wanted = _some(_filter(stage, kind, says, uri, since, until, topic, places))
    _run(dead_letters.discard(Settings(), wanted, reason, dry, as_json))
