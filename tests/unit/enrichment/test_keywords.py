"""Keywords, names and entities."""

from typing import Any

from services.enrichment.entities import entities
from services.enrichment.keywords import keywords
from services.enrichment.names import proper_names

TEXT = (
    "Ferries will cost more from Monday, Mayor Ada Grey said. The ferry to North Pier is full each day.\n"
    "Yesterday Grey told the Harbour Board that ferries lose money. The Harbour Board agreed with Grey. "
    "Critics of the Harbour Board at North Pier spoke of a tax. Critics were few."
)


def words(language: str, headline: str, text: str, ninjs: dict[str, Any] | None = None) -> tuple[str, ...]:
    return keywords(language, headline, "", text, proper_names(language, text), ninjs or {})


def test_names_stand_elsewhere_than_at_the_start_of_a_sentence() -> None:
    found = proper_names("en", TEXT)
    assert found == {"Ada Grey": 3, "Harbour Board": 3, "North Pier": 2}
    assert proper_names("de", "Der Hafen ist zu. Im Hafen ist der Hafen zu.") == {}


def test_titles_abbreviations_and_possessives() -> None:
    text = "Then Mr. Lind met U.S. Secretary of State Bo Strand. The U.S. and Mr. Lind’s friends saw Bo Strand’s ship."
    assert proper_names("en", text) == {"Lind": 2, "U.S.": 2, "Bo Strand": 2}


def test_chinese_names() -> None:
    found = proper_names("zh", "馬英九今日訪問北京大學。馬英九表示，北京天氣很好，北京歡迎他。")
    assert found["馬英九"] == 2
    assert "北京" in found


def test_english_keywords() -> None:
    found = words("en", "FERRY FARES RISE", TEXT)
    assert found[0] in ("ferries", "ferry", "Harbour Board")
    assert {"Harbour Board", "Ada Grey", "North Pier"} <= set(found)
    assert not {"the", "said", "Monday", "will", "Grey", "Board"} & set(found)
    assert "fares" in found  # not as the headline shouts it
    assert words("en", "COFAB BUYS", "CoFab will buy.")[0] == "CoFab"
    assert len(found) <= 10
    assert len({word.casefold() for word in found}) == len(found)


def test_a_word_does_not_count_where_it_stands_for_a_name() -> None:
    text = "Then the Harbour Board met the Harbour Board. " * 2 + "A board, a board, a board of the board: a board."
    assert words("en", "", text)[:1] == ("Harbour Board",)


def test_the_producers_subjects_come_first_but_not_alone() -> None:
    ninjs = {"subjects": [{"name": f"subject {n}"} for n in range(9)] + [{"name": " Subject  1 "}, {"uri": "x"}, "y"]}
    found = words("en", "Ferry fares", TEXT, ninjs)
    assert found[:6] == tuple(f"subject {n}" for n in range(6))
    assert "Harbour Board" in found[6:]
    assert words("en", "Ferry", "", {"subjects": "Transport"}) == ("Ferry",)


def test_chinese_keywords_are_written_as_the_text_is() -> None:
    text = "漁民今日在碼頭抗議。政府表示將會興建新碼頭，漁民認為碼頭不足。"
    found = words("zh", "漁民抗議碼頭不足", text)
    assert set(found[:2]) == {"漁民", "碼頭"}
    assert not {"今日", "表示", "認為"} & set(found)
    assert all(len(word) > 1 for word in found)


def test_arabic_keywords_join_forms_with_and_without_article() -> None:
    found = words("ar", "ميناء المدينة", "أغلق الميناء اليوم. قال رئيس الميناء إن السفن في مِيناء المدينة.")
    assert len([word for word in found if "ميناء" in word]) == 1
    assert found[0] in ("الميناء", "ميناء")
    assert not {"قال", "في", "اليوم"} & set(found)


def test_entities_by_source_and_place() -> None:
    ninjs = {
        "people": [{"name": "Ada Grey"}, {"name": "Nobody"}, {"uri": "x"}, None],
        "organisations": "not a list",
        "places": [{"name": "North Pier"}, {"name": "  "}],
    }
    found = entities("Grey raises fares", "At North Pier", TEXT, proper_names("en", TEXT), ninjs)
    by_name = {entity.name: (entity.kind, entity.weight) for entity in found}
    assert by_name == {
        "Ada Grey": ("person", 0.82),  # 0.3 + headline 0.4 + three times 0.04
        "North Pier": ("place", 0.48),  # 0.3 + dek 0.1 + twice
        "Nobody": ("person", 0.3),
        "Harbour Board": ("other", 0.22),
    }
    assert [entity.weight for entity in found] == sorted((e.weight for e in found), reverse=True)


def test_a_name_is_a_whole_word_and_there_are_at_most_twenty() -> None:
    found = entities("Romero wins", "", "Romero", (), {"places": [{"name": "Rome"}]})
    assert found[0].weight == 0.3
    many = {"people": [{"name": f"Person {n}"} for n in range(300)]}
    assert len(entities("", "", "", (), many)) == 20
