"""One command line, run: what becomes of its result, and of a mistake."""

import contextlib
import logging
import os
import sys

import typer
from aiokafka.errors import KafkaError
from pydantic import ValidationError
from typer.exceptions import Abort, TyperException

from services.desk import screen
from services.desk.commands import app
from services.desk.errors import BAD, FINE, INTERRUPTED, UNREACHABLE, USAGE, DeskError
from shared.settings import mistakes


def run(arguments: list[str]) -> int:
    """Runs one command line; gives its exit code, of those in `errors`. A mistake is one line on standard error."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what matters of it is said in our own words
    try:
        result = typer.main.get_command(app).main(arguments, prog_name="masthead", standalone_mode=False)
        screen.out.file.flush()
        return result if isinstance(result, int) else FINE
    except DeskError as error:
        screen.complain(str(error))
        return error.code
    except TyperException as error:
        context = getattr(error, "ctx", None)
        where = context.command_path if context is not None else "masthead"
        screen.complain(f"{error.format_message()} (see: {where} --help)")
        return USAGE
    except ValidationError as error:
        screen.complain(mistakes(error)[0])
        return USAGE
    except BrokenPipeError:
        _forget_output()
        return BAD
    except (KafkaError, TimeoutError, ConnectionError) as error:
        screen.complain(f"Kafka went away in the middle: {type(error).__name__}: {error}")
        return UNREACHABLE
    except OSError as error:
        _forget_output()
        screen.complain(str(error))
        return BAD
    except (KeyboardInterrupt, Abort):
        return INTERRUPTED


def _forget_output() -> None:
    """Nobody takes standard output any more: what is left of it must not fail a second time when Python ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
