"""Pages and stylesheets, as W3C's checker of HTML sees them: every page of every edition, in one run."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from sample_site import SampleSite

from infra.native.jars import checker_jars
from infra.native.programs import find_java
from infra.native.progress import Progress
from services.edge.problems import bare_page
from shared.identity import page_path
from tests.support.samples import EDITIONS

FAULTS_OF_THE_CHECKER = [
    # var() may stand for any part of a value (CSS Custom Properties, section 3), for the colours in color-mix() too
    r"CSS: “--[\w-]+”: “var\(--[\w-]+\)” is not a “color” value\."
]


async def test_every_page_and_stylesheet_is_valid(site: SampleSite, tmp_path: Path) -> None:
    paths = {path for pages in site.pages.values() for path in pages.values()}
    paths |= {f"/{slug}/{section.slug}/" for slug, edition in EDITIONS.items() for section in edition.sections}
    paths |= {page_path(slug, v.slug, v.id) for v in site.articles for slug in v.editions}
    assert len(paths) > 150
    names = {f"{number}.html": path for number, path in enumerate(sorted(paths))}
    names |= {name: f"/assets/{name}" for name in ("page.css", *(f"edition.{slug}.css" for slug in EDITIONS))}
    for name, path in names.items():
        (tmp_path / name).write_bytes((await site.get(path)).content)
    (tmp_path / "bare.html").write_bytes(bytes(bare_page(503, "Not available right now.").body))
    (tmp_path / "wrong.html").write_text("<!doctype html><html lang=en><title>t</title><p><img src=x></p></p>")
    (tmp_path / "wrong.css").write_text("p { colour: red }")
    found = {(Path(one["url"]).name, one.get("lastLine"), one["message"]) for one in check(tmp_path)}
    expected = {mistake for mistake in found if mistake[0].startswith("wrong.")}
    assert {name for name, _, _ in expected} == {"wrong.html", "wrong.css"}, "the checker finds nothing"
    assert [(names.get(name, name), line, message) for name, line, message in found - expected] == []


def check(folder: Path) -> list[dict[str, Any]]:
    """The errors and warnings in all documents and stylesheets of a folder, but for faults of the checker itself."""
    quiet = Progress(None)  # `make test` has fetched it
    class_path = ":".join(map(str, checker_jars(quiet)))
    program = [find_java(quiet).path, "-cp", class_path, "nu.validator.client.SimpleCommandLineValidator"]
    options = ["--also-check-css", "--format", "json", "--stdout", "--exit-zero-always"]
    done = subprocess.run([*program, *options, folder], capture_output=True, text=True, check=True, timeout=120)
    messages = json.loads(done.stdout)["messages"]
    faults = re.compile("|".join(FAULTS_OF_THE_CHECKER))
    return [one for one in messages if not faults.fullmatch(one["message"])]
