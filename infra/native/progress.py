"""What a person sees while the stack starts and stops: plain lines, the same on a terminal and in a pipe."""

import contextlib
import sys
from typing import TextIO


class Progress:
    """Prints lines, and lines in two halves ("Kafka 4.1.0 … " now, "ready in 3.9 s" later). `None` prints nothing."""

    def __init__(self, stream: TextIO | None = sys.stdout) -> None:
        self._stream = stream
        self._open = False
        self._piece = ""

    def begin(self, text: str) -> None:
        self._write(f"{self._newline()}{text} … ")
        self._open, self._piece = True, ""

    def end(self, text: str) -> None:
        self._write(f"{text}\n")
        self._open = False

    def more(self, text: str) -> None:
        """One more piece of an open line, unless it is the one before."""
        if self._open and text != self._piece:
            self._write(f"{text} … ")
            self._piece = text

    def line(self, text: str) -> None:
        self._write(f"{self._newline()}{text}\n")

    def raw(self, text: str) -> None:
        """Text that another process has laid out."""
        self._write(text)

    def _newline(self) -> str:
        newline, self._open = ("\n" if self._open else ""), False
        return newline

    def _write(self, text: str) -> None:
        if self._stream is not None:
            with contextlib.suppress(OSError):  # the terminal was closed: stopping goes on
                self._stream.write(text)
                self._stream.flush()
