"""Ports: which address a setting means, whether it is free, and a free one for what needs no fixed one."""

import errno
import ipaddress
import socket
from collections.abc import Iterable

from infra.native.errors import BadSetting, StackError
from infra.native.part import Address


def loopback_address(value: str, setting: str) -> Address:
    """The address that `value` ("host:port", or "redis://host:port/0") names. BadSetting unless it is this machine's
    loopback, without a password: the native stack opens nothing to the network."""
    host_port = value.removeprefix("redis://").removesuffix("/0").removesuffix("/")
    host, _, port = host_port.rpartition(":")
    host = "127.0.0.1" if host == "localhost" else host
    try:
        if ipaddress.IPv4Address(host).is_loopback and 0 < int(port) < 65536:
            return Address(host, int(port), setting)
    except ValueError:
        pass
    raise BadSetting(f"{setting}={value} cannot be started here; it must be 127.0.0.1:PORT")


def in_use_message(address: Address) -> str:
    return f"{address} is in use by another program; set {address.setting}={address.host}:PORT to take another port"


def check_free(addresses: Iterable[Address]) -> None:
    """StackError that names every address which another program listens on, and the setting that changes it."""
    problems = []
    for address in addresses:
        with socket.socket() as probe:
            # without it, connections that have just ended would count as use
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address.host, address.port))
            except OSError as error:
                taken = error.errno == errno.EADDRINUSE
                problems.append(in_use_message(address) if taken else f"{address} ({address.setting}): {error}")
    if problems:
        raise StackError("\n".join(problems))


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
