"""The contract with producers: IPTC ninjs 3.1 as a pydantic model, with `editions`, `section`, `slug`, `correction`.

https://iptc.org/std/ninjs/ninjs-schema_3.1.json is the source of the names; unknown fields are kept and never rendered.
Validate with `context={"editions": set of known slugs}`; without it every edition is taken.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticCustomError

from shared.order import VERSION_LIMIT
from shared.topics import BODY_LIMIT

LONGEST_URI = 2048
LONGEST_LINE = 1000

_STRIPPED = re.compile("[\ufeff\ufffe\uffff\u202d\u202e]")
_REFUSED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")


def clean_line(text: str) -> str:
    """A text that stands on one line: white space (tabs and line ends, too) becomes single spaces.

    Stripped: byte order marks and direction overrides (U+FEFF, U+202D, U+202E), and U+FFFE and U+FFFF, which XML cannot
    carry. Other control characters stay; where they are refused or dropped the caller says so.
    """
    return " ".join(_STRIPPED.sub("", text).split())


def drop_controls(text: str) -> str:
    """`clean_line` without the control characters that a headline is refused for."""
    return clean_line(_REFUSED.sub("", text))


def _time(value: object) -> datetime:
    if not isinstance(value, str):
        raise PydanticCustomError("time", "must be a time as text, like 2024-03-19T08:00:00+08:00")
    try:
        moment = datetime.fromisoformat(value.strip().upper())
    except ValueError:
        raise PydanticCustomError("time", "is not a time like 2024-03-19T08:00:00+08:00") from None
    if moment.tzinfo is None:
        raise PydanticCustomError("time_zone", "a time without a zone: add Z or an offset such as +08:00")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("time", "is outside the years 1 to 9999") from None


def _version(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 32:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < VERSION_LIMIT:
        raise PydanticCustomError("version", "must be a whole number from 0 to 10^18 - 1, or its digits as text")
    return value


def _uri(value: str) -> str:
    if not value or len(value) > LONGEST_URI:
        raise PydanticCustomError("uri", f"must have 1 to {LONGEST_URI} characters")
    if re.search(r"[\s\x00-\x1f\x7f-\x9f]", value):
        raise PydanticCustomError("uri", "must not contain white space or control characters")
    return value


def is_language(tag: str) -> bool:
    """Whether `tag` has the form of a BCP 47 language tag."""
    return re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", tag) is not None


def _language(value: str) -> str:
    tag = value.strip().replace("_", "-")
    if not is_language(tag):
        raise PydanticCustomError("language", "is not a BCP 47 language tag such as en or zh-Hant-HK")
    return tag


_VERSION_SCHEMA = {
    "anyOf": [
        {"type": "integer", "minimum": 0, "maximum": VERSION_LIMIT - 1},
        {"type": "string", "pattern": "^[0-9]{1,32}$"},
    ]
}
_NUMBER_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "string"}, {"type": "null"}]}

Time = Annotated[datetime, BeforeValidator(_time)]
Uri = Annotated[str, AfterValidator(_uri)]
Number = Annotated[float | None, Field(strict=False), WithJsonSchema(_NUMBER_SCHEMA)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)


class Text(_Part):
    """A headline, description or body."""

    value: str
    role: str | None = None
    contentType: str | None = None


class Concept(_Part):
    """A person, organisation, place, subject or genre."""

    name: str | None = None
    rel: str | None = None
    uri: str | None = None
    literal: str | None = None


class Rendition(_Part):
    """One file of a picture, video or audio, or captions in a `language`; feeds write numbers as text at times."""

    name: str | None = None
    href: str | None = None
    contentType: str | None = None
    title: str | None = None
    language: str | None = None
    width: Number = None
    height: Number = None
    duration: Number = None


class Association(_Part):
    """A picture, video, audio or other item that belongs to the article.

    With `rel` "translationOf" it is the article that this one is a language version of.
    """

    name: str | None = None
    rel: str | None = None
    role: str | None = None
    uri: Uri | None = None
    type: str | None = None
    by: str | None = None
    copyrightHolder: str | None = None
    headlines: list[Text] = []
    descriptions: list[Text] = []
    renditions: list[Rendition] = []


class Canceled(_Part):
    """A kill: of a canceled article only these two are looked at."""

    uri: Uri
    versionCreated: Time


class Ninjs(_Part):
    """An article as a producer sends it. Attribute names are those of the specification."""

    uri: Uri
    versionCreated: Time
    headlines: Annotated[list[Text], Field(min_length=1)]
    editions: Annotated[list[str], Field(min_length=1)]
    version: Annotated[int, BeforeValidator(_version), WithJsonSchema(_VERSION_SCHEMA)] = 0
    pubStatus: Literal["usable", "withheld"] = "usable"
    language: Annotated[str, AfterValidator(_language)] | None = None
    section: str = "news"
    slug: str | None = None
    correction: str | None = None
    type: str | None = None
    firstCreated: Time | None = None
    embargoedUntil: Time | None = None
    embargoed: Annotated[Any, WithJsonSchema({"not": {}})] = None
    expires: Time | None = None
    by: str | None = None
    located: str | None = None
    title: str | None = None
    edNote: str | None = None
    copyrightHolder: str | None = None
    copyrightNotice: str | None = None
    usageTerms: str | None = None
    slugline: str | None = None
    relatedUnlisted: bool = False
    relatedHidden: bool = False
    urgency: Annotated[int, Field(ge=1, le=9)] | None = None
    descriptions: list[Text] = []
    bodies: list[Text] = []
    subjects: list[Concept] = []
    people: list[Concept] = []
    organisations: list[Concept] = []
    places: list[Concept] = []
    genres: list[Concept] = []
    infoSources: list[Concept] = []
    renditions: list[Rendition] = []
    associations: list[Association] = []
    altIds: list[dict[str, Any]] = []
    trustIndicators: list[dict[str, Any]] = []
    digitalSourceType: dict[str, Any] | None = None
    rightsInfo: dict[str, Any] | None = None

    @field_validator("embargoed")
    @classmethod
    def _no_old_embargo(cls, value: object) -> object:
        raise PydanticCustomError(
            "embargoed", "is the spelling of ninjs 2.x: write embargoedUntil, or the embargo would be missed"
        )

    @field_validator("headlines")
    @classmethod
    def _main_headline(cls, value: list[Text]) -> list[Text]:
        main = main_text(value, "main")
        if main is None or not clean_line(main.value):
            raise PydanticCustomError("headline", "the main headline is empty")
        if found := _REFUSED.search(main.value):
            raise PydanticCustomError(
                "headline", f"the main headline contains the control character U+{ord(found[0]):04X}"
            )
        if len(main.value) > LONGEST_LINE:
            raise PydanticCustomError("headline", f"the main headline has more than {LONGEST_LINE} characters")
        return value

    @field_validator("bodies")
    @classmethod
    def _body_size(cls, value: list[Text]) -> list[Text]:
        for index, body in enumerate(value):
            if (size := len(body.value.encode())) > BODY_LIMIT:
                raise PydanticCustomError("body", f"body {index} has {size} bytes; the limit is {BODY_LIMIT}")
        return value

    @field_validator("editions")
    @classmethod
    def _known_editions(cls, value: list[str], info: ValidationInfo) -> list[str]:
        known = (info.context or {}).get("editions")
        unknown = sorted(set(value) - set(known)) if known is not None else []
        if known is not None and unknown:
            raise PydanticCustomError(
                "edition", f"unknown: {', '.join(map(repr, unknown[:20]))}; known are {', '.join(sorted(known)[:50])}"
            )
        return list(dict.fromkeys(value))


def main_text(texts: list[Text], *roles: str) -> Text | None:
    """The first text with one of the roles, in the order of the roles; else the first text; None without any."""
    for role in roles:
        for text in texts:
            if text.role == role:
                return text
    return texts[0] if texts else None
