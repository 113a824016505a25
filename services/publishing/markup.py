"""Pieces of markup that templates and the edge share: what may be linked, how a language is marked, lengths. Pure."""

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

import msgspec
from babel import Locale, UnknownLocaleError
from markupsafe import Markup

from shared.messages import Media, Track


def safe_url(address: str | None) -> str:
    """`address` where it is http, https or relative; the empty string for anything a browser might run or misread.

    Browsers drop white space and control characters inside a scheme, so an address that holds any is refused whole.
    """
    if not address or any(c <= " " or c in "\\\x7f" for c in address):
        return ""
    try:
        scheme = urlsplit(address).scheme
    except ValueError:
        return ""
    return address if scheme in ("http", "https", "") else ""


def safe_media(media: Media) -> Media | None:
    """The media with addresses that may be rendered, or None where its own may not."""
    if not safe_url(media.href):
        return None
    return msgspec.structs.replace(
        media,
        poster=safe_url(media.poster) or None,
        renditions=tuple(file for file in media.renditions if safe_url(file.href)),
        tracks=tuple(track for track in media.tracks if safe_url(track.href)),
    )


def picture_of(media: Sequence[Media]) -> Media | None:
    """The first picture, or recording with a poster, that stands for an article; None for none."""
    return next((item for item in media if item.kind == "picture" or item.poster), None)


def still_address(picture: Media | None) -> str:
    """The address of the still that `picture_of` found; the empty string for none."""
    if picture is None:
        return ""
    return picture.href if picture.kind == "picture" else picture.poster or ""


def source_set(media: Media) -> str:
    """The `srcset` of a picture that has several widths; the empty string for others.

    A comma or a space in an address would end it: such files are left out.
    """
    files = [file for file in media.renditions if "," not in file.href and " " not in file.href]
    return ", ".join(f"{file.href} {file.width}w" for file in files) if len(files) > 1 else ""


@lru_cache(maxsize=4096)
def language_attributes(language: str, page: str) -> Markup:
    """` lang="…" dir="…"` for text in `language` on a page in `page` (both BCP 47); nothing where they are the same."""
    if language.lower() == page.lower():
        return Markup("")
    return Markup(' lang="{}" dir="{}"').format(language, _direction(language))


def language_name(language: str) -> str:
    """A language as it calls itself: `English`, `中文 (繁體)`; its tag where that is not known."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return language
    without_region = Locale(locale.language, script=locale.script)
    return str(without_region.get_display_name(without_region) or language)


def tracks_json(tracks: Sequence[Track]) -> str:
    """Captions for the player: a JSON array of `href`, `language` and `label`."""
    found = [
        {"href": track.href, "language": track.language, "label": track.label or language_name(track.language)}
        for track in tracks
    ]
    return msgspec.json.encode(found).decode()


def clock(seconds: float | None) -> str:
    """A length as `1:05` or `1:02:03`; the empty string for none."""
    if seconds is None or not 0 < seconds < 360_000:
        return ""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


@lru_cache(maxsize=256)
def _direction(language: str) -> str:
    """The direction of an article's language; one that Babel does not know counts as left to right."""
    try:
        return str(Locale.parse(language, sep="-").text_direction)
    except (UnknownLocaleError, ValueError, TypeError):
        return "ltr"
