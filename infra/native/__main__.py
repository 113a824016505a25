"""`python -m infra.native`: starts and stops Masthead on this machine, without containers."""

import argparse
import asyncio
import shlex
import shutil
import subprocess
import sys

from pydantic import ValidationError

from infra.native.detached import start_detached, stop_running
from infra.native.errors import BadSetting, PartFailed, StackError
from infra.native.foreground import run_foreground
from infra.native.jars import checker_jars, kafka_jars
from infra.native.newsroom import native_stack, storage_stack
from infra.native.programs import find_java, find_redis
from infra.native.progress import Progress
from infra.native.stack import AlreadyRunning, check_not_running
from shared.settings import EX_CONFIG, Settings

DESCRIPTION = """Starts and stops Masthead on this machine, without containers.

exit codes: 0 done, 1 a part could not be started or a command failed, 78 a setting is wrong"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code. A person's mistake is one line on stderr, never a traceback."""
    options = _parser().parse_args(arguments)
    try:
        settings = Settings()
    except ValidationError as error:
        for problem in error.errors():
            name = "_".join(map(str, problem["loc"])).upper()
            print(f"MASTHEAD_{name}={problem['input']}: {problem['msg']}", file=sys.stderr)
        return EX_CONFIG
    try:
        return int(options.run(settings, options))
    except PartFailed as failed:
        print(f"{failed}. The end of its log, {failed.log}:", file=sys.stderr)
        print("\n".join(f"    {line}" for line in failed.log_tail.splitlines()), file=sys.stderr)
    except StackError as error:
        print(error, file=sys.stderr)
        return EX_CONFIG if isinstance(error, BadSetting) else 1
    except KeyboardInterrupt:
        return 130
    return 1


def _up(settings: Settings, options: argparse.Namespace) -> int:
    then = tuple(shlex.split(options.then)) if options.then else ()
    progress = Progress()
    try:
        if options.detach:
            return start_detached(settings, then, progress)
        check_not_running(settings.state_dir.absolute())
        stack = storage_stack(settings, progress) if options.storage else native_stack(settings, progress)
        if not options.quiet:
            progress.line(f"Masthead starts (state and logs in {settings.state_dir.absolute()}; Ctrl-C stops it)")
        return asyncio.run(run_foreground(stack, then, progress))
    except AlreadyRunning as running:
        progress.line(str(running))
        return subprocess.run(then, check=False).returncode if then else 0


def _down(settings: Settings, _options: argparse.Namespace) -> int:
    stop_running(settings.state_dir, Progress())
    return 0


def _clean(settings: Settings, _options: argparse.Namespace) -> int:
    folder = settings.state_dir.absolute()
    if not folder.exists():
        print(f"Nothing to remove: there is no {folder}.")
        return 0
    if not (folder / "runner.lock").exists():
        raise StackError(f"{folder} is not removed: Masthead never ran there (check MASTHEAD_STATE_DIR)")
    stop_running(folder, Progress())
    shutil.rmtree(folder)
    print(f"Removed {folder}.")
    return 0


def _parts(_settings: Settings, _options: argparse.Namespace) -> int:
    progress = Progress(sys.stderr)
    java, redis, jars = find_java(progress), find_redis(progress), kafka_jars(progress)
    print(f"{java.title}\t{java.path}\n{redis.title}\t{redis.path}")
    for jar in jars:
        print(f"jar\t{jar}")
    return 0


def _checker(_settings: Settings, _options: argparse.Namespace) -> int:
    progress = Progress(sys.stderr)
    find_java(progress)
    checker_jars(progress)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m infra.native", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="start everything that is not running, each part ready before the next")
    how = up.add_mutually_exclusive_group()
    how.add_argument("--detach", action="store_true", help="return when all is ready, and leave it running")
    how.add_argument("--storage", action="store_true", help="Redis and Kafka alone: for masthead import")
    up.add_argument("--quiet", action="store_true", help=argparse.SUPPRESS)  # under --detach, which says it itself
    up.add_argument("--then", metavar="COMMAND", help="run this command when all is ready")
    up.set_defaults(run=_up)
    for name, run, text in (
        ("down", _down, "stop everything, also what a crash left behind"),
        ("clean", _clean, "stop everything and remove the state folder"),
        ("parts", _parts, "fetch what this machine lacks, and list the programs and jars that are used"),
        ("checker", _checker, "fetch the HTML checker of the tests, unless it is there"),
    ):
        commands.add_parser(name, help=text).set_defaults(run=run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
