"""The files that are pushed: each one looked through before anything of it is sent."""

import errno
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO

from services.desk import screen
from services.desk.inputs import NotJson, Parcel, parcels


@dataclass(frozen=True)
class Source:
    """An input that is JSON from end to end and can be read again. `count` is how many records it has."""

    name: str
    file: IO[bytes]
    count: int

    def parcels(self, editions: Sequence[str]) -> Iterator[Parcel]:
        """Its records, from the beginning."""
        self.file.seek(0)
        return parcels(self.name, self.file, editions)


@contextmanager
def opened(names: Sequence[str]) -> Iterator[tuple[list[Source], int]]:
    """The inputs that can be used, and how many cannot; each mistake is told on standard error.

    The name `-` is standard input.
    """
    sources: list[Source] = []
    mistakes = 0
    with ExitStack() as stack:
        for name in names:
            title = "standard input" if name == "-" else name
            try:
                file = stack.enter_context(_open(name))
                sources.append(Source(title, file, sum(1 for _ in parcels(title, file))))
            except NotJson as error:
                mistakes += 1
                screen.complain(f"{error}; nothing of it was pushed")
            except OSError as error:
                mistakes += 1
                screen.complain(f"{title}: {error.strerror or error}")
        yield sources, mistakes


@contextmanager
def _open(name: str) -> Iterator[IO[bytes]]:
    """A file that can be read twice: a pipe is laid down in a temporary file."""
    if name == "-" and sys.stdin is None:  # Python's way to say that it was closed when the process began
        raise OSError(errno.EBADF, "is closed")
    with ExitStack() as stack:
        file = sys.stdin.buffer if name == "-" else stack.enter_context(open(name, "rb"))
        if name == "-" or not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            copy = stack.enter_context(tempfile.TemporaryFile())
            shutil.copyfileobj(file, copy)
            copy.seek(0)
            file = copy
        yield file
