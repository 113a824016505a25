"""Names that follow from a `uri`: the public id of an article, the address of its page."""

import base64
import hashlib
import re
import unicodedata

ID_LENGTH = 16
SLUG_LENGTH = 80


def public_id(uri: str) -> str:
    """The first 16 characters of the lower-case base32 of sha256(`uri`): 80 bits, `[a-z2-7]`."""
    return base64.b32encode(hashlib.sha256(uri.encode()).digest()).decode().lower()[:ID_LENGTH]


def is_public_id(text: str) -> bool:
    """Whether `text` has the form of a public id."""
    return re.fullmatch(r"[a-z2-7]{16}", text) is not None


def slug_of(text: str, fallback: str) -> str:
    """The readable part of an address: `[a-z0-9-]`, at most 80 characters; `fallback` where nothing is left.

    Letters with accents lose them; scripts without a Latin form leave nothing (docs/decisions/0004).
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    slug = ""
    for word in words:
        if len(slug) + len(word) + 1 > SLUG_LENGTH:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug or fallback


def page_path(edition: str, slug: str, article_id: str) -> str:
    """The path of an article's page in an edition."""
    return f"/{edition}/articles/{slug}-{article_id}"
