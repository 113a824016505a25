"""What machines read of an article's page: schema.org's `NewsArticle` as JSON-LD. Pure."""

from collections.abc import Sequence

import msgspec
from markupsafe import Markup

from services.publishing.dates import machine_time
from services.publishing.markup import picture_of, still_address
from shared.editions import Edition, absolute_url
from shared.messages import Enriched, Media


def news_article(version: Enriched, media: Sequence[Media], section: str, canonical: str, home: Edition) -> Markup:
    """The content of a `script` element of type `application/ld+json` (https://schema.org/NewsArticle).

    Nothing in it can end the element: `<`, `>` and `&` are written as escapes, which JSON reads as the same characters.
    """
    publisher = {"@type": "NewsMediaOrganization", "name": home.name, "url": absolute_url(home, f"/{home.slug}/")}
    fields: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": version.headline,
        "description": version.dek or version.summary,
        "url": canonical,
        "mainEntityOfPage": canonical,
        "datePublished": machine_time(version.published_at),
        "dateModified": machine_time(max(version.version_created, version.published_at)),
        "inLanguage": version.language,
        "articleSection": section,
        "keywords": list(version.tags),
        "author": {"@type": "Person", "name": version.by} if version.by else publisher,
        "publisher": publisher,
        "isAccessibleForFree": True,
        "correction": version.correction,
        "wordCount": version.word_count,
    }
    picture = picture_of(media)
    if picture is not None:
        fields["image"] = [absolute_url(home, still_address(picture))]
    for kind, name in (("video", "VideoObject"), ("audio", "AudioObject")):
        recordings = [_recording(item, name, version, home) for item in media if item.kind == kind]
        if recordings:
            fields[kind] = recordings
    kept = {name: value for name, value in fields.items() if value not in ("", [], 0)}
    text = msgspec.json.encode(kept).decode()
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def _recording(item: Media, kind: str, version: Enriched, home: Edition) -> dict[str, object]:
    fields: dict[str, object] = {
        "@type": kind,
        "name": item.caption or version.headline,
        "description": item.alt or item.caption or version.headline,
        "contentUrl": absolute_url(home, item.href),
        "uploadDate": machine_time(version.published_at),
        "thumbnailUrl": absolute_url(home, item.poster) if item.poster else "",
        "duration": f"PT{round(item.seconds)}S" if item.seconds else "",
        "encodingFormat": item.content_type,
    }
    return {name: value for name, value in fields.items() if value}
