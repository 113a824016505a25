"""The fingerprint names all that a rendered byte depends on; every asset that a page asks for is there."""

import re
import shutil
from pathlib import Path

import pytest
from rendered_pages import EDITIONS, ENGLISH, RENDERER, article_page, front_page, item, message_page
from rendered_pages import article as version

from services.publishing import assets, dates, render
from services.publishing.render import Renderer
from shared.editions import Section


def test_the_fingerprint_is_the_same_for_the_same_parts() -> None:
    assert re.fullmatch("[0-9a-f]{12}", RENDERER.fingerprint)
    assert Renderer(EDITIONS).fingerprint == RENDERER.fingerprint


def test_the_fingerprint_changes_with_an_edition() -> None:
    renamed = {**EDITIONS, "port-ellery": ENGLISH.model_copy(update={"tagline": "Now daily."})}
    assert Renderer(renamed).fingerprint != RENDERER.fingerprint
    assert Renderer(dict(reversed(EDITIONS.items()))).fingerprint != RENDERER.fingerprint


@pytest.mark.parametrize(("where", "name"), [("TEMPLATES", "foot.html"), ("FOLDER", "page.css")])
def test_the_fingerprint_changes_with_a_template_and_an_asset(
    where: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = render if where == "TEMPLATES" else assets
    folder = shutil.copytree(getattr(module, where), tmp_path / where)
    monkeypatch.setattr(module, where, folder)
    assert Renderer(EDITIONS).fingerprint == RENDERER.fingerprint
    with (folder / name).open("a") as file:
        file.write("\n")
    assert Renderer(EDITIONS).fingerprint != RENDERER.fingerprint


def test_the_fingerprint_changes_with_a_rendering_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "dates.py"
    changed.write_text(Path(dates.__file__).read_text() + "\n# changed\n")
    monkeypatch.setattr(dates, "__file__", str(changed))
    assert Renderer(EDITIONS).fingerprint != RENDERER.fingerprint


def test_every_asset_that_a_page_asks_for_is_there() -> None:
    found = assets.load(EDITIONS)
    for edition in EDITIONS.values():
        html = (
            article_page(version(), edition, [item()])
            + front_page([version()], edition)
            + message_page("killed", edition)
        )
        asked = set(re.findall(r'"/assets/([^"?]+)\?v=([0-9a-f]+)"', html))
        assert {fingerprint for _, fingerprint in asked} == {RENDERER.fingerprint}
        names = {name for name, _ in asked}
        assert {"page.css", "player.js", f"edition.{edition.slug}.css"} <= names <= found.keys()


def test_an_edition_s_stylesheet_has_its_colours_and_sections() -> None:
    css = assets.stylesheet(ENGLISH)
    assert ":root {\n  --edition-accent: #8a1c1c;" in css
    assert '[data-section="harbour"] { --section: #1d5a78; }' in css
    assert all(f'.sections [data-section="{section.slug}"] a' in css for section in ENGLISH.sections)
    plain = ENGLISH.model_copy(update={"colours": {}, "sections": (Section(slug="news", name="News"),)})
    assert "--section:" not in assets.stylesheet(plain)
    assert assets.load(EDITIONS)["edition.port-ellery.css"].content == css.encode()


def test_assets_are_small() -> None:
    sizes = {name: len(asset.content) for name, asset in assets.load(EDITIONS).items()}
    assert sum(size for name, size in sizes.items() if not name.startswith("sample-")) < 60_000, "style and script"
    assert {name: size for name, size in sizes.items() if name.endswith(".webp") and size > 50_000} == {}
    assert max(sizes.values()) < 300_000, "recordings"
