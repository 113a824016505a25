"""XML 1.0 written as text. Nothing that an article may hold can make it an error: what XML cannot carry is dropped."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RETURN = {"\r": "&#13;"}  # a reader would make a line end of it


def element(name: str, text: str, attributes: Mapping[str, str] | None = None) -> str:
    """An element that holds nothing but `text`, on a line of its own."""
    return f"<{_opening(name, attributes)}>{escape(_NOT_XML.sub('', text), _RETURN)}</{name}>\n"


def empty(name: str, attributes: Mapping[str, str]) -> str:
    """An element without content, on a line of its own."""
    return f"<{_opening(name, attributes)}/>\n"


def _opening(name: str, attributes: Mapping[str, str] | None) -> str:
    pairs = (f" {key}={quoteattr(_NOT_XML.sub('', value))}" for key, value in (attributes or {}).items())
    return name + "".join(pairs)
