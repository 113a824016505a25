"""Forms of terms in four bits, also where a term has more forms than four bits have values."""

import dataclasses

from services.recommendation.epoch import Epoch
from services.recommendation.packed import Profiles
from services.recommendation.profile import Profile, profile
from shared.messages import Enriched, Origin
from shared.order import Phase

FERRY = Enriched(
    uri="urn:1",
    id="a" * 16,
    version=1,
    version_created="2024-03-19T08:00:00.000000Z",
    phase=Phase.LIVE,
    hash="0" * 32,
    published_at="2024-03-19T08:00:00.000000Z",
    editions=("hk",),
    language="en",
    section="news",
    slug="s",
    headline="Ferry fares rise again",
    origin=Origin(topic="articles.ingest", partition=0, offset=0),
)


def test_every_form_of_a_term_comes_back() -> None:
    profiles, forms = Profiles(), [f"Ferry {number}" for number in range(400)]
    base = profile(FERRY, Epoch({}))

    def shown_as(form: str) -> Profile:
        return dataclasses.replace(base, forms=[form, *base.forms[1:]])

    for slot, form in enumerate(forms):
        profiles.put(slot, shown_as(form))
    assert [list(profiles.profile(slot).forms) for slot in range(400)] == [[form, *base.forms[1:]] for form in forms]
    profiles.drop(399)
    profiles.put(399, shown_as("Ferry 7"))
    assert profiles.profile(399).forms[0] == "Ferry 7"
    for slot in range(400):
        profiles.drop(slot)
    assert not profiles.far
