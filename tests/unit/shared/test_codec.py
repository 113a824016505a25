"""CloudEvents headers: what the official SDK reads, and a trace that goes on."""

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from shared.codec import event_headers, header_map


def test_the_official_sdk_reads_our_headers_as_a_cloud_event() -> None:
    headers = dict(event_headers("article.accepted", "ingest", {"ce_id": "before"}, "abcdefghijklmnop"))
    event = from_binary(KafkaMessage(headers=headers, key=b"k", value=b'{"a":1}'), JSONFormat(), CloudEvent)
    attributes = event.get_attributes()
    assert attributes["specversion"] == "1.0"
    assert attributes["type"] == "masthead.article.accepted"
    assert attributes["source"] == "/masthead/ingest"
    assert attributes["subject"] == "abcdefghijklmnop"
    assert attributes["causationid"] == "before"
    assert attributes["datacontenttype"] == "application/json"


def test_the_trace_goes_on_and_each_record_is_a_span_of_its_own() -> None:
    first = header_map(event_headers("a", "ingest", {}, "s"))
    second = header_map(event_headers("b", "enrichment", first, "s"))
    trace, span = first["traceparent"].split("-")[1:3]
    assert second["traceparent"].split("-")[1] == trace
    assert second["traceparent"].split("-")[2] != span
    assert second["ce_causationid"] == first["ce_id"]


def test_a_bad_traceparent_starts_a_new_trace() -> None:
    for bad in ("", "nonsense", "00-" + "0" * 32 + "-" + "1" * 16 + "-01", "00-xyz-abc-01"):
        trace = header_map(event_headers("a", "ingest", {"traceparent": bad}, "s"))["traceparent"].split("-")[1]
        assert len(trace) == 32
        assert set(trace) != {"0"}


def test_headers_that_are_not_text_are_left_out_and_the_last_of_a_name_wins() -> None:
    assert header_map([("a", b"1"), ("a", b"2"), ("b", b"\xff"), ("c", None)]) == {"a": "2", "c": ""}
