"""`masthead show` at two widths and piped."""

import dataclasses

import pytest
from rich.cells import cell_len

from services.desk.edge import Answer
from services.desk.show_lines import Found
from services.desk.show_screen import bar, said, show
from shared.kafka_log import Record
from shared.messages import Reason, RelatedItem, RelatedList
from tests.unit.desk.screens import screened
from tests.unit.desk.versions import NOW, URI, article, record

URL = "http://127.0.0.1:8080/marsa-noor/articles/a-headline-that-is-long-abcdefghijklmnop"
REASONS = (Reason(kind="entity", value="Maren Toll", weight=0.2), Reason(kind="recent", value="", weight=0.1))
HEADLINES = ("A headline of many words, " * 5, "碼頭工人投票通過協議，" * 8, "تحلية المياه بالشمس " * 8)


def found(headline: str) -> Found:
    ours = article(headline=headline)
    items = tuple(
        RelatedItem(
            id="a" * 16,
            uri=f"urn:{n}",
            slug="s",
            editions=("hk",),
            headline=f"{n}: {headline}",
            published_at=NOW,
            media_type="text",
            language="en",
            score=0.5,
            reasons=(
                Reason(kind="entity", value="Maren Toll", weight=0.2),
                Reason(kind="recent", value="", weight=0.1),
            ),
        )
        for n in range(5)
    )
    related = RelatedList(uri=URI, id=ours.id, editions=("hk",), term=1, sequence=1, epoch="e", items=items)
    return Found(
        URI,
        [Record("articles.ingest", 2, 7, 1000, None, b"{}")],
        [record("articles.accepted", ours, 3, 1004)],
        [],
        [],
        [record("articles.related", related, 1, 1030)],
        [],
        [],
    )


ANSWER = Answer(200, stamp=article().stamp, url=URL, etag='"tag"')


@pytest.mark.parametrize("width", [60, 120])
@pytest.mark.parametrize("headline", HEADLINES)
def test_it_fits_its_terminal_and_the_address_is_whole(
    headline: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = screened(monkeypatch, width, lambda: show(found(headline), ANSWER, NOW)).splitlines()
    assert f"page {URL}" in lines
    assert max(cell_len(line) for line in lines if URL not in line) <= width
    assert any("● live" in line for line in lines)
    assert [line[:4] for line in lines if line.startswith("0.")] == ["0.50"] * 3
    assert sum("Maren Toll, recent" in line for line in lines) == 3
    assert any("━" in line for line in lines) is (width == 120)


def test_piped_it_has_no_boxes_and_one_line_for_each_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = screened(monkeypatch, None, lambda: show(found(HEADLINES[0]), ANSWER, NOW)).splitlines()
    assert lines[0] == " ".join(HEADLINES[0].split())
    assert lines[1].startswith("● live  version 1 of 2026-03-01 08:00:00Z  news  hk  en")
    assert f"page {URL}" in lines
    assert 'edge      200         version 1, ETag "tag"' in lines
    assert all(line == line.rstrip() for line in lines)
    assert not set("".join(lines)) & set("─│━╭")


def test_what_is_not_live_shows_no_related_and_how_long_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = [record("articles.scheduled", article(not_before="2026-03-01T15:30:00.000000Z"))]
    one = dataclasses.replace(found("A"), accepted=[], scheduled=waiting)
    text = screened(monkeypatch, 60, lambda: show(one, Answer(404, "no such article"), NOW))
    assert "● waiting  for 3 h" in text
    assert "Related" not in text


def test_a_bar_lies_within_its_cells_and_is_never_nothing() -> None:
    assert bar(0, 10, 10, 10) == "━" * 10
    assert bar(5, 5, 10, 10) == "     ━━━━━"
    assert bar(10, 0, 10, 10) == "         ━"
    assert bar(0, 0, 0, 10) == "━"
    assert bar(0, None, 10, 10) == ""


def test_times_are_said_in_the_unit_that_fits() -> None:
    assert (said(12), said(9_999), said(12_345)) == ("12 ms", "9,999 ms", "12.3 s")
