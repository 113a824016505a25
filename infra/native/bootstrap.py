"""Makes `.venv` from the lock: run by `make setup` with the system's Python, before anything is installed.

Only the standard library, and no syntax that an old Python would not read, so that it can say what is wrong.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
UV_LOCK = ROOT / "infra" / "native" / "requirements-uv.lock"
STAMP = VENV / "masthead.stamp"
LOG = VENV / "setup.log"
OLDEST, TOO_NEW = (3, 11), (3, 14)


def main() -> int:
    """Make or renew the environment if it is not of this lock. Exit code 1, with one line, when that cannot be done."""
    if not OLDEST <= sys.version_info[:2] < TOO_NEW:
        use_another_python()
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted and PYTHON.exists():
        return 0
    began = time.monotonic()
    version = "{}.{}.{}".format(*sys.version_info[:3])
    print(f"Setting up .venv with Python {version} …", flush=True)
    make_environment()
    install()
    STAMP.write_text(wanted)
    print(f".venv is ready after {time.monotonic() - began:.0f} s.")
    return 0


def use_another_python() -> None:
    """Go on in a Python that the lock was made for, if there is one beside this one; stop if this one is too old."""
    for minor in (13, 12, 11):
        other = shutil.which(f"python3.{minor}")
        if other:
            os.execv(other, [other, *sys.argv])
    if sys.version_info[:2] < OLDEST:
        stop("Python 3.11 or newer is needed, this is {}.{}; set PYTHON=… for make".format(*sys.version_info[:2]))


def fingerprint() -> str:
    """What the environment is made from: the locks, the project's metadata and commands, this Python, the place, and
    how: this file."""
    import tomllib  # not before the Python is known to be new enough

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    described = repr((project["project"], project["build-system"], sys.version, str(VENV))).encode()
    files = [file.read_bytes() for file in (LOCK, UV_LOCK, Path(__file__))]
    return hashlib.sha256(b"".join([described, *files])).hexdigest()


def make_environment() -> None:
    """A new, empty environment, unless there is one of this very Python already."""
    try:
        import ensurepip  # noqa: F401  Debian ships it apart from Python
        import venv
    except ImportError:
        stop("this Python has no venv module; install it (Debian, Ubuntu: apt-get install python3-venv)")
    current = VENV / "pyvenv.cfg"
    same = current.exists() and f"version = {sys.version.split()[0]}\n" in current.read_text() and PYTHON.exists()
    if not same:
        try:
            venv.EnvBuilder(clear=True, with_pip=True, symlinks=True).create(VENV)
        except (OSError, subprocess.CalledProcessError) as error:
            stop(f"cannot make {VENV}: {error}")
    LOG.write_text("")


def install() -> None:
    """Everything that is locked, by its hashes, then the project itself as it lies here."""
    pip = (str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "--retries=2", "--timeout=20")
    uv = str(VENV / "bin" / "uv")
    hashed = ("--require-hashes", "--requirement", str(LOCK))
    if run(*pip, "install", "--require-hashes", "--requirement", str(UV_LOCK)):
        stop(f"the locked packages cannot be fetched (no network?): {last_error()}")
    # pip knows of mirrors and certificates in its own configuration, which uv does not read
    # As pip does and uv by itself does not: compiled now, and not by every service that starts at once with the others
    sync = (uv, "pip", "sync", "--compile-bytecode", "--python", str(PYTHON), "--require-hashes", str(LOCK))
    if run(*sync) and run(*pip, "install", *hashed):
        stop(f"the locked packages cannot be installed: {last_error()}")
    if run(*pip, "install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)):
        stop(f"the project cannot be installed: {last_error()}")


def run(*command: str) -> int:
    """Run a command, its output into the log; returns its exit code."""
    with LOG.open("ab") as log:
        try:
            return subprocess.call(command, stdout=log, stderr=log, env=dict(os.environ, UV_PYTHON_DOWNLOADS="never"))
        except OSError as error:
            log.write(f"ERROR: {error}\n".encode())
            return 1


def last_error() -> str:
    lines = [line for line in LOG.read_text(errors="replace").splitlines() if line.lower().startswith("error")]
    return f"{(lines or ['see the log'])[-1]} (all of it: {LOG})"


def stop(reason: str) -> None:
    print(f"setup: {reason}", file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
