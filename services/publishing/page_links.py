"""The parts of a page that depend on other articles or on the request: the edge makes them anew each time. Pure."""

from collections.abc import Sequence

from markupsafe import Markup

from services.publishing import texts
from services.publishing.markup import language_attributes, language_name
from shared.editions import Edition
from shared.entries import LanguageVersion


def alternates(versions: Sequence[LanguageVersion]) -> str:
    """`<link>` elements for the head: all language versions of an article, itself among them."""
    link = Markup('<link rel="alternate" hreflang="{}" href="{}">\n')
    return "".join(link.format(version.language, version.url) for version in versions)


def other_languages(versions: Sequence[LanguageVersion], edition: Edition) -> str:
    """A line of links to the article's versions in other languages, each named in its own; nothing for none."""
    if not versions:
        return ""
    link = Markup('<a rel="alternate" hreflang="{}" href="{}"{}>{}</a>')
    links = Markup(" ").join(
        link.format(v.language, v.url, language_attributes(v.language, edition.locale), language_name(v.language))
        for v in versions
    )
    words = texts.texts_for(edition.locale)
    return Markup('<p class="languages">{} {}</p>\n').format(words.other_languages, links)


def older(edition: Edition, section: str, cursor: str) -> str:
    """The link to a section's older articles."""
    link = Markup('<p class="older"><a rel="next" href="/{}/{}/?before={}">{}</a></p>\n')
    return link.format(edition.slug, section, cursor, texts.texts_for(edition.locale).older)
