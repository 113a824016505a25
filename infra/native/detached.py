"""The supervisor in the background: started, watched until all is ready, and stopped from another process."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from infra.native.errors import StackError
from infra.native.logs import rotate
from infra.native.newsroom import ROOT, storage_parts
from infra.native.processes import end_recorded, wait_for_exit
from infra.native.progress import Progress
from infra.native.runner_state import read_runner, supervisor_alive
from infra.native.stack import AlreadyRunning, check_not_running, end_leftovers, take_lock
from shared.settings import Settings

STOP_SECONDS = 120.0


def start_detached(settings: Settings, then: Sequence[str], progress: Progress) -> int:
    """Start a supervisor that outlives this process, show its progress until all is ready, then run `then`.

    Returns the exit code of `then`, or the supervisor's own when it ended before all was ready (it has stopped
    everything by then, and its progress says why). AlreadyRunning when one runs on this state folder.
    """
    state_dir = settings.state_dir.absolute()
    check_not_running(state_dir)
    progress.line(f"Masthead starts in the background (state and logs in {state_dir})")
    storage_parts(settings, progress)  # fetches what this machine lacks while it can be watched
    log = state_dir / "log" / "runner.log"
    rotate(log)
    with log.open("ab") as output:
        shown = output.tell()
        command = [sys.executable, "-m", "infra.native", "up", "--quiet"]
        env = {**os.environ, "MASTHEAD_STATE_DIR": str(state_dir)}
        supervisor = subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    ended = ready = False
    try:
        while not (ended or ready):
            ended = wait_for_exit(supervisor.pid, 0.1)
            content = read_runner(state_dir)
            state = content["supervisor"] if content is not None else None
            ready = state is not None and state["pid"] == supervisor.pid and state["state"] == "ready"
            shown += _show(log, shown, progress)
    except KeyboardInterrupt:
        supervisor.send_signal(signal.SIGTERM)
        supervisor.wait()
        _show(log, shown, progress)
        return 130
    if ended and (code := supervisor.wait()) != 0:
        return code
    code = subprocess.run(then, check=False).returncode if then else 0
    progress.line("Masthead runs in the background; `make stop` ends it.")
    return code


def stop_running(state_dir: Path, progress: Progress) -> None:
    """Stop the supervisor of a state folder with all its parts, or what a crashed one left behind."""
    content = read_runner(state_dir)
    running = content["supervisor"] if content is not None and supervisor_alive(content) else None
    if running is not None:
        began = monotonic()
        progress.begin(f"Stopping Masthead (pid {running['pid']})")
        os.kill(running["pid"], signal.SIGTERM)
        if wait_for_exit(running["pid"], STOP_SECONDS):
            progress.end(f"stopped in {monotonic() - began:.1f} s")
        else:
            end_recorded(running["pid"], running["process"], 0)
            progress.end("killed, for it did not stop")
    if not state_dir.exists():
        return progress.line("Masthead is not running.")
    try:
        with take_lock(state_dir):
            left = end_leftovers(state_dir, progress)
    except AlreadyRunning:
        raise StackError("another start is under way; try again when it is ready") from None
    return None if running or left else progress.line("Masthead is not running.")


def _show(log: Path, start: int, progress: Progress) -> int:
    """Print what was written to the supervisor's log since byte `start`; returns how many bytes that were."""
    with log.open("rb") as text:
        text.seek(start)
        new = text.read()
    progress.raw(new.decode("utf-8", "replace"))
    return len(new)
