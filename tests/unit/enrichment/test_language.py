"""The language where the producer named none."""

import pytest

from services.enrichment.language import detect


@pytest.mark.parametrize(
    ("headline", "text", "expected", "found"),
    [
        ("Ferry fares rise from Monday", "The council agreed on new fares.", "en-GB", "en-GB"),
        ("港口工人罷工", "碼頭今日關閉", "zh-Hant-HK", "zh-Hant-HK"),
        ("港口工人罢工", "码头今日关闭", "zh-Hant-HK", "zh-Hans"),
        ("臺灣碼頭關閉", "", "zh-CN", "zh-Hant"),
        ("港口", "", "zh-Hant-HK", "zh-Hant-HK"),
        ("港口工人罷工", "碼頭今日關閉", "en", "zh-Hant"),
        ("أخبار المدينة", "أغلق الميناء اليوم بسبب العاصفة", "en", "ar"),
        ("東京で地震がありました", "", "en", "ja"),
        ("Le port est fermé depuis dimanche", "Les ferries ne partent plus.", "en", "fr"),
        ("Havnen er stengt", "Ferjene går ikke i dag fordi det blåser for mye.", "nb-NO", "nb-NO"),
        ("Obama wins", "", "en", "en"),
        ("123", "", "ar", "ar"),
    ],
)
def test_detect(headline: str, text: str, expected: str, found: str) -> None:
    assert detect(headline, text, expected) == found
