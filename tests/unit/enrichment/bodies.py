"""Short hands for the tests of bodies."""

from services.enrichment.sanitise import body_html
from shared.messages import Body


def from_html(html: str, headline: str = "") -> str:
    """What is left of an HTML body."""
    return body_html(Body(content_type="text/html", value=html), headline)


def from_text(text: str, headline: str = "") -> str:
    """What a plain text body becomes."""
    return body_html(Body(content_type="text/plain", value=text), headline)
