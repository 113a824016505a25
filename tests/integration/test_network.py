"""What the stack opens to the network."""

import ipaddress

import psutil

from infra.native.processes import group_members
from tests.support.newsroom import Newsroom

PARTS = ("redis", "kafka", "ingest", "enrichment", "recommendation", "publishing", "edge")


def listening(pid: int) -> set[tuple[str, int]]:
    """The addresses that a process accepts TCP connections on."""
    try:
        ends = psutil.Process(pid).net_connections("tcp")
    except psutil.NoSuchProcess:  # one of a part's processes that has ended since
        return set()
    return {(unmapped(end.laddr.ip), end.laddr.port) for end in ends if end.status == psutil.CONN_LISTEN}


def unmapped(address: str) -> str:
    """An IPv4 address as such, where a socket of both families shows it as one of IPv6 (RFC 4291, 2.5.5.2)."""
    found = ipaddress.ip_address(address)
    return str(getattr(found, "ipv4_mapped", None) or found)


async def test_everything_listens_on_loopback_only(newsroom: Newsroom) -> None:
    for name in PARTS:
        pid = newsroom.stack.pid(name)
        assert pid is not None
        found = set().union(*map(listening, group_members(pid)))
        if name in ("redis", "kafka", "edge"):
            own = int(getattr(newsroom.settings, name).rpartition(":")[2])
            assert ("127.0.0.1", own) in found, f"{name} listens on {found}"
        else:
            assert not found, f"{name} is asked by nobody, and listens on {found}"
        assert all(ipaddress.ip_address(address).is_loopback for address, _ in found), f"{name} listens on {found}"
