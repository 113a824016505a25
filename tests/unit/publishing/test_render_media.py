"""Pictures and recordings of an article: their files, their room on the page, captions and credit."""

import json
import re

import msgspec
from rendered_pages import CHINESE, PICTURE, VIDEO, Page, article, article_page, cards

from shared.messages import Media, Rendition, Track

WIDTHS = (Rendition(href="/assets/p-600.webp", width=600), Rendition(href="/assets/p-1200.webp", width=1200))
SEVERAL = msgspec.structs.replace(PICTURE, href="/assets/p-1200.webp", renditions=WIDTHS, alt="A white boat")
TRACKS = (
    Track(href="/assets/v.en.vtt", language="en", label="English"),
    Track(href="/assets/v.zh.vtt", language="zh-Hant"),
)


def images(*media: Media) -> list[dict[str, str]]:
    return Page(article_page(article(media=media))).all("img")


def test_a_picture_reserves_its_room_and_has_text_for_who_does_not_see_it() -> None:
    [image] = images(SEVERAL)
    assert (image["width"], image["height"], image["alt"]) == ("900", "600", "A white boat")
    [unknown] = images(msgspec.structs.replace(PICTURE, width=None))
    assert "width" not in unknown
    assert "height" not in unknown


def test_a_picture_in_several_widths_has_a_source_set_and_says_how_wide_it_is_shown() -> None:
    [image] = images(SEVERAL)
    assert image["srcset"] == "/assets/p-600.webp 600w, /assets/p-1200.webp 1200w"
    assert image["sizes"].endswith("100vw")
    [card] = Page(cards([article(media=(SEVERAL,))])).all("img")
    assert card["srcset"] == image["srcset"]
    assert card["sizes"].startswith("auto, ")
    assert card["loading"] == "lazy"  # without it `auto` means nothing


def test_a_picture_in_one_width_has_no_source_set() -> None:
    for renditions in ((), WIDTHS[:1]):
        [image] = images(msgspec.structs.replace(PICTURE, renditions=renditions))
        assert not {"srcset", "sizes"} & set(image)


def test_files_whose_address_would_break_the_source_set_are_left_out() -> None:
    odd = Rendition(href="/assets/a,b.webp", width=900)
    [image] = images(msgspec.structs.replace(SEVERAL, renditions=(*WIDTHS, odd)))
    assert "a,b" not in image["srcset"]
    runs = Rendition(href="javascript:alert(1)", width=300)
    [image] = images(msgspec.structs.replace(SEVERAL, renditions=(runs, *WIDTHS)))
    assert image["srcset"].startswith("/assets/p-600.webp")


def test_the_first_picture_is_fetched_at_once_and_the_others_when_they_are_near() -> None:
    first, second = images(SEVERAL, PICTURE)
    assert (first.get("fetchpriority"), first.get("loading")) == ("high", None)
    assert (second.get("fetchpriority"), second.get("loading")) == (None, "lazy")


def test_caption_and_credit_stand_under_the_picture() -> None:
    page = Page(article_page(article(media=(msgspec.structs.replace(PICTURE, credit="Drawing: Ada"),))))
    assert page.texts[page.texts.index("A boat") + 1] == "Drawing: Ada"
    assert len(page.all("figcaption")) == 1
    bare = Page(article_page(article(media=(msgspec.structs.replace(PICTURE, caption=""),))))
    assert not bare.all("figcaption")


def test_a_recording_is_a_link_to_its_file_with_all_that_the_player_needs() -> None:
    page = Page(article_page(article(media=(msgspec.structs.replace(VIDEO, tracks=TRACKS),))))
    [play] = page.all("a", "play")
    assert (play["href"], play["data-player"], play["data-poster"]) == ("/assets/v.webm", "video", "/assets/v.svg")
    assert (play["data-title"], play["data-seconds"]) == ("A film", "65.0")
    assert json.loads(play["data-tracks"]) == [
        {"href": "/assets/v.en.vtt", "language": "en", "label": "English"},
        {"href": "/assets/v.zh.vtt", "language": "zh-Hant", "label": "中文 (繁體)"},
    ]
    assert "Play video 1:05" in page.text


def test_a_recording_of_unknown_length_without_captions_still_and_title_is_a_link_all_the_same() -> None:
    sound = Media(id="s" * 16, kind="audio", href="https://example.org/s.mp3")
    page = Page(article_page(article(media=(sound,)), CHINESE))
    [play] = page.all("a", "play")
    assert play == {
        "class": "play",
        "href": "https://example.org/s.mp3",
        "data-player": "audio",
        "data-title": "Ferry fares rise",
        "data-seconds": "",
    }
    assert "播放錄音" in page.texts
    assert not page.all("span", "length")


def test_captions_that_a_browser_must_not_load_are_left_out() -> None:
    bad = Track(href="javascript:alert(1)", language="ar")
    html = article_page(article(media=(msgspec.structs.replace(VIDEO, tracks=(bad, *TRACKS)),)))
    [play] = Page(html).all("a", "play")
    assert [track["language"] for track in json.loads(play["data-tracks"])] == ["en", "zh-Hant"]
    assert not re.search("javascript:", html)
