"""Jars from a Maven repository by jgo, exactly those that the lists beside this module name.

The lists are what Maven itself resolves (`make lock` writes them anew): jgo 3.2's own resolver lets a dependency's
imported BOM change versions, and gives Kafka 4.1.0 the clients of 3.8.0. So jgo only fetches here, it resolves nothing.
"""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from infra.native.cache import cache_dir, fetch_once
from infra.native.errors import StackError
from infra.native.progress import Progress

KAFKA_VERSION = "4.1.0"
CHECKER_VERSION = "26.5.2"
LUCENE_VERSION = "9.12.3"
_AT_ONCE = 6


class Jar(NamedTuple):
    """One line of a list. `path` is the jar's path in a Maven repository: group/artifact/version/file."""

    sha256: str
    path: str

    @property
    def coordinates(self) -> tuple[str, str, str]:
        """Group id, artifact id and version."""
        *group, artifact, version, _file = self.path.split("/")
        return ".".join(group), artifact, version


def parse_list(text: str) -> list[Jar]:
    """The jars of a list in the format of sha256sum."""
    return [Jar(*line.split(maxsplit=1)) for line in text.splitlines() if line.strip()]


def verify(folder: Path, jars: list[Jar]) -> None:
    """StackError for the first jar below `folder` that is missing or not the one which its list means."""
    for jar in jars:
        try:
            digest = hashlib.sha256((folder / jar.path).read_bytes()).hexdigest()
        except OSError as error:
            raise StackError(f"{error.filename}: {error.strerror}; remove {folder} and start again") from None
        if digest != jar.sha256:
            raise StackError(f"{folder / jar.path} has not the sum that is listed; remove {folder}, start again")


def kafka_jars(progress: Progress) -> list[Path]:
    """Kafka's class path, fetched once into the cache, the sums verified every time. StackError if not."""
    return _jars("kafka", KAFKA_VERSION, "Kafka", progress)


def checker_jars(progress: Progress) -> list[Path]:
    """The class path of the HTML checker that the tests use (W3C's Nu), as `kafka_jars`."""
    return _jars("html-checker", CHECKER_VERSION, "the HTML checker", progress)


def lucene_jars(progress: Progress) -> list[Path]:
    """The class path of Lucene's MoreLikeThis, which `bench/` measures beside our own, as `kafka_jars`."""
    return _jars("lucene", LUCENE_VERSION, "Lucene", progress)


def _jars(name: str, version: str, title: str, progress: Progress) -> list[Path]:
    text = Path(__file__).with_name(f"{name}-jars.sha256").read_text(encoding="ascii")
    jars = parse_list(text)

    def fill(folder: Path) -> None:
        progress.begin(f"  fetching {title} {version} ({len(jars)} jars, once)")
        _fetch(folder, jars, title)
        verify(folder, jars)
        progress.end("done")

    folder = fetch_once(f"{name}-{version}-{hashlib.sha256(text.encode()).hexdigest()[:12]}", fill)
    verify(folder, jars)
    return [folder / jar.path for jar in jars]


def _fetch(folder: Path, jars: list[Jar], title: str) -> None:
    from jgo.maven import MavenContext  # takes half a second, and is needed once per machine

    context = MavenContext(repo_cache=folder, timeout=60)

    def fetch(jar: Jar) -> None:
        group, artifact, version = jar.coordinates
        context.project(group, artifact).at_version(version).artifact().resolve()

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            list(pool.map(fetch, jars))
        except Exception as error:  # jgo and its HTTP client raise all kinds
            pool.shutdown(cancel_futures=True)
            raise StackError(f"cannot fetch the jars of {title} into {cache_dir()}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [repr(error)])[0][:300]
