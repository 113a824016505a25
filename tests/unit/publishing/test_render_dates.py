"""Dates as each edition writes them, in its own time zone."""

from datetime import date

import pytest
from rendered_pages import ARABIC, CHINESE, DAY, ENGLISH

from services.publishing.dates import date_and_time, date_line, long_date, machine_time
from services.publishing.texts import ARABIC as ARABIC_WORDS
from services.publishing.texts import ENGLISH as ENGLISH_WORDS
from services.publishing.texts import SIMPLIFIED_CHINESE, TRADITIONAL_CHINESE, Texts, texts_for


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "Tuesday, Mar 19, 2024"),
        ("en-GB", "Tuesday, Mar 19, 2024"),
        ("zh-Hant-HK", "2024年3月19日 星期二"),
        ("zh-CN", "2024年3月19日 星期二"),
        ("ar", "الثلاثاء، 19 مارس 2024"),
        ("de", "Dienstag, 19. März 2024"),
    ],
)
def test_the_date_line(locale: str, text: str) -> None:
    edition = ENGLISH.model_copy(update={"locale": locale})
    assert date_line(edition, DAY) == f'<time datetime="2024-03-19">{text}</time>'


def test_days_have_no_leading_zeros_and_months_one_short_form() -> None:
    british = ENGLISH.model_copy(update={"locale": "en-GB"})
    assert ">Sunday, Sep 1, 2024<" in date_line(ENGLISH, date(2024, 9, 1))
    assert ">Sunday, Sep 1, 2024<" in date_line(british, date(2024, 9, 1))
    assert ">2024年9月1日 星期日<" in date_line(CHINESE, date(2024, 9, 1))
    assert ">الأحد، 1 سبتمبر 2024<" in date_line(ARABIC, date(2024, 9, 1))


def test_a_moment_is_shown_in_the_edition_s_time_zone() -> None:
    late = "2024-03-19T20:30:00.000000Z"
    assert long_date("en", late, "Asia/Hong_Kong") == "March 20, 2024"
    assert long_date("en", late, "America/New_York") == "March 19, 2024"
    assert date_and_time("en", late, "Asia/Hong_Kong").replace("\u202f", " ") == "March 20, 2024, 4:30 AM"
    assert date_and_time("zh-Hant-HK", late, "Asia/Hong_Kong") == "2024年3月20日 上午4:30"
    assert date_and_time("ar", late, "Asia/Dubai") == "20 مارس 2024، 12:30 ص"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"])
def test_the_ends_of_time_can_be_shown(moment: str) -> None:
    assert date_and_time("en", moment, "Asia/Hong_Kong")
    assert date_and_time("en", moment, "America/New_York")


def test_a_machine_time_is_what_html_takes() -> None:
    assert machine_time("2024-03-19T08:00:00.123456Z") == "2024-03-19T08:00:00Z"


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en-GB", ENGLISH_WORDS),
        ("zh-Hant", TRADITIONAL_CHINESE),
        ("zh-HK", TRADITIONAL_CHINESE),
        ("zh-TW", TRADITIONAL_CHINESE),
        ("zh", SIMPLIFIED_CHINESE),
        ("zh-Hans-HK", SIMPLIFIED_CHINESE),
        ("ar-EG", ARABIC_WORDS),
        ("sw", ENGLISH_WORDS),
    ],
)
def test_the_words_of_the_interface_by_locale(locale: str, words: Texts) -> None:
    assert texts_for(locale) is words
