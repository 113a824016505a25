"""The editions file: what it means, and that every mistake is named with line and field."""

from pathlib import Path

import pytest

from shared.editions import EditionsError, absolute_url, load_editions, with_addresses
from shared.settings import Settings


def load(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "editions.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        return list(load_editions(path))
    except EditionsError as error:
        return [line.replace(str(path), "FILE") for line in str(error).splitlines()]


def test_the_file_that_ships_has_three_editions_two_scripts_and_both_directions() -> None:
    editions = load_editions(Settings().editions)
    assert len(editions) == 3
    assert {edition.direction for edition in editions.values()} == {"ltr", "rtl"}
    assert any(edition.locale.startswith("zh-Hant") for edition in editions.values())


def test_sections_may_be_bare_and_the_rest_has_defaults(tmp_path: Path) -> None:
    path = tmp_path / "editions.yaml"
    path.write_text("editions: [{slug: hk, name: Hong Kong News, sections: [news, harbour-life]}]", encoding="utf-8")
    [edition] = load_editions(path).values()
    assert [(section.slug, section.name) for section in edition.sections] == [
        ("news", "News"),
        ("harbour-life", "Harbour life"),
    ]
    assert (edition.locale, edition.time_zone, edition.base_url, edition.tagline) == ("en", "UTC", None, "")


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("editions:\n- slug: hk\n", ["FILE:2: editions[0].name: is missing"]),
        (
            "editions:\n- slug: hk\n  name: HK\n  timezone: Asia/Hong_Kong\n  locale: xx-Foo\n",
            [
                "FILE:5: editions[0].locale: not a known locale: 'xx-Foo'",
                "FILE:4: editions[0].timezone: unknown field",
            ],
        ),
        (
            "editions:\n- {slug: hk, name: HK}\n- slug: hk\n  name: Again\n",
            ["FILE:3: editions[1].slug: 'hk' stands twice"],
        ),
        ("editions:\n- slug: v1\n  name: V\n", ["FILE:2: editions[0].slug: 'v1' is an address of the edge itself"]),
        (
            "editions:\n- slug: hk\n  name: HK\n  timeZone: Asia/Nowhere\n",
            ["FILE:4: editions[0].timeZone: not a known time zone: 'Asia/Nowhere'"],
        ),
        (
            "editions:\n- slug: editions\n  name: E\n  sections: [articles, A]\n",
            [
                "FILE:2: editions[0].slug: 'editions' is an address of the edge itself",
                "FILE:4: editions[0].sections[0].slug: 'articles' is where an edition's articles are",
                "FILE:4: editions[0].sections[1].slug: String should match pattern '^[a-z0-9]+(-[a-z0-9]+)*$'",
            ],
        ),
        (
            "editions:\n- slug: hk\n  name: HK\n  sections: [news, sport, news]\n",
            ["FILE:4: editions[0].sections: stands twice: 'news'"],
        ),
        (
            "editions:\n- slug: hk\n  name: HK\n  colours: {accent: red, rule: 'red; x'}\n",
            [
                "FILE:4: editions[0].colours.rule.[key]: Input should be 'accent', 'ink' or 'paper'",
                "FILE:4: editions[0].colours.rule: String should match pattern '^[#a-zA-Z0-9(),.% /-]{1,64}$'",
            ],
        ),
        ("editions: []\n", ["FILE:1: editions: Tuple should have at least 1 item after validation, not 0"]),
    ],
)
def test_every_mistake_is_named_with_line_and_field(tmp_path: Path, text: str, mistakes: list[str]) -> None:
    assert load(tmp_path, text) == mistakes


def test_an_edition_without_an_address_has_the_installations(tmp_path: Path) -> None:
    path = tmp_path / "editions.yaml"
    path.write_text("editions:\n- {slug: hk, name: HK}\n- {slug: dxb, name: D, baseUrl: 'https://dxb.example/news/'}\n")
    editions = load_editions(path)
    assert absolute_url(editions["hk"], "/hk/") == "/hk/"
    found = with_addresses(editions, "http://127.0.0.1:8080")
    assert absolute_url(found["hk"], "/hk/") == "http://127.0.0.1:8080/hk/"
    assert absolute_url(found["dxb"], "/dxb/") == "https://dxb.example/news/dxb/"
    assert absolute_url(found["hk"], "https://media.example/p.jpg") == "https://media.example/p.jpg"
    assert list(found) == ["hk", "dxb"]


def test_what_is_not_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    [mistake] = load(tmp_path, "editions:\n- slug: [\n")
    assert mistake.startswith("FILE:3: not YAML:")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(EditionsError, match="cannot be read"):
        load_editions(tmp_path / "missing.yaml")
