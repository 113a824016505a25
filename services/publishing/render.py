"""From an enriched article or a related list to the fragments of a page. Pure: no clock, environment or files.

The edge joins fragments into one HTML document, in this order:

    article page   head, top, date line, rest, article, related (may be left out), foot
    front page     front_head, top, date line, rest, front_open, card of each article, front_close, foot
    message page   message_head:KIND, top, date line, rest, message:KIND, foot

The date line is `services.publishing.dates.date_line`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import babel
import jinja2
import msgspec
from babel import Locale, UnknownLocaleError
from babel.units import format_unit
from markupsafe import Markup

from services.publishing import assets, dates, texts
from shared import identity
from shared.editions import Edition
from shared.messages import Enriched, Media, RelatedItem

MESSAGE_KINDS = ("not_found", "killed", "withheld", "expired", "unavailable")
"""What stands in for a page: nothing there, three ways of an article's being gone, and Redis away or incomplete."""

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class _Page:
    """What the head of a document says about it. `canonical` is None for a page that no search engine shall list."""

    title: str
    canonical: str | None
    description: str = ""
    section: str = ""
    article: Enriched | None = None
    image: str = ""


class Renderer:
    """Renders for the editions it is made with; reads templates and assets once, when it is made."""

    def __init__(self, editions: Mapping[str, Edition]) -> None:
        self._editions = dict(editions)
        self.fingerprint = _fingerprint(self._editions)
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.globals.update(
            asset=lambda name: f"/assets/{name}?v={self.fingerprint}",
            stylesheet_name=assets.stylesheet_name,
            machine_time=dates.machine_time,
            language=language_attributes,
            clock=clock,
        )
        self._templates = {name: environment.get_template(name) for name in environment.list_templates()}

    def shell(self, edition: Edition) -> dict[str, str]:
        """The fragments that depend on the edition alone, by name; messages as `message_head:KIND`, `message:KIND`."""
        front = _Page(edition.name, _absolute(edition, f"/{edition.slug}/"), description=edition.tagline)
        parts = {
            "top": self._render("top", edition),
            "rest": self._render("rest", edition),
            "foot": self._render("foot", edition),
            "front_head": self._render("head", edition, page=front),
            "front_open": self._render("front_open", edition),
            "front_close": self._render("front_close", edition),
        }
        for kind in MESSAGE_KINDS:
            title, text = texts.texts_for(edition.locale).messages[kind]
            page = _Page(f"{title} · {edition.name}", canonical=None)
            parts[f"message_head:{kind}"] = self._render("head", edition, page=page)
            parts[f"message:{kind}"] = self._render("message", edition, title=title, text=text)
        return parts

    def article(self, version: Enriched, edition: Edition) -> dict[str, str]:
        """The fragments `head`, `article` and `card` of a live version in one of its editions."""
        media = tuple(shown for shown in map(_safe_media, version.media) if shown is not None)
        picture = _picture(media)
        page = _Page(
            f"{version.headline} · {edition.name}",
            self._canonical(version),
            description=version.dek or version.summary,
            section=version.section,
            article=version,
            image=picture if picture.startswith(("https://", "http://")) else "",
        )
        shared = {"article": version, "media": media, "section": _section_name(version, edition), "image": picture}
        return {
            "head": self._render("head", edition, page=page),
            "article": self._render("article", edition, **shared, body=Markup(version.body_html)),
            "card": self._render("card", edition, **shared, path=_path(version, edition)),
        }

    def related(self, items: Sequence[RelatedItem], edition: Edition) -> str:
        """The list of related articles, in the order given; the empty string for none."""
        entries = [(item, _path(item, edition), _reasons(item, edition)) for item in items]
        return self._render("related", edition, entries=entries) if entries else ""

    def _canonical(self, version: Enriched) -> str:
        """The address in the home edition: its first, or the first of them that this installation still has."""
        home = next((self._editions[slug] for slug in version.editions if slug in self._editions), None)
        path = identity.page_path(home.slug if home else version.editions[0], version.slug, version.id)
        return _absolute(home, path) if home else path

    def _render(self, template: str, edition: Edition, **values: object) -> str:
        words = texts.texts_for(edition.locale)
        return self._templates[f"{template}.html"].render(
            edition=edition,
            words=words,
            date_and_time=lambda moment: dates.date_and_time(edition.locale, moment, edition.time_zone),
            long_date=lambda moment: dates.long_date(edition.locale, moment, edition.time_zone),
            minutes=lambda n: format_unit(n, "duration-minute", words.unit_length, locale=_locale(edition.locale)),
            **values,
        )


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


