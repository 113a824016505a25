"""Pictures in several widths, and the captions of recordings."""

from typing import Any

import pytest

from services.ingest.media import media_of
from shared.messages import Media, Rendition, Track
from shared.ninjs import Ninjs


def medium(kind: str, *renditions: dict[str, Any]) -> Media:
    """What becomes of an association of this type with these files."""
    association = {"name": "main", "uri": "urn:example:m", "type": kind, "renditions": list(renditions)}
    ninjs = Ninjs.model_validate(
        {
            "uri": "urn:example:1",
            "versionCreated": "2024-03-19T08:00:00Z",
            "headlines": [{"value": "H"}],
            "editions": ["hk"],
            "associations": [association],
        }
    )
    [found] = media_of(ninjs)
    return found


def file(name: str, width: int | str | None = None, height: int | None = None, **more: Any) -> dict[str, Any]:
    """A file at https://m.example/NAME; what is None is not said."""
    sizes = {"width": width, "height": height, "href": f"https://m.example/{name}"}
    return {key: value for key, value in sizes.items() if value is not None} | more


def widths(found: Media) -> dict[int, str]:
    return {rendition.width: rendition.href.rpartition("/")[2] for rendition in found.renditions}


MP4 = file("v.mp4", 1280, 720, contentType="video/mp4")


def test_a_picture_keeps_all_its_widths_narrowest_first() -> None:
    found = medium("picture", file("l.jpg", 1600), file("s.jpg", "300"), file("h.jpg", 9000), file("unknown.jpg"))
    assert found.href == "https://m.example/l.jpg"
    assert found.renditions == (
        Rendition(href="https://m.example/s.jpg", width=300),
        Rendition(href="https://m.example/l.jpg", width=1600),
        Rendition(href="https://m.example/h.jpg", width=9000),
    )


@pytest.mark.parametrize("said", [{}, {"contentType": "image/jpeg"}])
def test_whether_or_not_its_files_say_what_they_are(said: dict[str, str]) -> None:
    assert widths(medium("picture", file("a.jpg", 800, **said), file("b.jpg", 400, **said))) == {
        400: "b.jpg",
        800: "a.jpg",
    }


def test_of_two_files_with_one_width_the_first_counts() -> None:
    assert widths(medium("picture", file("a.jpg", 800), file("b.jpg", 800), file("c.jpg", 0.5))) == {800: "a.jpg"}  # type: ignore[arg-type]


def test_crops_are_no_widths_of_the_picture() -> None:
    crop, rounded, silent = file("square.jpg", 200, 200), file("s.jpg", 301, 201), file("m.jpg", 800)
    assert widths(medium("picture", file("l.jpg", 1200, 800), crop, rounded, silent)) == {
        301: "s.jpg",
        800: "m.jpg",
        1200: "l.jpg",
    }


def test_the_widths_of_a_video_are_those_of_its_still() -> None:
    stills = [file(f" {name}.jpg ", width, contentType="image/jpeg") for name, width in (("l", 1280), ("s", 640))]
    stills = [{**still, "href": still["href"].replace("/ ", "/")} for still in stills]
    found = medium("video", MP4, *stills)
    assert (found.href, found.poster) == ("https://m.example/v.mp4", "https://m.example/l.jpg")
    assert widths(found) == {640: "s.jpg", 1280: "l.jpg"}
    assert medium("video", MP4).poster is None


def test_a_sound_has_no_still_and_no_widths() -> None:
    found = medium("audio", file("a.mp3", contentType="audio/mpeg"), file("a.jpg", 800, contentType="image/jpeg"))
    assert (found.poster, found.renditions) == (None, ())


def captions(name: str, language: str, **more: Any) -> dict[str, Any]:
    return file(name, contentType="text/vtt", language=language, **more)


def test_a_recording_has_its_captions_one_track_a_language() -> None:
    found = medium(
        "video",
        MP4,
        captions("en.vtt", "en", title="English"),
        captions("zh.vtt", "zh-Hant"),
        captions("again.vtt", "en"),
        captions("typed.vtt", "ar") | {"contentType": "Text/VTT; charset=utf-8"},
    )
    assert found.tracks == (
        Track(href="https://m.example/en.vtt", language="en", label="English"),
        Track(href="https://m.example/zh.vtt", language="zh-Hant", label=""),
        Track(href="https://m.example/typed.vtt", language="ar", label=""),
    )
    assert medium("audio", file("a.mp3", contentType="audio/mpeg"), captions("en.vtt", "en")).tracks


@pytest.mark.parametrize(
    "bad",
    [
        captions("x.vtt", ""),
        captions("x.vtt", 'en" onload="x'),
        captions("x.vtt", "en") | {"contentType": "application/x-subrip"},
        captions("x.vtt", "en") | {"href": "javascript:alert(1)"},
        {"href": "https://m.example/x.vtt", "contentType": "text/vtt"},
    ],
)
def test_what_is_no_track(bad: dict[str, Any]) -> None:
    assert medium("video", MP4, bad).tracks == ()


def test_captions_are_never_taken_for_the_recording() -> None:
    found = medium(
        "video", captions("en.vtt", "en") | {"name": "main"}, file("v.m3u8", contentType="application/x-mpegurl")
    )
    assert (found.href, len(found.tracks)) == ("https://m.example/v.m3u8", 1)


def test_a_label_is_a_short_line_without_controls() -> None:
    [track] = medium("video", MP4, captions("en.vtt", "en", title="Eng\x00lish\u202e\n CC" + "x" * 200)).tracks
    assert track.label.startswith("English CCx")
    assert len(track.label) == 100


def test_a_picture_has_no_tracks() -> None:
    picture = file("p.jpg", 800, contentType="image/jpeg")
    assert medium("picture", picture, captions("en.vtt", "en")).tracks == ()
