"""From an enriched article or a related list to the fragments of a page. Pure: no clock, environment or files.

The edge joins fragments into one HTML document, in this order (`services.edge.shells` names those of the shell):

    article page   head, [alternates], top, date line, rest, [other languages], article, [related], foot
    front page     front_head, top, date line, rest, front_open, cards, list_close, latest_open, cards, list_close,
                   for each section section_open:SECTION, cards, list_close, and at the end foot
    section page   section_head:SECTION, top, date line, rest, section_page:SECTION, cards, list_close, [older], foot
    message page   message_head:KIND, top, date line, rest, message:KIND, latest_open, cards, list_close, foot
    the network    network_head, top, date line, rest, network, foot

`nothing` stands where a front or a section has no card. The date line is `services.publishing.dates.date_line`, what
stands in brackets is left out where there is none; `services.publishing.page_links` makes what the edge adds.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from pathlib import Path

import babel
import jinja2
from babel import Locale
from babel.units import format_unit
from markupsafe import Markup

from services.publishing import assets, dates, markup, structured, texts
from shared import identity
from shared.editions import Edition, Section, absolute_url
from shared.messages import Enriched, Media, RelatedItem

MESSAGE_KINDS = ("not_found", "killed", "withheld", "expired", "unavailable")
"""What stands in for a page: nothing there, three ways of an article's being gone, and Redis away or incomplete."""

