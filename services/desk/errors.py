"""What ends a command early: one clear line and an exit code, never a traceback."""

FINE, BAD, USAGE, UNREACHABLE = 0, 1, 2, 3
"""Exit codes: fine; an article was refused, timed out or is not there; called wrongly; Kafka or the edge is away."""

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


class DeskError(Exception):
    """The command cannot do what was asked. The text is one sentence for the person at the keyboard."""

    code = BAD


class UsageMistake(DeskError):
    """The command was called with something it cannot use."""

    code = USAGE


class Unreachable(DeskError):
    """Kafka or the edge does not answer."""

    code = UNREACHABLE
