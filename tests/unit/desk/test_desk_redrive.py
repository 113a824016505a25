"""What a redrive would come to: the stages' own code on the producer's bytes, and how the article stands."""

import dataclasses
import json
from typing import Any

import pytest

from services.desk.letter import Letter, letter_of
from services.desk.redrive_check import MOST_REDRIVES, Judged, Standing, judge, origin_of, verdict
from services.desk.redrive_screen import Redriven
from shared.codec import encode
from shared.editions import load_editions
from shared.errors import ContentError
from shared.kafka_log import Record
from shared.messages import Kill, Origin, RelatedList
from shared.order import Phase
from shared.settings import Settings
from tests.unit.desk.letters import letter, letter_record
from tests.unit.desk.screens import screened
from tests.unit.desk.versions import NOW, URI, article

EDITIONS = load_editions(Settings().editions)
OURS = article()
FINE = Judged(URI, OURS.stamp, (), 0)
NEW = Standing()


def sent(**changes: Any) -> Record:
    content = {"uri": URI, "versionCreated": NOW, "headlines": [{"value": "A"}], "editions": ["port-ellery"]} | changes
    return Record("articles.ingest", 2, 7, 0, None, json.dumps(content).encode())


def judged(record: Record, stage: str = "ingest", enrich: Any = lambda _: None) -> Judged:
    return judge(record, 1, stage, EDITIONS, (), enrich)


def about(topic: str, value: bytes) -> tuple[Letter, bytes]:
    return letter_of(letter_record(15, source=Record(topic, 0, 3, 0, None, value))), value


def test_the_doors_own_code_says_what_would_be_refused_again() -> None:
    good = judged(sent())
    assert (good.uri, good.refusal, good.redrives) == (URI, (), 1)
    assert good.stamp is not None
    bad = judged(sent(editions=["atlantis"], versionCreated="soon"))
    assert bad.uri == ""
    assert [reason.split(":")[0] for reason in bad.refusal] == ["versionCreated", "editions"]
    assert judged(sent(pubStatus="canceled")) == Judged(URI, None, (), 1)
    assert judged(Record("articles.ingest", 2, 7, 0, None, None)).refusal == ("the record is empty",)


def test_what_enrichment_refused_is_enriched_and_what_nobody_foresaw_is_told() -> None:
    def too_large(_: object) -> None:
        raise ContentError("too large")

    def fault(_: object) -> None:
        raise KeyError("x")

    assert judged(sent(), "enrichment", too_large).refusal == ("too large",)
    assert judged(sent(), "enrichment", fault).refusal == ("KeyError: 'x'",)
    assert judged(sent(), "ingest", fault).refusal == ()


def test_the_original_of_our_own_record_is_the_one_that_it_names() -> None:
    assert origin_of(letter(), b"whatever") == Origin(topic="articles.ingest", partition=2, offset=7)
    assert origin_of(*about("articles.accepted", encode(OURS))) == OURS.origin
    kill = Kill(uri=URI, id=OURS.id, killed_at=NOW, actor="x", reason="", origin=OURS.origin)
    assert origin_of(*about("articles.kills", encode(kill))) == OURS.origin


def test_a_letter_without_an_original_says_why() -> None:
    kill = Kill(uri=URI, id=OURS.id, killed_at=NOW, actor="x", reason="")
    related = RelatedList(uri=URI, id=OURS.id, editions=(), term=1, sequence=1, epoch="e", items=())
    for topic, value, said in (
        ("articles.kills", encode(kill), f"again: masthead kill {URI}"),
        ("articles.related", encode(related), "comes from recommendation"),
        ("articles.enriched", b"\xff", "cannot be read"),
        ("somebody.elses", b"{}", "cannot be read"),
        ("articles.accepted", b"[" * 100_000, "cannot be read"),
    ):
        found, given = about(topic, value)
        why = origin_of(found, given)
        assert isinstance(why, str)
        assert said in why
        assert verdict(found, why, NEW, force=True).word == "without"


@pytest.mark.parametrize(
    ("found", "given", "standing", "word", "text", "forced"),
    [
        (letter(), FINE, NEW, "goes", "", True),
        (letter(), dataclasses.replace(FINE, refusal=("one",)), NEW, "refused", "for the same reason: one", True),
        (letter(), dataclasses.replace(FINE, refusal=("two",)), NEW, "refused", "now: two", True),
        (letter(), dataclasses.replace(FINE, redrives=MOST_REDRIVES), NEW, "looping", "3 times", True),
        (letter("x", "discarded"), FINE, NEW, "closed", "discarded 2026-03-01T12:00:00Z by desk/ann: done with", True),
        (letter(kind="conflict"), FINE, NEW, "conflict", "higher version", False),
        (
            letter(),
            FINE,
            Standing(article(hash="2" * 32).stamp),
            "conflict",
            "other content of the same version",
            False,
        ),
    ],
)
def test_what_speaks_against_a_redrive_and_what_can_be_overruled(
    found: Letter, given: Judged, standing: Standing, word: str, text: str, forced: bool
) -> None:
    plain = verdict(found, given, standing, force=False)
    assert plain.word == word
    assert text in plain.text
    assert (verdict(found, given, standing, force=True).word == "goes") is forced


def test_what_changes_nothing_is_said_and_goes_all_the_same() -> None:
    expired = article(phase=Phase.EXPIRED).stamp
    for standing, said in (
        (Standing(article(version=2).stamp), "changes nothing: version 2 of 2026-03-01T08:00:00Z stands (live)"),
        (Standing(expired), "changes nothing: version 1 of 2026-03-01T08:00:00Z stands (expired)"),
        (Standing(OURS.stamp), "changes nothing: version 1 was taken in since then"),
        (Standing(None, killed=True), "changes nothing: urn:a is killed"),
        (Standing(article(version=0).stamp), ""),
    ):
        found = verdict(letter(), FINE, standing, force=False)
        assert (found.word, found.text) == ("goes", said)
    assert verdict(letter(), Judged(URI, None, (), 0), NEW, False).text == "kills urn:a"
    later = letter_of(letter_record(15, source=Record("articles.enriched", 0, 3, 0, None, b""), stage="publishing"))
    assert verdict(later, FINE, Standing(OURS.stamp), False).text.startswith("publishing must have been mended")


def test_each_letter_is_one_line_and_one_object(monkeypatch: pytest.MonkeyPatch) -> None:
    again = Origin(topic="articles.ingest", partition=1, offset=9)
    evil = dataclasses.replace(letter(), key=b"\x1b[2J")

    def say(dry: bool, as_json: bool) -> None:
        said = Redriven(dry, as_json)
        said.line(letter(), URI, verdict(letter(), FINE, NEW, False), None if dry else again)
        said.line(evil, "", verdict(evil, dataclasses.replace(FINE, refusal=("\x1b one",)), NEW, False))
        said.end(1, 2)

    dry = screened(monkeypatch, None, lambda: say(True, False)).splitlines()
    assert dry[0].split() == ["would", "go", "2/15", "urn:a"]
    assert dry[1] == "refused again 2/15    \\x1b[2J: now: \\x1b one"
    assert dry[-1] == "1 of 2 would be redriven"
    done = screened(monkeypatch, None, lambda: say(False, False)).splitlines()
    assert done[0].split() == ["redriven", "2/15", "urn:a:", "articles.ingest/1/9"]
    rows = [json.loads(line) for line in screened(monkeypatch, None, lambda: say(False, True)).splitlines()]
    assert [(row["outcome"], row["done"], row["redriven"]) for row in rows] == [
        ("goes", True, "articles.ingest/1/9"),
        ("refused", False, None),
    ]
