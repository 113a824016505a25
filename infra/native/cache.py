"""The folder for what is fetched once per machine: Kafka's jars, and Java and Valkey where the system has none."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path


def cache_dir() -> Path:
    """MASTHEAD_CACHE, else `masthead` in the user's cache folder (XDG Base Directory Specification)."""
    if chosen := os.environ.get("MASTHEAD_CACHE"):
        return Path(chosen).absolute()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").absolute() / "masthead"


def fetch_once(name: str, fill: Callable[[Path], None]) -> Path:
    """The folder `name` in the cache; filled by `fill(folder)` if it is not there yet.

    It is filled under another name and renamed when complete, so that an interrupted fetch is never taken for a whole
    one; of two who want it at the same time, one waits. What `fill` raises is passed on.
    """
    target = cache_dir() / name
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_name(f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            for abandoned in target.parent.glob(f"{name}.partial-*"):
                shutil.rmtree(abandoned, ignore_errors=True)
            temporary = Path(tempfile.mkdtemp(prefix=f"{name}.partial-", dir=target.parent))
            try:
                fill(temporary)
                temporary.rename(target)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
    return target
