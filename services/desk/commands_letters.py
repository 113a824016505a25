"""The commands about dead letters, as they are typed."""

from typing import Annotated

import typer

from services.desk import dead_letters, redrive
from services.desk.dead_letters_filter import Filter, moment_of, place_of
from services.desk.errors import UsageMistake
from services.desk.options import CODES, AsJson, Reason, Timeout, run
from shared.settings import Settings
from shared.times import now

letters_app = typer.Typer(help="What was refused, by whom and why. Alone: the list.", epilog=CODES)
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
    run(dead_letters.list_letters(Settings(), wanted, last, everything, as_json))


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
    run(dead_letters.show_letter(Settings(), place_of(where), as_json))


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
    run(redrive.redrive(Settings(), wanted, options))


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
    run(dead_letters.discard(Settings(), wanted, reason, dry, as_json))
