"""What a body may hold: the elements, their attributes, and the addresses that links and pictures may have."""

import re
from collections.abc import Mapping
from html import escape


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


INLINE = _names(
    "a abbr b bdi bdo cite code del dfn em i ins kbd mark q rb rp rt ruby s samp small strong sub sup time u var"
)
LEAVES = _names("p pre h2 h3 h4 h5 h6")
"""Blocks that hold text and inline elements only."""
HOMES: Mapping[str, frozenset[str]] = {
    "li": frozenset({"ul", "ol"}),
    "dt": frozenset({"dl"}),
    "dd": frozenset({"dl"}),
    "figcaption": frozenset({"figure"}),
    "caption": frozenset({"table"}),
    "thead": frozenset({"table"}),
    "tbody": frozenset({"table"}),
    "tfoot": frozenset({"table"}),
    "tr": frozenset({"table", "thead", "tbody", "tfoot"}),
    "td": frozenset({"tr", "table", "thead", "tbody", "tfoot"}),
    "th": frozenset({"tr", "table", "thead", "tbody", "tfoot"}),
}
"""Elements that make sense only inside others."""
FILLERS: Mapping[str, str] = {
    "ul": "li", "ol": "li", "dl": "dd", "table": "tr", "thead": "tr", "tbody": "tr", "tfoot": "tr", "tr": "td",
}  # fmt: skip
"""Elements that hold no text themselves, with the one that is put between them and a text."""
BLOCKS = LEAVES | frozenset(HOMES) | frozenset(FILLERS) | {"blockquote", "figure"}
VOIDS = frozenset({"br", "hr", "img"})
EMBEDDED = frozenset({"iframe", "embed", "video", "audio"})
"""Elements of which a link to their source is left."""
RENAMED: Mapping[str, str] = {
    "h1": "h2", "hl1": "h2", "hl2": "h3", "strike": "s", "tt": "code", "acronym": "abbr", "menu": "ul", "dir": "ul",
}  # fmt: skip
MUTE = _names(
    "applet audio button canvas iframe math noembed noframes object script select style svg template textarea title "
    "video xmp"
)
"""Elements whose content is not text of the article."""
BOUNDARIES = _names(
    "address article aside block body body.content body.end body.head byline center dateline details dialog "
    "distributor div fieldset footer form head header hedline hgroup html legend main media nav nitf optgroup option "
    "search section summary tagline"
)
"""Elements, of NITF too, that are left out but part what stands before from what follows."""

ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "*": frozenset({"lang", "dir"}),
    "a": frozenset({"href"}),
    "abbr": frozenset({"title"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"start", "reversed"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan", "scope"}),
    "time": frozenset({"datetime"}),
}
OUTWARD = "nofollow noopener"
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_LONGEST_ADDRESS = 4096
_LONGEST_TEXT = 2000
_FORMS: Mapping[str, re.Pattern[str]] = {
    "lang": re.compile(r"[A-Za-z0-9-]{1,35}"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "width": re.compile(r"[1-9][0-9]{0,4}"),
    "height": re.compile(r"[1-9][0-9]{0,4}"),
    "colspan": re.compile(r"[1-9][0-9]?"),
    "rowspan": re.compile(r"[1-9][0-9]{0,2}"),
    "value": re.compile(r"-?[0-9]{1,6}"),
    "start": re.compile(r"-?[0-9]{1,6}"),
    "reversed": re.compile(r"(reversed)?"),
    "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "datetime": re.compile(r"[0-9A-Za-z:+. -]{1,40}"),
}


def address(text: str) -> str | None:
    """An address as browsers would read it, if a body may point there.

    That is http, https, mailto, tel, and paths of the site (`/…`). `//host` becomes https. Relative addresses and
    fragments go: what they were relative to is not known here, and no element keeps its id.
    """
    text = re.sub(r"[\t\r\n]", "", text.strip("\x00\x01\x02 \t\r\n\f")).replace(" ", "%20")
    if text.startswith("//"):
        text = f"https:{text}"
    good = re.match(r"https?://[^/?#\\@:]|mailto:[^?]|tel:\+?[0-9]|/(?![/\\])", text, re.IGNORECASE)
    return text if good and len(text) <= _LONGEST_ADDRESS else None


def is_web(link: str) -> bool:
    """Whether an address is one of the web rather than of mail, telephone or this site."""
    return re.match(r"https?:", link, re.IGNORECASE) is not None


def start_tag(name: str, attributes: Mapping[str, str]) -> str | None:
    """The start tag with those attributes that may stay; None for links and pictures that lead nowhere."""
    kept: dict[str, str] = {}
    if name == "a":
        link = address(attributes.get("href", ""))
        if link is None:
            return None
        kept = {"href": link, "rel": OUTWARD} if is_web(link) else {"href": link}
    elif name == "img":
        source = address(attributes.get("data-src", "")) or address(attributes.get("src", ""))  # lazy ones hold a dummy
        tiny = {attributes.get("width"), attributes.get("height")} & {"0", "1"}  # counts readers, shows nothing
        if source is None or not (is_web(source) or source.startswith("/")) or tiny:
            return None
        kept = {"src": source, "alt": attributes.get("alt", "")[:_LONGEST_TEXT]}
    for key in (ATTRIBUTES.get(name, frozenset()) | ATTRIBUTES["*"]) - {"href", "src", "alt"}:
        value = attributes.get(key)
        form = _FORMS.get(key)
        if value is not None and (form is None or form.fullmatch(value)):
            kept[key] = value[:_LONGEST_TEXT]
    return " ".join([f"<{name}", *(f'{key}="{escape(value)}"' for key, value in sorted(kept.items()))]) + ">"
