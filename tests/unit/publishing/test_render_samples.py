"""The sample newsroom is one, and each of its articles makes a page that a reader can use."""

import json
import re
from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest
from rendered_pages import EDITIONS, Page, article_page, cards

from services.publishing import assets
from shared.messages import Article, Enriched, Kill
from shared.order import Phase
from tests.support.samples import ARCHIVE, LIVE, SAMPLES, accepted, enriched, newest_versions, number_of

RECORDINGS = ("video", "audio")
CAPTIONS = {"en", "zh-Hant", "ar"}


@pytest.fixture(scope="module")
def articles() -> list[Enriched]:
    """The newest version of each article that readers can see at some time."""
    return [version for version in newest_versions()[0] if version.phase is Phase.LIVE]


@pytest.mark.parametrize("file", ARCHIVE + LIVE, ids=lambda file: str(file.relative_to(SAMPLES).with_suffix("")))
def test_a_sample_makes_a_page_in_each_of_its_editions(file: Path) -> None:
    if isinstance(accepted(file), Kill):
        return
    version = enriched(file)
    if version.phase is not Phase.LIVE:
        return
    note = json.loads(file.read_bytes()).get("edNote", "no note")
    for slug in version.editions:
        html, card = article_page(version, EDITIONS[slug]), Page(cards([version], EDITIONS[slug]))
        page = Page(html)
        assert version.headline in page.texts
        assert version.headline in card.texts
        assert page.structured["headline"] == version.headline
        assert page.all("p", "kicker"), "its section is not one of the edition's"
        assert len(version.text) > 150
        assert note not in html


def test_every_picture_recording_and_caption_that_a_sample_names_is_there() -> None:
    named = {name for file in ARCHIVE + LIVE for name in re.findall(r'"/assets/([^"]+)"', file.read_text("utf-8"))}
    assert named
    assert sorted(named - assets.load(EDITIONS).keys()) == []


def test_later_versions_of_an_article_are_numbered_and_newer() -> None:
    files = sorted(ARCHIVE + LIVE, key=lambda file: (json.loads(file.read_bytes())["uri"], number_of(file)))
    for uri, group in groupby(files, key=lambda file: json.loads(file.read_bytes())["uri"]):
        versions = list(group)
        assert [number_of(file) for file in versions] == list(range(1, len(versions) + 1)), uri
        assert len({re.sub(r"(\.\d+)?\.json$", "", file.name) for file in versions}) == 1, uri
        found = [made for made in map(accepted, versions) if isinstance(made, Article)]
        orders = [article.stamp.order() for article in found]
        assert orders == sorted(set(orders)), uri
        assert len({(article.slug, article.published_at) for article in found}) == 1, uri
        numbers = [article.version for article in found]
        assert numbers == sorted(set(numbers)), uri


def test_every_edition_is_a_newspaper(articles: list[Enriched]) -> None:
    assert len(articles) >= 120
    assert {version.language for version in articles} == {edition.locale for edition in EDITIONS.values()}
    in_section = Counter((slug, version.section) for version in articles for slug in version.editions)
    sections = {(slug, section.slug) for slug, edition in EDITIONS.items() for section in edition.sections}
    assert in_section.keys() == sections
    assert [place for place, count in in_section.items() if count < 2] == []
    for slug in EDITIONS:
        own = [version for version in articles if version.editions[0] == slug]
        assert len(own) >= 30
        assert len({version.published_at[:10] for version in own}) >= 7
        assert {version.media_type for version in own} == {"text", *RECORDINGS}
        assert sum("live" in version.genres for version in own) >= 1
        assert sum(bool(version.correction) for version in own) >= 1
        assert sum(len(version.editions) > 1 for version in own) >= 1
        assert sum(bool(version.media) for version in own) > len(own) / 2


def test_articles_are_killed_withheld_embargoed_and_expire(articles: list[Enriched]) -> None:
    versions, killed = newest_versions()
    assert len(killed) >= 1
    assert Phase.WITHHELD in {version.phase for version in versions}
    assert any(version.not_before for version in articles)
    assert any(version.not_after for version in articles)


def test_agencies_send_one_text_to_several(articles: list[Enriched]) -> None:
    copies = Counter(version.fingerprint for version in articles)
    several = {print_ for print_, count in copies.items() if count > 1}
    by_language = Counter(version.language for version in articles if version.fingerprint in several)
    assert set(by_language) == {edition.locale for edition in EDITIONS.values()}
    headlines = {version.headline for version in articles if version.fingerprint in several}
    assert len(headlines) == sum(copies[print_] for print_ in several)


def test_some_articles_are_language_versions_of_others(articles: list[Enriched]) -> None:
    language = {version.id: version.language for version in articles}
    versions = [version for version in articles if version.original]
    assert {version.original for version in versions} <= language.keys()
    assert all(language[version.original] != version.language for version in versions)
    families = Counter(version.original for version in versions)
    assert max(families.values()) == len(EDITIONS) - 1, "none is told in every language"


def test_recordings_have_captions_in_every_language_and_videos_a_still(articles: list[Enriched]) -> None:
    media = [item for version in articles for item in version.media if item.kind in RECORDINGS]
    assert len({item.href for item in media}) >= 6
    for item in media:
        assert {track.language for track in item.tracks} == CAPTIONS, item.href
        assert all(track.label for track in item.tracks), item.href
        assert item.seconds, item.href
        assert item.poster or item.kind == "audio", item.href


def test_pictures_have_words_for_who_does_not_see_them_and_two_widths(articles: list[Enriched]) -> None:
    pictures = [item for version in articles for item in version.media if item.kind == "picture"]
    assert [item.href for item in pictures if not item.alt or not item.credit] == []
    assert [item.href for item in pictures if len(item.renditions) < 2] == []
    most = max(sum(item.kind == "picture" for item in version.media) for version in articles)
    assert most >= 4, "there is no photo essay"
