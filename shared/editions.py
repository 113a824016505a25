"""The editions of the network, from a YAML file whose mistakes are named with line and field."""

import zoneinfo
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from babel import Locale, UnknownLocaleError
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    TypeAdapter,
    ValidationError,
    field_validator,
)
from pydantic.alias_generators import to_camel

RESERVED = frozenset(
    {"v1", "docs", "redoc", "openapi.json", "healthz", "readyz", "metrics", "assets", "media", "editions", "robots.txt"}
)
_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class EditionsError(Exception):
    """The editions file cannot be used; the text names the file, the line and the field of every mistake."""


def _locale(text: str) -> str:
    try:
        Locale.parse(text.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(f"not a known locale: {text!r}") from error
    return text.replace("_", "-")


def _time_zone(text: str) -> str:
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"not a known time zone: {text!r}") from error
    return text


def _not_reserved(slug: str) -> str:
    if slug in RESERVED:
        raise ValueError(f"{slug!r} is an address of the edge itself")
    return slug


Colour = Annotated[str, Field(pattern=r"^[#a-zA-Z0-9(),.% /-]{1,64}$")]
"""A colour as CSS writes it."""


class _Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


def _not_articles(slug: str) -> str:
    if slug == "articles":
        raise ValueError("'articles' is where an edition's articles are")
    return slug


def _each_once(sections: tuple["Section", ...]) -> tuple["Section", ...]:
    twice = [slug for slug, count in Counter(section.slug for section in sections).items() if count > 1]
    if twice:
        raise ValueError(f"stands twice: {', '.join(map(repr, twice))}")
    return sections


class Section(_Model):
    """A section: `slug` in articles and addresses, `name` for readers, `colour` the edition's accent if unset."""

    slug: Annotated[str, Field(pattern=_SLUG, max_length=64), AfterValidator(_not_articles)]
    name: str
    colour: Colour | None = None


class Edition(_Model):
    """One edition. `locale` is BCP 47, `time_zone` an IANA name, `base_url` where its pages are public, if known."""

    slug: Annotated[str, Field(pattern=_SLUG, max_length=64), AfterValidator(_not_reserved)]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    tagline: str = ""
    locale: Annotated[str, AfterValidator(_locale)] = "en"
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    sections: Annotated[tuple[Section, ...], AfterValidator(_each_once)] = (Section(slug="news", name="News"),)
    base_url: HttpUrl | None = None
    colours: dict[Literal["accent", "ink", "paper"], Colour] = {}

    @field_validator("sections", mode="before")
    @classmethod
    def _short_sections(cls, value: object) -> object:
        """A section may be its slug alone: `harbour-life` reads "Harbour life"."""
        if not isinstance(value, list):
            return value
        return [{"slug": s, "name": s.replace("-", " ").capitalize()} if isinstance(s, str) else s for s in value]

    @property
    def language(self) -> str:
        """The BCP 47 language of articles that name none."""
        return self.locale

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """The direction of the edition's script."""
        return "rtl" if Locale.parse(self.locale, sep="-").text_direction == "rtl" else "ltr"


def with_addresses(editions: Mapping[str, Edition], public: str) -> dict[str, Edition]:
    """The editions, those without a `baseUrl` with `public`: where this installation's edge is reached."""
    base = TypeAdapter(HttpUrl).validate_python(public)
    return {
        slug: edition if edition.base_url else edition.model_copy(update={"base_url": base})
        for slug, edition in editions.items()
    }


def absolute_url(edition: Edition, path: str) -> str:
    """A path of the edition as an absolute address; as it is where it is one, or where the edition has no `baseUrl`."""
    return f"{str(edition.base_url).rstrip('/')}{path}" if edition.base_url and path.startswith("/") else path


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    editions: Annotated[tuple[Edition, ...], Field(min_length=1)]


def load_editions(path: Path) -> dict[str, Edition]:
    """The editions by slug, in the order of the file. Raises EditionsError with every mistake, line by line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EditionsError(f"{path}: cannot be read: {error}") from error
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise EditionsError(f"{path}{line}: not YAML: {getattr(error, 'problem', error)}") from error
    try:
        found = _File.model_validate(data)
    except ValidationError as error:
        errors = [e for e in error.errors() if e["type"] != "too_short"] or error.errors()  # bad items count as none
        mistakes = [f"{path}:{_line(node, e['loc'])}: {_field(e['loc'])}: {_reason(e)}" for e in errors]
        raise EditionsError("\n".join(mistakes)) from error
    editions: dict[str, Edition] = {}
    for index, edition in enumerate(found.editions):
        if edition.slug in editions:
            place = _line(node, ("editions", index, "slug"))
            raise EditionsError(f"{path}:{place}: editions[{index}].slug: {edition.slug!r} stands twice")
        editions[edition.slug] = edition
    return editions


def _reason(error: Any) -> str:
    text = str(error["msg"]).removeprefix("Value error, ")
    return {"extra_forbidden": "unknown field", "missing": "is missing"}.get(error["type"], text)


def _field(loc: tuple[int | str, ...]) -> str:
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "the file"


def _line(node: yaml.Node | None, loc: tuple[int | str, ...]) -> int:
    """The line (from 1) of the deepest node on the way to `loc`."""
    line = node.start_mark.line + 1 if node is not None else 1
    for part in loc:
        if isinstance(node, yaml.MappingNode):
            pairs = [(key, value) for key, value in node.value if key.value == part]
            if not pairs:
                return line
            line, node = pairs[0][0].start_mark.line + 1, pairs[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line
    return line
