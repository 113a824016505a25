"""Processes by identity: a pid alone may have been given to another program since it was written down."""

import contextlib
import os
import select
import signal
import time
from pathlib import Path


def boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def parse_stat(stat: str) -> tuple[str, int, int]:
    """State, process group and start time (clock ticks since boot) from the text of /proc/PID/stat, as proc(5) says.

    The command's name stands in parentheses and may itself hold spaces and parentheses.
    """
    fields = stat[stat.rindex(")") + 2 :].split()
    return fields[0], int(fields[2]), int(fields[19])


def _stat(pid: int) -> tuple[str, int, int] | None:
    try:
        return parse_stat(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace"))
    except (OSError, ValueError):
        return None


def identity(pid: int) -> str | None:
    """What tells this process from every other that ever has the same pid; None when there is none (or a zombie)."""
    stat = _stat(pid)
    return None if stat is None or stat[0] in "ZX" else f"{boot_id()}/{stat[2]}"


def is_alive(pid: int | None, recorded: str | None) -> bool:
    """Whether the very process that was recorded as (`pid`, `identity(pid)`) still runs."""
    return pid is not None and recorded is not None and identity(pid) == recorded


def group_members(group: int) -> list[int]:
    """The pids of a process group, without zombies."""
    stats = ((int(entry), _stat(int(entry))) for entry in os.listdir("/proc") if entry.isdigit())
    return [pid for pid, stat in stats if stat is not None and stat[1] == group and stat[0] not in "ZX"]


def kill_group(group: int) -> None:
    """SIGKILL whatever is left of a process group, and wait until it is gone (at most two seconds)."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    deadline = time.monotonic() + 2
    for pid in group_members(group):
        wait_for_exit(pid, deadline - time.monotonic())


def wait_for_exit(pid: int, timeout: float) -> bool:
    """Wait until a process, ours or another's child, has ended. False after `timeout` seconds."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], max(0.0, timeout))[0])
    finally:
        os.close(handle)


def end_recorded(pid: int, recorded: str, timeout: float) -> bool:
    """End the process recorded as (`pid`, `recorded`) and what is left of its group; False when nothing was there.

    SIGTERM first, SIGKILL to the group after `timeout` seconds. A process that has the pid by chance is not touched:
    the kernel gives no process the pid of a group that still has members, so members without a leader are ours.
    """
    if not recorded.startswith(boot_id()):
        return False
    if is_alive(pid, recorded):
        os.kill(pid, signal.SIGTERM)
        wait_for_exit(pid, timeout)
    elif identity(pid) is not None or not group_members(pid):
        return False
    kill_group(pid)
    return True