OF_THE_STORY = 0.15
MOST_OF_THE_STORY = 5
"""The first entries of a related list, that many at most, are of the article's own story from this score on."""

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class _Page:
    """What the head of a document says about it. `canonical` is None for a page that no search engine shall list.

    `feed` is the path of the folder whose feeds it offers; `structured` is JSON-LD.
    """

    title: str
    canonical: str | None
    feed: str
    kind: str
    description: str = ""
    section: str = ""
    article: Enriched | None = None
    image: str = ""
    structured: Markup = field(default_factory=Markup)


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
            language=markup.language_attributes,
            clock=markup.clock,
            source_set=markup.source_set,
            tracks_json=markup.tracks_json,
        )
        self._templates = {name: environment.get_template(name) for name in environment.list_templates()}

    def shell(self, edition: Edition) -> dict[str, str]:
        """The fragments that depend on the edition alone, by name."""
        words, front = texts.texts_for(edition.locale), f"/{edition.slug}/"
        latest = {"heading": words.latest, "kind": "latest", "section": ""}
        return {
            "top": self._render("top", edition),
            "rest": self._render("rest", edition),
            "foot": self._render("foot", edition),
            "front_head": self._head(edition, edition.name, front, "front", description=edition.tagline),
            "front_open": self._render("front_open", edition),
            "latest_open": self._render("list_open", edition, **latest, href=""),
            "list_close": self._render("list_close", edition),
            "nothing": self._render("nothing", edition),
            "network_head": self._head(edition, words.editions, "/editions", "network"),
            "network": self._render("network", edition, editions=self._editions.values()),
            **{name: text for section in edition.sections for name, text in self._section(section, edition).items()},
            **{name: text for kind in MESSAGE_KINDS for name, text in self._message(kind, edition).items()},
        }

    def article(self, version: Enriched, edition: Edition) -> dict[str, str]:
        """The fragments `head`, `article` and `card` of a live version in one of its editions."""
        media = _safe_media(version)
        picture, section = markup.picture_of(media), _section_name(version, edition)
        home, canonical = self._home(version), self.canonical(version)
        page = _Page(
            f"{version.headline} · {edition.name}",
            canonical,
            f"/{edition.slug}/",
            "article",
            description=version.dek or version.summary,
            section=version.section,
            article=version,
            image=self.image(version),
            structured=structured.news_article(version, media, section or version.section, canonical, home),
        )
        shared = {"article": version, "media": media, "section": section}
        return {
            "head": self._render("head", edition, page=page),
            "article": self._render("article", edition, **shared, body=Markup(version.body_html)),
            "card": self._render("card", edition, **shared, path=_path(version, edition), picture=picture),
        }

    def related(self, items: Sequence[RelatedItem], edition: Edition) -> str:
        """The related articles, in the order given; the empty string for none.

        The first ones that are of the article's own story stand apart, where others follow.
        """
        entries = [(item, _path(item, edition), _reasons(item, edition)) for item in items]
        of_story = sum(1 for _ in takewhile(lambda item: item.score >= OF_THE_STORY, items[:MOST_OF_THE_STORY]))
        of_story = of_story if of_story < len(entries) else 0
        story, others = entries[:of_story], entries[of_story:]
        return self._render("related", edition, story=story, others=others) if entries else ""

    def canonical(self, version: Enriched) -> str:
        """The one address of a live version: in its home edition."""
        home = self._home(version)
        return absolute_url(home, identity.page_path(home.slug, version.slug, version.id))

    def image(self, version: Enriched) -> str:
        """The absolute address of a still, for who shows a live version elsewhere; the empty string for none."""
        return absolute_url(self._home(version), markup.still_address(self.picture(version)))

    def picture(self, version: Enriched) -> Media | None:
        """The medium whose still stands for a version on its cards; None for none."""
        return markup.picture_of(_safe_media(version))

    def _section(self, section: Section, edition: Edition) -> dict[str, str]:
        path, slug = f"/{edition.slug}/{section.slug}/", section.slug
        title = f"{section.name} · {edition.name}"
        block = {"heading": section.name, "kind": "section", "section": slug}
        return {
            f"section_head:{slug}": self._head(edition, title, path, "section", section=slug, feed=path),
            f"section_page:{slug}": self._render("section_page", edition, section=section),
            f"section_open:{slug}": self._render("list_open", edition, **block, href=path),
        }

    def _message(self, kind: str, edition: Edition) -> dict[str, str]:
        title, text = texts.texts_for(edition.locale).messages[kind]
        return {
            f"message_head:{kind}": self._head(edition, f"{title} · {edition.name}", None, "message"),
            f"message:{kind}": self._render("message", edition, title=title, text=text),
        }

    def _head(
        self,
        edition: Edition,
        title: str,
        path: str | None,
        kind: str,
        description: str = "",
        section: str = "",
        feed: str = "",
    ) -> str:
        """The head of a page that is not an article's."""
        canonical = absolute_url(edition, path) if path is not None else None
        page = _Page(title, canonical, feed or f"/{edition.slug}/", kind, description, section)
        return self._render("head", edition, page=page)

    def _home(self, version: Enriched) -> Edition:
        """The home edition: the first of its editions that this installation still has."""
        return next(self._editions[slug] for slug in version.editions if slug in self._editions)

    def _render(self, template: str, edition: Edition, **values: object) -> str:
        words = texts.texts_for(edition.locale)
        return self._templates[f"{template}.html"].render(
            edition=edition,
            words=words,
            date_and_time=lambda moment: dates.date_and_time(edition.locale, moment, edition.time_zone),
            short_time=lambda moment: dates.short_time(edition.locale, moment, edition.time_zone),
            long_date=lambda moment: dates.long_date(edition.locale, moment, edition.time_zone),
            minutes=lambda n: format_unit(n, "duration-minute", words.unit_length, locale=_locale(edition.locale)),
            **values,
        )


@lru_cache(maxsize=256)
def _locale(text: str) -> Locale:
    return Locale.parse(text, sep="-")


def _path(shown: Enriched | RelatedItem, edition: Edition) -> str:
    """The address of an article as seen from an edition: in it where it belongs to it, else in its home."""
    slug = edition.slug if edition.slug in shown.editions else shown.editions[0]
    return identity.page_path(slug, shown.slug, shown.id)


def _section_name(version: Enriched, edition: Edition) -> str:
    """The section's name for readers; nothing for a section that the edition does not have."""
    return next((section.name for section in edition.sections if section.slug == version.section), "")


def _safe_media(version: Enriched) -> tuple[Media, ...]:
    return tuple(shown for shown in map(markup.safe_media, version.media) if shown is not None)


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
    for module in (assets, dates, identity, markup, structured, texts):
        add(module.__name__, Path(str(module.__file__)).read_bytes())
    add(__name__, Path(__file__).read_bytes())
    return digest.hexdigest()[:12]