def language_attributes(language: str, page: str) -> Markup:
    """` lang="…" dir="…"` for text in `language` on a page in `page` (both BCP 47); nothing where they are the same."""
    if language.lower() == page.lower():
        return Markup("")
    return Markup(' lang="{}" dir="{}"').format(language, _direction(language))


def clock(seconds: float | None) -> str:
    """A length as `1:05` or `1:02:03`; the empty string for none."""
    if seconds is None or not 0 < seconds < 360_000:
        return ""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


@lru_cache(maxsize=256)
def _locale(text: str) -> Locale:
    return Locale.parse(text, sep="-")


@lru_cache(maxsize=256)
def _direction(language: str) -> str:
    """The direction of an article's language; one that Babel does not know counts as left to right."""
    try:
        return str(_locale(language).text_direction)
    except (UnknownLocaleError, ValueError, TypeError):
        return "ltr"


def _path(shown: Enriched | RelatedItem, edition: Edition) -> str:
    """The address of an article as seen from an edition: in it where it belongs to it, else in its home."""
    slug = edition.slug if edition.slug in shown.editions else shown.editions[0]
    return identity.page_path(slug, shown.slug, shown.id)


def _absolute(edition: Edition, path: str) -> str:
    return f"{str(edition.base_url).rstrip('/')}{path}" if edition.base_url else path


def _section_name(version: Enriched, edition: Edition) -> str:
    """The section's name for readers; nothing for a section that the edition does not have."""
    return next((section.name for section in edition.sections if section.slug == version.section), "")


def _safe_media(media: Media) -> Media | None:
    """The media with addresses that may be rendered, or None where its own may not."""
    if not safe_url(media.href):
        return None
    return msgspec.structs.replace(media, poster=safe_url(media.poster) or None)


def _picture(media: Sequence[Media]) -> str:
    """The address of the first picture, or of a recording's poster; the empty string for none."""
    pictures = (item.href if item.kind == "picture" else item.poster for item in media)
    return next(filter(None, pictures), "")


def _reasons(item: RelatedItem, edition: Edition) -> str:
    """Why an entry is in the list, in one quiet line; nothing for one that merely fills the list."""
    words = texts.texts_for(edition.locale)
    if any(reason.kind == "pinned" for reason in item.reasons):
        return words.pinned
    values = dict.fromkeys(reason.value for reason in item.reasons if reason.kind != "recent" and reason.value)
    return words.in_common.format(values=words.separator.join(values)) if values else ""


def _fingerprint(editions: Mapping[str, Edition]) -> str:
    """12 hexadecimal digits that change with anything a rendered byte depends on beside the article."""
    digest = hashlib.sha256()

    def add(name: str, content: bytes) -> None:
        digest.update(f"{name}\0{len(content)}\0".encode() + content)

    add("libraries", f"{jinja2.__version__} {babel.__version__}".encode())
    for template in sorted(TEMPLATES.iterdir()):
        add(template.name, template.read_bytes())
    for name, asset in sorted(assets.load(editions).items()):
        add(name, asset.content)
    for slug, edition in editions.items():
        add(slug, edition.model_dump_json().encode())
    for source in (__file__, dates.__file__, texts.__file__, assets.__file__, identity.__file__):
        add(Path(source).name, Path(source).read_bytes())
    return digest.hexdigest()[:12]
