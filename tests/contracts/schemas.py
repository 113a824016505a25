"""The schemas that feeds and sitemaps must obey: those that others publish, and our own where no package has one.

The published ones are installed from npm, pinned by `npm/package-lock.json`, into the cache; nothing of them runs.
"""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml import etree

from infra.native.cache import fetch_once

HERE = Path(__file__).parent
OWN = HERE / "schemas"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def published(file: str) -> Path:
    """A file of the npm packages. Fails the test where there is no npm to install them."""
    lock = (HERE / "npm" / "package-lock.json").read_bytes()
    npm = shutil.which("npm")
    if npm is None:
        pytest.fail("the schemas that others publish are installed with npm: install Node.js with npm")

    def install(folder: Path) -> None:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / "npm" / name, folder)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=folder, check=True, timeout=120)

    return fetch_once(f"schemas-{hashlib.sha256(lock).hexdigest()[:12]}", install) / "node_modules" / file


def check_json_feed(data: bytes) -> dict[str, Any]:
    """Reads a JSON Feed. Raises jsonschema.ValidationError where it is none."""
    feed: dict[str, Any] = json.loads(data)
    schema = json.loads(published("jsonfeed-schema/schema-v1.1.json").read_bytes())
    jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER).validate(feed)
    return feed


def check_sitemap(data: bytes) -> etree._Element:
    """Reads a sitemap, with news or without. Raises etree.DocumentInvalid where it is none."""
    both = {SITEMAP: published("sitemap/schema/sitemap.xsd"), NEWS: OWN / "sitemap-news.xsd"}
    imports = "".join(f'<import namespace="{name}" schemaLocation="{path}"/>' for name, path in both.items())
    schema = etree.XMLSchema(etree.XML(f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{imports}</schema>'))
    return _checked(data, schema)


def check_index(data: bytes) -> etree._Element:
    """Reads an index of sitemaps. Raises etree.DocumentInvalid where it is none."""
    return _checked(data, etree.XMLSchema(etree.parse(OWN / "siteindex.xsd")))


def check_rss(data: bytes) -> etree._Element:
    """Reads a feed in RSS 2.0. Raises etree.DocumentInvalid where it is none."""
    return _checked(data, etree.RelaxNG(etree.parse(OWN / "rss.rng")))


def _checked(data: bytes, schema: etree.XMLSchema | etree.RelaxNG) -> etree._Element:
    document = etree.fromstring(data)
    schema.assertValid(document)
    return document
