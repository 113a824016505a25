"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). Pure."""

import msgspec

from services.edge.feed import Feed, modified
from services.publishing.dates import machine_time
from shared.entries import Summary

MEDIA_TYPE = "application/feed+json"
FILE = "feed.json"


def write(feed: Feed) -> bytes:
    """The feed as a document. `content_text` is the beginning of an article: the whole of it is on its page."""
    return msgspec.json.encode(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "home_page_url": feed.page,
            "feed_url": f"{feed.page}{FILE}",
            "description": feed.description,
            "language": feed.edition.locale,
            "items": [_item(feed, item) for item in feed.items],
        }
    )


def _item(feed: Feed, item: Summary) -> dict[str, object]:
    category = feed.category(item)
    fields: dict[str, object] = {
        "id": item.uri,
        "url": feed.link(item),
        "title": item.headline,
        "content_text": item.summary or item.headline,
        "summary": item.summary,
        "image": item.image,
        "date_published": machine_time(item.published_at),
        "date_modified": machine_time(modified(item)),
        "authors": [{"name": item.by}] if item.by else [],
        "tags": [category] if category else [],
        "language": item.language,
    }
    return {name: value for name, value in fields.items() if value}
