"""The way to a broker: a proxy in a process of its own, which can be made slow, or reset what goes over it."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from unittest import mock

from infra.native import Address, kafka
from infra.native.newsroom import ROOT
from tests.support.tcp_proxy import NONE, Fault, TcpProxy

SLOW = Fault(delay=0.2)


class Wire:
    """What can be done to it."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def reset(self) -> None:
        """Resets every connection."""
        self._process.send_signal(signal.SIGUSR1)

    def slow(self) -> None:
        """Every piece of an answer takes a fifth of a second longer; as before when it is called again."""
        self._process.send_signal(signal.SIGUSR2)


@asynccontextmanager
async def wired(broker: str, port: int) -> AsyncIterator[Wire]:
    """A wire on a port of loopback to the broker on an address, which names the wire to its clients as its own."""
    target = broker.rpartition(":")[2]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.wire", str(port), target, stdout=PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    await process.stdout.readline()
    plain = kafka.server_properties

    def properties(address: Address, controller_port: int, log_dir: Path) -> str:
        text, name = plain(address, controller_port, log_dir), "advertised.listeners=BROKER://"
        return text.replace(f"{name}{broker}", f"{name}{address.host}:{port}")

    try:
        with mock.patch.object(kafka, "server_properties", properties):
            yield Wire(process)
    finally:
        with suppress(ProcessLookupError):  # an interrupt from the keyboard has ended it, too
            process.kill()
        await process.wait()


async def _main(port: int, target: int) -> None:
    proxy = TcpProxy(target)
    proxy.port = port

    def slower() -> None:
        proxy.fault = SLOW if proxy.fault is NONE else NONE

    await proxy.start()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, proxy.reset_all)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR2, slower)
    print("listens", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), int(sys.argv[2])))
