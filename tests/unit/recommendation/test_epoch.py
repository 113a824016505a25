"""Model epochs: tables as data, their identity, and what ships."""

import gzip
from pathlib import Path

from services.recommendation.epoch import SHIPPED, Epoch, Table, load_epoch
from tests.support.small_newsroom import MEANINGS, RANKER

TABLE = Table(100, 2, {"mayor": 40, "harbour": 2, "ferri": 2})


def test_a_table_comes_back_from_its_bytes_which_do_not_depend_on_the_order_of_terms() -> None:
    assert Table.from_bytes(TABLE.to_bytes()) == TABLE
    turned = Table(100, 2, dict(reversed(list(TABLE.frequency.items()))))
    assert turned.to_bytes() == TABLE.to_bytes()


def test_the_id_is_of_the_content() -> None:
    changed = Table(100, 2, {**TABLE.frequency, "mayor": 41})
    assert Epoch({"en": TABLE}).id == Epoch({"en": Table.from_bytes(TABLE.to_bytes())}).id
    assert len({Epoch({"en": TABLE}).id, Epoch({"en": changed}).id, Epoch({"zh": TABLE}).id, Epoch({}).id}) == 4


def test_rarer_terms_weigh_more_and_an_unknown_one_as_much_as_the_rarest() -> None:
    weights, unknown = Epoch({"en": TABLE}).rarity("en")
    assert weights["mayor"] < weights["harbour"] == unknown


def test_a_family_without_a_table_is_neutral() -> None:
    weights, unknown = Epoch({"en": TABLE}).rarity("ar")
    assert not weights
    assert unknown > 0


def test_an_epoch_is_loaded_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "en.txt.gz").write_bytes(gzip.compress(TABLE.to_bytes()))
    assert load_epoch(tmp_path).id == Epoch({"en": TABLE}).id
    (tmp_path / "en.meanings.gz").write_bytes(MEANINGS.packed())
    (tmp_path / "en.trees.jsonl").write_bytes(RANKER.to_bytes())
    assert load_epoch(tmp_path).id == Epoch({"en": TABLE}, {"en": RANKER}, {"en": MEANINGS}).id
    assert load_epoch(tmp_path).id != Epoch({"en": TABLE}, {"en": RANKER}).id


def test_the_shipped_tables_are_small_and_sensible() -> None:
    assert {path.name for path in SHIPPED.iterdir()} == {
        "en.trees.jsonl",
        "en.txt.gz",
        "zh.meanings.gz",
        "zh.trees.jsonl",
        "zh.txt.gz",
    }
    assert all(path.stat().st_size <= 150_000 for path in SHIPPED.glob("*.txt.gz"))
    assert all(path.stat().st_size <= 1_000_000 for path in SHIPPED.iterdir())
    weights, unknown = load_epoch().rarity("en")
    assert weights["year"] < weights["elect"] < weights["volcano"] <= unknown
