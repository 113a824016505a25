"""The sample newsroom: files of versions, read in the order of their names and put together by `uri`."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import shared
from services.desk.errors import DeskError
from services.desk.inputs import NotJson, Parcel, parcels, to_json
from services.desk.outcomes import Kind
from services.desk.sample_dates import created

SAMPLES = Path(shared.__file__).with_name("samples")
LIVE_AT_ONCE = 3


@dataclass(frozen=True)
class Sample:
    """One article. `versions` are ninjs objects, `files` their names; both in the order in which they are pushed."""

    uri: str
    files: tuple[str, ...]
    versions: tuple[dict[str, Any], ...]

    @property
    def edition(self) -> str:
        """Its home edition."""
        return str((self.versions[0].get("editions") or [""])[0])

    @property
    def headline(self) -> str:
        """The headline of its first version: a kill has none."""
        return str((self.versions[0].get("headlines") or [{}])[0].get("value", ""))

    @property
    def embargoed(self) -> bool:
        """Whether a version has an embargo, past or not: the edge alone cannot tell that it is there."""
        return any("embargoedUntil" in version for version in self.versions)

    @property
    def shows_video(self) -> bool:
        """Whether a video belongs to it."""
        return any(part.get("type") == "video" for part in self.versions[0].get("associations") or [])


def read_samples(folder: Path = SAMPLES) -> list[Sample]:
    """The samples in a folder, in the order of the names of their first files. Raises DeskError for a broken one, and
    where there are none."""
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for path in sorted(folder.glob("*.json"), key=lambda path: natural(path.name)):
        for version in _versions(path):
            found.setdefault(version["uri"], []).append((path.name, version))
    if not found:
        raise DeskError(f"there are no samples in {folder}")
    return [
        Sample(uri, tuple(name for name, _ in files), tuple(version for _, version in files))
        for uri, files in found.items()
    ]


def read_live(folder: Path = SAMPLES) -> list[Sample]:
    """The articles under `live/`, in the order in which they are told; none where there is no such folder."""
    live = folder / "live"
    return read_samples(live) if live.is_dir() else []


def _versions(path: Path) -> list[dict[str, Any]]:
    try:
        with path.open("rb") as file:
            found = [json.loads(parcel.value) for parcel in parcels(path.name, file)]
        for version in found:
            created(version)
            if not isinstance(version["uri"], str):
                raise TypeError("uri")
    except NotJson as error:
        raise DeskError(f"a sample is broken: {error}") from error
    except (KeyError, ValueError, TypeError) as error:
        raise DeskError(f"a sample is broken: {path.name}: uri or versionCreated: {error}") from error
    return found


def natural(name: str) -> list[str | int]:
    """The key that sorts `x.json`, `x.2.json`, `x.10.json` in this order."""
    parts = re.split(r"(\d+)", name.removesuffix(".json"))
    return [int(part) if index % 2 else part for index, part in enumerate(parts)]


def first_of_each_edition(live: Iterable[Sample], count: int = LIVE_AT_ONCE) -> tuple[list[Sample], list[Sample]]:
    """The first `count` of each home edition, and all the others; the order stays."""
    begin: list[Sample] = []
    rest: list[Sample] = []
    taken: Counter[str] = Counter()
    for sample in live:
        taken[sample.edition] += 1
        (begin if taken[sample.edition] <= count else rest).append(sample)
    return begin, rest


def ending(version: Mapping[str, Any], moment: datetime) -> Kind:
    """What becomes of an article whose last version this is, dates moved."""
    if version.get("pubStatus") in ("canceled", "cancelled"):
        return "killed"
    if version.get("pubStatus") == "withheld":
        return "withheld"
    if "expires" in version and datetime.fromisoformat(version["expires"]) <= moment:
        return "expired"
    if "embargoedUntil" in version and moment < datetime.fromisoformat(version["embargoedUntil"]):
        return "embargoed"
    return "visible"


def parcels_of(sample: Sample, versions: Sequence[Mapping[str, Any]]) -> list[Parcel]:
    """The records to push for a sample, given its versions with their dates moved."""
    return [Parcel(file, to_json(version), sample.uri) for file, version in zip(sample.files, versions, strict=True)]
