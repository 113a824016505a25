"""The language of an article whose producer named none."""

import functools

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from services.enrichment.chinese import script_of

LANGUAGES = (
    "ar bg bn ca cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv ms nl no pl pt ro ru sk sl sr sv ta th tl "
    "tr uk ur vi zh"
)
SAMPLE = 200
"""Characters of the text that are looked at, beside the headline."""
SURE = 0.7
"""Titles alone are mistaken for another language with at most 0.65."""
IMPOSSIBLE = 0.01
_SAME = {"nb": "no", "nn": "no", "fil": "tl", "iw": "he", "yue": "zh", "cmn": "zh", "in": "id"}
_TRADITIONAL = {"hant", "tw", "hk", "mo"}


def detect(headline: str, text: str, expected: str) -> str:
    """A BCP 47 tag for the text, `expected` (the edition's, region and all) where nothing speaks against it.

    Chinese in the other script than the edition's is `zh-Hans` or `zh-Hant`.
    """
    sample = f"{headline}\n{text[:SAMPLE]}"
    if not any(character.isalpha() for character in sample):
        return expected
    chances: dict[str, float] = dict(_identifier().rank(sample))
    found = max(chances, key=lambda language: chances[language])
    primary = expected.lower().split("-")[0]
    primary = _SAME.get(primary, primary)
    if found != primary and chances[found] < SURE and chances.get(primary, 0.0) > IMPOSSIBLE:
        return expected
    if found != "zh":
        return expected if found == primary else found
    script = script_of(f"{headline}\n{text[:2000]}")
    if primary == "zh" and script in (None, _script(expected)):
        return expected
    return f"zh-{script}" if script else "zh"


def _script(tag: str) -> str:
    """The Chinese script that a tag implies."""
    return "Hant" if _TRADITIONAL & set(tag.lower().split("-")) or tag.lower().startswith("yue") else "Hans"


@functools.cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES.split())
    return identifier
