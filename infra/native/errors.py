"""Errors of the native stack that a person is told about in one line."""

from pathlib import Path


class StackError(Exception):
    """Something a person can put right. The text is one clear line; no traceback is shown for it."""


class BadSetting(StackError):
    """A setting `MASTHEAD_…` is wrong; a restart does not help."""


class PartFailed(StackError):
    """A part ended, or was not ready in time, while it was waited for."""

    def __init__(self, name: str, reason: str, log: Path, log_tail: str) -> None:
        super().__init__(f"{name} {reason}")
        self.name = name
        self.log = log
        self.log_tail = log_tail
