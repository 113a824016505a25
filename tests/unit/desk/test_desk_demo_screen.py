"""What the demo prints: the panel, and a line for each live article."""

from datetime import UTC, datetime

import pytest
from rich.cells import cell_len

from services.desk import demo_panel, screen
from services.desk.demo_live import pause_of, told_line
from services.desk.errors import UsageMistake
from services.desk.samples import Sample
from tests.unit.desk.screens import screened

MOMENT = datetime(2026, 11, 19, 14, 5, 31, tzinfo=UTC)
URL = "http://127.0.0.1:8080/marsa-noor/articles/a-headline-that-is-long-abcdefghijklmnop"
EDITIONS = [{"name": "潮灣日報", "url": "/chiuwan/"}, {"name": "Port Ellery News", "url": "/port-ellery/"}]


def live(headline: str) -> Sample:
    return Sample("urn:a", ("a.json",), ({"editions": ["marsa-noor"], "headlines": [{"value": headline}]},))


@pytest.mark.parametrize(("rate", "pause"), [(6, 10), (600, 0.1), (0.1, 600)])
def test_a_rate_is_articles_a_minute(rate: float, pause: float) -> None:
    assert pause_of(rate) == pytest.approx(pause)


@pytest.mark.parametrize("rate", [0, 0.09, 601, -1, float("nan"), float("inf")])
def test_a_rate_has_limits(rate: float) -> None:
    with pytest.raises(UsageMistake, match=r"0\.1 to 600"):
        pause_of(rate)


def test_a_live_article_is_one_line_where_there_is_room() -> None:
    for width in (None, 200):
        assert told_line(live("Short\x1b"), URL, MOMENT, width).plain == f"14:05:31  marsa-noor  Short\\x1b  {URL}"


@pytest.mark.parametrize(
    "headline", ["A headline of many words " * 5, "碼頭工人投票通過協議，" * 9, "تحلية المياه بالشمس " * 9]
)
def test_on_a_narrow_terminal_the_headline_gives_way_and_the_address_is_whole(headline: str) -> None:
    first, second = told_line(live(headline), URL, MOMENT, 60).plain.split("\n")
    assert first.rstrip("\u200f").endswith("…")
    assert 50 < cell_len(first) <= 60
    assert second.strip() == URL


def test_a_right_to_left_headline_keeps_its_quotation_marks_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screened(monkeypatch, 60, lambda: None)
    assert screen.headline("«نسمة» أولًا\u202e.") == "\u200f«نسمة» أولًا\\u202e.\u200f"
    assert screen.headline("“Free”: 5 < 9") == "“Free”: 5 < 9"
    screened(monkeypatch, None, lambda: None)
    assert screen.headline("«نسمة» أولًا") == "«نسمة» أولًا"


@pytest.mark.parametrize(("width", "framed"), [(60, False), (120, True), (None, False)])
def test_the_panel_has_a_frame_only_where_its_addresses_fit(
    width: int | None, framed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = demo_panel.text("http://127.0.0.1:8080", EDITIONS, {"An article": URL})
    text = screened(monkeypatch, width, lambda: demo_panel.framed(content))
    assert ("╭" in text) is framed
    assert f" {URL}" in text
    others = [line for line in text.splitlines() if URL not in line]
    assert max(map(cell_len, others)) <= (width or 60)
    assert all(f"  {command} " in text for command, _ in demo_panel.NEXT)
