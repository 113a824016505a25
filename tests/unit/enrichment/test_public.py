"""Fields of the producer's that the public may see."""

from typing import Any

from services.enrichment.public import public_fields


def test_private_and_unknown_fields_are_left_out_at_any_depth() -> None:
    private = {
        "bodies": [{"value": "raw"}],
        "edNote": "call the lawyer",
        "usageTerms": "for licensees",
        "altIds": [{"value": "cms-1"}],
        "plannedCoverage": [{"edNote": "two cameras"}],
        "internal": "x",
    }
    captions = {"href": "https://m.example/en.vtt", "contentType": "text/vtt", "language": "en", "title": "English"}
    renditions = [captions | {"internal": 1}]
    picture = {"name": "main", "uri": "urn:p", "headlines": [{"value": "Pier"}], "renditions": renditions, **private}
    story = {"name": "related", "uri": "urn:s", "associations": [picture], **private}
    ninjs: dict[str, Any] = {
        "uri": "urn:a",
        "headlines": [{"role": "main", "value": "H", "internal": 1}],
        "people": [{"name": "Ada Grey", "contactInfo": [{"value": "+852"}], "rel": "about"}],
        "places": [{"name": "Pier", "geoJSON": {"type": "Point", "coordinates": [114.1, 22.2]}}],
        "copyrightNotice": "(c)",
        "associations": [story],
        "slug": "s",
        "correction": "c",
        "editions": ["hk"],
        "urgency": 3,
        "expires": None,
        **private,
    }
    kept_picture = {"name": "main", "uri": "urn:p", "headlines": [{"value": "Pier"}], "renditions": [captions]}
    assert public_fields(ninjs) == {
        "uri": "urn:a",
        "headlines": [{"role": "main", "value": "H"}],
        "people": [{"name": "Ada Grey", "rel": "about"}],
        "places": [{"name": "Pier", "geoJSON": {"type": "Point", "coordinates": [114.1, 22.2]}}],
        "copyrightNotice": "(c)",
        "associations": [{"name": "related", "uri": "urn:s", "associations": [kept_picture]}],
        "slug": "s",
        "correction": "c",
        "editions": ["hk"],
        "urgency": 3,
        "expires": None,
    }


def test_what_is_nested_beyond_reason_is_cut() -> None:
    nested: dict[str, Any] = {"uri": "urn:0"}
    for _ in range(900):
        nested = {"associations": [nested]}
    organisers: dict[str, Any] = {"name": "x"}
    for _ in range(900):
        organisers = {"organiser": organisers}
    assert len(repr(public_fields({"eventDetails": organisers}))) < 1000
    depth, found = 0, public_fields(nested)
    while found.get("associations"):
        depth, found = depth + 1, found["associations"][0]
    assert 5 < depth < 20
