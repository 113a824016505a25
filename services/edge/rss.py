"""RSS 2.0 (https://www.rssboard.org/rss-specification). Pure: the same articles give the same bytes at any time."""

from email.utils import format_datetime
from html import escape

from services.edge.feed import Feed, modified
from services.edge.xml_text import DECLARATION, element, empty
from shared.entries import Summary
from shared.times import from_text

MEDIA_TYPE = "application/rss+xml; charset=utf-8"
FILE = "rss.xml"
_OPENING = (
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/">\n'
)


def write(feed: Feed) -> bytes:
    """The feed as a document. Titles are plain text, an item's description is HTML, as readers take them."""
    channel = [
        element("title", feed.title),
        element("link", feed.page),
        element("description", feed.description),
        element("language", feed.edition.locale),
    ]
    if feed.items:
        channel.append(element("lastBuildDate", _date(max(map(modified, feed.items)))))
    own = {"href": f"{feed.page}{FILE}", "rel": "self", "type": "application/rss+xml"}
    channel.append(empty("atom:link", own))
    parts = [DECLARATION, _OPENING, "<channel>\n", *channel, *(_item(feed, item) for item in feed.items)]
    return "".join([*parts, "</channel>\n</rss>\n"]).encode()


def _item(feed: Feed, item: Summary) -> str:
    parts = [
        "<item>\n",
        element("title", item.headline),
        element("link", feed.link(item)),
        element("guid", item.uri, {"isPermaLink": "false"}),
        element("pubDate", _date(item.published_at)),
    ]
    if item.summary:
        parts.append(element("description", escape(item.summary, quote=False)))
    if category := feed.category(item):
        parts.append(element("category", category))
    if item.by:
        parts.append(element("dc:creator", item.by))
    if item.image:
        parts.append(empty("media:content", {"url": item.image, "medium": "image"}))
    return "".join([*parts, "</item>\n"])


def _date(moment: str) -> str:
    """`moment` (fixed-width UTC, `shared.times`) after RFC 822, with a year of four digits."""
    return format_datetime(from_text(moment), usegmt=True)
