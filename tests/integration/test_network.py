"""What the stack opens to the network."""

import ipaddress
import os
from pathlib import Path

from infra.native.processes import group_members
from tests.support.newsroom import Newsroom

PARTS = ("redis", "kafka", "ingest", "enrichment", "recommendation", "publishing", "edge")
LISTENS = "0A"


def listening(pids: set[int]) -> set[tuple[str, int]]:
    """The addresses that these processes accept TCP connections on (proc(5): /proc/net/tcp and tcp6)."""
    inodes = {
        link.removeprefix("socket:[").removesuffix("]")
        for pid in pids
        for link in (os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink())
        if link.startswith("socket:[")
    }
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            address, port = fields[1].split(":")
            if fields[3] == LISTENS and fields[9] in inodes:
                found.add((decode_address(address), int(port, 16)))
    return found


def decode_address(text: str) -> str:
    """An address as the kernel prints it, in words of four bytes in the machine's order."""
    words = [bytes.fromhex(text[i : i + 8])[::-1] for i in range(0, len(text), 8)]  # little-endian machines alone
    address = ipaddress.ip_address(b"".join(words))
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


async def test_everything_listens_on_loopback_only(newsroom: Newsroom) -> None:
    for name in PARTS:
        pid = newsroom.stack.pid(name)
        assert pid is not None
        found = listening(set(group_members(pid)))
        if name in ("redis", "kafka", "edge"):
            own = int(getattr(newsroom.settings, name).rpartition(":")[2])
            assert ("127.0.0.1", own) in found, f"{name} listens on {found}"
        else:
            assert not found, f"{name} is asked by nobody, and listens on {found}"
        assert all(ipaddress.ip_address(address).is_loopback for address, _ in found), f"{name} listens on {found}"
