"""Which pictures, videos and sounds an article brings along, from ninjs renditions and associations."""

import re
from collections.abc import Sequence

from shared.identity import public_id
from shared.messages import Kind, Media, MediaType, Rendition, Track
from shared.ninjs import Association, Ninjs, drop_controls, is_language, main_text
from shared.ninjs import Rendition as File

_KINDS: dict[str, Kind] = {"picture": "picture", "graphic": "picture", "video": "video", "audio": "audio"}
_WIDEST = 2000
_CAPTIONS = "text/vtt"
_NAMED = {"main": 0, "hires": 2, "preview": 1, "thumbnail": 3}


def media_of(ninjs: Ninjs) -> tuple[Media, ...]:
    """The article's own renditions first, then those of its associations; what has no usable address is left out."""
    own = Association.model_validate(
        {
            "uri": ninjs.uri,
            "type": ninjs.type,
            "by": ninjs.by,
            "copyrightHolder": ninjs.copyrightHolder,
            "descriptions": [text.model_dump() for text in ninjs.descriptions],
            "renditions": [rendition.model_dump() for rendition in ninjs.renditions],
        }
    )
    found = [_medium(association) for association in (own, *ninjs.associations)]
    return tuple(medium for medium in found if medium is not None)


def media_type_of(ninjs: Ninjs, media: tuple[Media, ...]) -> MediaType:
    """The mark of the article in lists: what it says it is; composite or silent, its first playable medium's."""
    if ninjs.type in ("video", "audio"):
        return "video" if ninjs.type == "video" else "audio"
    if ninjs.type not in (None, "composite"):
        return "text"
    for medium in media:
        if medium.kind != "picture":
            return "video" if medium.kind == "video" else "audio"
    return "text"


def usable_address(href: str | None) -> bool:
    """Whether a rendition's address is one that a page may name: http, https or a path of this site."""
    return href is not None and re.match(r"(https?://[^\s/]|/(?!/))\S*$", href.strip(), re.IGNORECASE) is not None


def _medium(item: Association) -> Media | None:
    named = [r for r in item.renditions if usable_address(r.href)]
    usable = [r for r in named if not _is_captions(r)]
    kind = _KINDS.get(item.type or "") or next((k for r in usable if (k := _kind_of(r))), None)
    if kind is None or not usable:
        return None
    fitting = [r for r in usable if _kind_of(r) == kind] or [r for r in usable if _kind_of(r) is None]
    if not fitting:
        return None
    best = min(fitting, key=_order)
    stills = fitting if kind == "picture" else [r for r in usable if kind == "video" and _kind_of(r) == "picture"]
    shown = min(stills, key=_order, default=None)
    caption = main_text(item.descriptions, "caption", "text")
    headline = main_text(item.headlines, "main")
    return Media(
        id=public_id(item.uri or best.href or ""),
        kind=kind,
        href=(best.href or "").strip(),
        content_type=best.contentType or "",
        width=_pixels(best.width),
        height=_pixels(best.height),
        seconds=best.duration if best.duration and 0 < best.duration < 1e6 else None,
        caption=drop_controls(_plain(caption.value))[:2000] if caption else "",
        credit=drop_controls(item.by or item.copyrightHolder or "")[:300],
        alt=drop_controls(headline.value)[:300] if headline else "",
        poster=(shown.href or "").strip() if kind == "video" and shown else None,
        renditions=_widths([still for still in stills if shown and _same_shape(still, shown)]),
        tracks=_tracks([r for r in named if _is_captions(r)]) if kind != "picture" else (),
    )


def _widths(stills: Sequence[File]) -> tuple[Rendition, ...]:
    """Each width once, narrowest first; of two with one width the first that came."""
    files = {pixels: (still.href or "").strip() for still in reversed(stills) if (pixels := _pixels(still.width))}
    return tuple(Rendition(href=href, width=width) for width, href in sorted(files.items()))


def _same_shape(one: File, other: File) -> bool:
    """Whether two files can stand for each other: a square crop of a wide picture cannot."""
    sizes = [_pixels(side) for side in (one.width, one.height, other.width, other.height)]
    if None in sizes:
        return True
    width, height, other_width, other_height = (side or 0 for side in sizes)
    return abs(width * other_height - other_width * height) <= 0.05 * width * other_height


def _tracks(files: Sequence[File]) -> tuple[Track, ...]:
    """One track a language, the first that came."""
    found: dict[str, Track] = {}
    for file in files:
        language = (file.language or "").strip()
        if is_language(language):
            label = drop_controls(file.title or "")[:100]
            found.setdefault(language, Track(href=(file.href or "").strip(), language=language, label=label))
    return tuple(found.values())


def _is_captions(rendition: File) -> bool:
    return (rendition.contentType or "").split(";")[0].strip().lower() == _CAPTIONS


def _kind_of(rendition: File) -> Kind | None:
    family = (rendition.contentType or "").split("/")[0].lower()
    kinds: dict[str, Kind] = {"image": "picture", "video": "video", "audio": "audio"}
    return kinds.get(family)


def _order(rendition: File) -> tuple[bool, float, int]:
    """Widest first, but nothing wider than a screen where there is a choice; the feeds' usual names break ties."""
    width = rendition.width or 0
    return width > _WIDEST, -width if width <= _WIDEST else width, _NAMED.get((rendition.name or "").lower(), 9)


def _pixels(value: float | None) -> int | None:
    return int(value) if value is not None and 1 <= value <= 100_000 else None


def _plain(text: str) -> str:
    return re.sub(r"<[^>]*>", " ", text)
