"""Renewing an epoch: what is counted, what comes of it, when it is due, and how it travels."""

import msgspec

from services.recommendation.epoch import Epoch
from services.recommendation.renewal import OWN_TABLE_FROM, Census, from_message, is_due, moved, renewed, to_message
from shared.codec import decode, encode
from shared.messages import ModelEpoch
from tests.support.small_newsroom import EPOCH, RANKED, article

FERRY = article("ferry", "Ferry strike ends", text="The ferry sails. The ferry is late in the harbour.")
STORM = article("storm", "Storm over the harbour", text="The ferry stays in the harbour.")


def census(*articles: object) -> Census:
    found = Census()
    for one in articles:
        found.add(one)  # type: ignore[arg-type]
    return found


def test_an_article_counts_once_for_each_of_its_terms_on_top_of_what_ships() -> None:
    table = renewed(EPOCH, census(FERRY, STORM)).tables["en"]
    assert table.documents == 1002
    assert table.frequency["ferri"] == 27
    assert table.frequency["strike"] == 61
    assert table.frequency["harbour"] == 42
    assert table.frequency["budget"] == 80
    assert "sail" not in table.frequency, "seen in fewer articles than the table's least"


def test_what_is_common_in_the_newsroom_weighs_less_afterwards() -> None:
    after = renewed(EPOCH, census(*[FERRY] * 200))
    assert after.rarity("en")[0]["ferri"] < EPOCH.rarity("en")[0]["ferri"]
    assert after.rarity("en")[0]["mayor"] > EPOCH.rarity("en")[0]["mayor"]
    words = dict(moved(EPOCH, after, "en", 100))
    assert words["ferri"] < 1 < words["mayor"]
    assert [word for word, _ in moved(EPOCH, after, "en", 2)] == list(words)[:2]
    assert moved(EPOCH, EPOCH, "en", 100) == []


def test_the_order_of_counting_does_not_matter_and_rankers_are_kept() -> None:
    one, other = renewed(RANKED, census(FERRY, STORM)), renewed(RANKED, census(STORM, FERRY))
    assert one.id == other.id != RANKED.id
    assert one.rankers == RANKED.rankers


def test_a_language_without_a_table_gets_one_when_enough_is_there() -> None:
    arabic = [article(f"a{number}", "الميناء", language="ar", text="السفينة في الميناء") for number in range(3)]
    few = renewed(EPOCH, census(*arabic))
    assert "ar" not in few.tables
    enough = renewed(EPOCH, census(*arabic * OWN_TABLE_FROM))
    assert enough.tables["ar"].documents == 3 * OWN_TABLE_FROM
    assert enough.rarity("ar")[0]


def test_an_epoch_comes_back_from_its_record() -> None:
    counted = census(FERRY, STORM)
    epoch = renewed(RANKED, counted)
    message = decode(encode(to_message(epoch, counted, "desk/ann", "2026-05-01T12:00:00.000000Z")), ModelEpoch)
    assert message.counted == {"en": 2}
    assert from_message(message, RANKED).id == epoch.id
    shipped_later = Epoch(EPOCH.tables, {})
    assert from_message(message, shipped_later).rankers == {}, "rankers are those of the code that reads it"
    assert from_message(msgspec.structs.replace(message, tables={}), RANKED).tables == {}


def test_it_is_due_when_the_newsroom_has_doubled() -> None:
    assert not is_due({}, 999)
    assert is_due({}, 1000)
    assert not is_due({"en": 900, "zh": 100}, 1999)
    assert is_due({"en": 900, "zh": 100}, 2000)
