"""The sample newsroom keeps the contract, and each of its articles makes a page that a reader can use."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from rendered_pages import EDITIONS, Page, article_page, front_page

import shared
from services.enrichment.enrich import enrich
from services.ingest.accept import accept
from services.publishing import assets
from shared.kafka_log import Record
from shared.messages import Article, Enriched

FILES = sorted(Path(shared.__file__).with_name("samples").glob("*.json"))


def enriched(file: Path) -> Enriched:
    """A sample as it leaves enrichment."""
    accepted = accept(Record("articles.ingest", 0, 0, 0, None, file.read_bytes()), EDITIONS, ())
    assert isinstance(accepted, Article)
    return enrich(accepted)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_sample_makes_a_page_in_each_of_its_editions(file: Path) -> None:
    version = enriched(file)
    served = assets.load(EDITIONS)
    for slug in version.editions:
        html = article_page(version, EDITIONS[slug])
        page, card = Page(html), Page(front_page([version], EDITIONS[slug]))
        assert version.headline in page.text
        assert version.headline in card.text
        assert page.all("p", "kicker"), "its section is not one of the edition's"
        assert len(version.text) > 200
        for name in re.findall(r'"/assets/([^"?]+)"', html):
            assert name in served
        assert json.loads(file.read_bytes()).get("edNote", "no note") not in html


def test_the_samples_are_a_small_newsroom() -> None:
    versions = [enriched(file) for file in FILES]
    assert len({version.id for version in versions}) == len(versions) >= 30
    homes = Counter(version.editions[0] for version in versions)
    assert set(homes) == set(EDITIONS)
    assert min(homes.values()) >= 8
    assert sum(len(version.editions) > 1 for version in versions) >= 3
    assert {version.media_type for version in versions} == {"text", "video", "audio"}
    assert any(version.correction for version in versions)
    assert len({version.published_at[:10] for version in versions}) >= 5
