"""A TCP proxy on loopback that does to a server's replies what a bad network does."""

import asyncio
import socket
import struct
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """What happens to replies. They are counted in pieces as they arrive: one pipeline's are mostly one.

    `delay`: seconds until a piece goes on. `silent`: nothing goes on, and the connection stays. `cut`: a piece that is
    longer ends after so many bytes, and the connection with it; only every `every`th such piece, and by a reset instead
    of an end with `reset`. `refuse`: new connections are reset at once. `stray`: is sent behind every piece.
    """

    delay: float = 0.0
    silent: bool = False
    cut: int | None = None
    every: int = 1
    reset: bool = False
    refuse: bool = False
    stray: bytes = b""


NONE = Fault()


class TcpProxy:
    """Listens on `port` for the server on `target`. `fault` may be set at any time, and holds for what comes then."""

    def __init__(self, target: int) -> None:
        self.fault = NONE
        self.port = 0
        self.accepted = 0
        self._target = target
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._long = 0

    async def start(self) -> None:
        """Opens the port: a free one at first, and the same again later."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Closes the port, and resets every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.reset_all()

    def reset_all(self) -> None:
        """Resets every connection."""
        for writer in list(self._open):
            _reset(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        if self.fault.refuse:
            _reset(writer)
            return
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            _reset(writer)
            return
        ends = {writer, to_server}
        self._open |= ends
        ways = [
            asyncio.create_task(_pass_on(reader, to_server)),
            asyncio.create_task(self._replies(from_server, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            self._open -= ends
            for end in ends:
                end.close()

    async def _replies(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            await asyncio.sleep(self.fault.delay)
            fault = self.fault
            if fault.silent:
                await asyncio.Event().wait()  # what was swallowed cannot be made good: silent until it is closed
            if self._is_cut(fault, len(data)):
                writer.write(data[: fault.cut])
                await writer.drain()
                if fault.reset:
                    _reset(writer)
                return
            writer.write(data + fault.stray)
            await writer.drain()

    def _is_cut(self, fault: Fault, size: int) -> bool:
        if fault.cut is None or size <= fault.cut:
            return False
        self._long += 1
        return self._long % fault.every == 0


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1 << 16):
        writer.write(data)
        await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Closes with a reset (RST) instead of an end (FIN): socket(7), SO_LINGER with a time of nothing."""
    if (sock := writer.get_extra_info("socket")) is not None and sock.fileno() >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
