"""Sitemaps (https://www.sitemaps.org/protocol.html) and news sitemaps as text. Pure.

A sitemap must name at least one address: where there is no article, the front page stands.
"""

from collections.abc import Iterable, Sequence

from services.edge.feed import modified
from services.edge.xml_text import DECLARATION, element
from services.publishing.dates import machine_time
from shared.editions import Edition, absolute_url
from shared.entries import Summary

MOST = 50_000
"""Addresses in one sitemap."""
MOST_NEWS = 1000
"""Articles in a news sitemap."""

_PLAIN = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_NEWS = f'{_PLAIN} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def index(addresses: Iterable[str]) -> bytes:
    """The index of the sitemaps at these addresses. Says nothing of when they changed: a correction changes any."""
    sitemaps = (f"<sitemap>\n{element('loc', address)}</sitemap>\n" for address in addresses)
    return f"{DECLARATION}<sitemapindex {_PLAIN}>\n{''.join(sitemaps)}</sitemapindex>\n".encode()


def lists(edition: Edition) -> bytes:
    """The pages of an edition that list articles: its front page and its sections."""
    paths = ["", *(f"{section.slug}/" for section in edition.sections)]
    return _urlset(_PLAIN, (_url(absolute_url(edition, f"/{edition.slug}/{path}")) for path in paths))


def articles(edition: Edition, found: Sequence[Summary]) -> bytes:
    """Articles, each with the time of its newest version."""
    if not found:
        return _urlset(_PLAIN, [_front(edition)])
    return _urlset(
        _PLAIN, (_url(item.canonical_url, element("lastmod", machine_time(modified(item)))) for item in found)
    )


def news(edition: Edition, found: Sequence[Summary]) -> bytes:
    """New articles, behind the front page.

    https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap says what a search engine reads.
    """
    publication = (
        f"<news:publication>\n{element('news:name', edition.name)}"
        f"{element('news:language', news_language(edition.locale))}</news:publication>\n"
    )
    return _urlset(_NEWS, [_front(edition), *(_news(item, publication) for item in found)])


def news_language(locale: str) -> str:
    """A locale (BCP 47) as news sitemaps name languages: ISO 639, but for Chinese, which is `zh-cn` or `zh-tw`."""
    language, *rest = locale.lower().split("-")
    if language != "zh":
        return language
    traditional = "hant" in rest or ("hans" not in rest and {"tw", "hk", "mo"} & set(rest))
    return "zh-tw" if traditional else "zh-cn"


def _news(item: Summary, publication: str) -> str:
    said = element("news:publication_date", machine_time(item.published_at)) + element("news:title", item.headline)
    more = f"{element('lastmod', machine_time(modified(item)))}<news:news>\n{publication}{said}</news:news>\n"
    return _url(item.canonical_url, more)


def _front(edition: Edition) -> str:
    return _url(absolute_url(edition, f"/{edition.slug}/"))


def _url(address: str, more: str = "") -> str:
    return f"<url>\n{element('loc', address)}{more}</url>\n"


def _urlset(namespaces: str, urls: Iterable[str]) -> bytes:
    return f"{DECLARATION}<urlset {namespaces}>\n{''.join(urls)}</urlset>\n".encode()
