"""The producer's fields as the public may see them (docs/decisions/0030)."""

from typing import Any


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


ARTICLE = _names(
    "associations by contentCreated copyrightHolder copyrightNotice correction descriptions digitalSourceType editions "
    "embargoedUntil eventDetails events expires firstCreated genres headlines infoSources language located objects "
    "organisations people places profile pubStatus renditions representationType rightsInfo slug slugline standard "
    "subjects title trustIndicators type uri urgency version versionCreated"
)
"""Fields of an article, or of one associated with it: those of ninjs 3.1 that are no one's secret, and our own."""

ASSOCIATION = ARTICLE | {"name", "rel"}

PART = _names(
    "address area aspectRatio bitrate by charCount confidence contentType count country creator dates duration "
    "encodedRights endDate eventStatus exchange expectedDuration expectedEndDate expectedStartDate format "
    "frameRate frequency geoJSON height href id interval lang langId language lines linkedRights literal locality "
    "name on organiser poi postalCode recurrence recurrenceDates recurrenceRules references rel relevance role "
    "scanType schema sizeInBytes startDate symbol symbols symbolType title transportProtocol type until uri value "
    "version videoCodec width wordCount x y"
)
"""Fields inside those fields."""

MAX_DEPTH = 32


def public_fields(ninjs: dict[str, Any]) -> dict[str, Any]:
    """The fields of a producer's article without its bodies, notes to editors, terms, plans and unknown fields.

    The same holds for the articles in `associations`, at any depth.
    """
    return _pick(ninjs, ARTICLE, MAX_DEPTH)


def _pick(fields: dict[str, Any], names: frozenset[str], depth: int) -> dict[str, Any]:
    return {
        name: value if name == "geoJSON" else _part(value, ASSOCIATION if name == "associations" else PART, depth - 1)
        for name, value in fields.items()
        if name in names and depth > 0
    }


def _part(value: Any, names: frozenset[str], depth: int) -> Any:
    if isinstance(value, list):
        return [_part(item, names, depth - 1) for item in value] if depth > 0 else []
    return _pick(value, names, depth) if isinstance(value, dict) else value
