import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.edge.codings import choose, encode
from services.edge.etags import make_etag, matches
from services.edge.ranges import asked_part


@pytest.mark.parametrize(
    ("headers", "coding"),
    [
        ([], "identity"),
        ([""], "identity"),
        (["gzip"], "gzip"),
        (["GZip"], "gzip"),
        (["x-gzip"], "gzip"),
        (["br, gzip, zstd"], "gzip"),
        (["br", "gzip;q=0.5"], "gzip"),
        (["gzip;q=0"], "identity"),
        (["gzip;q=0.000"], "identity"),
        (["*"], "gzip"),
        (["*;q=0"], "identity"),
        (["gzip;q=0, *"], "identity"),
        (["*;q=0, gzip"], "gzip"),
        (["br"], "identity"),
        (["gzip;q=0.5, identity"], "identity"),
        (["gzip;q=0.5, identity;q=0.2"], "gzip"),
        (["gzip ; q=1"], "gzip"),
        (["gzip;q=2"], "identity"),
        (["gzip;q=x"], "identity"),
        (["gzip;level=9"], "identity"),
        (["gzipped"], "identity"),
        (["identity;q=0"], "identity"),
        ([",,;, gzip"], "gzip"),
    ],
)
def test_choose_the_coding(headers: list[str], coding: str) -> None:
    assert choose(headers) == coding


@given(st.lists(st.text(), max_size=3))
def test_any_accept_encoding_is_survived(headers: list[str]) -> None:
    assert choose(headers) in ("gzip", "identity")


def test_encoding_gives_the_same_bytes_each_time() -> None:
    data = b"news " * 100
    assert encode(data, "gzip")[4:8] == b"\0\0\0\0", "the time would be in it"
    assert gzip.decompress(encode(data, "gzip")) == data
    assert encode(data, "identity") == data


@pytest.mark.parametrize(
    ("headers", "matched"),
    [
        (['"a"'], True),
        (['W/"a"'], True),
        (['"b", "a"'], True),
        (['"b"', 'W/"c" , "a"'], True),
        (['"b","a",'], True),
        (["*"], True),
        ([" * "], True),
        (['"with,comma", "a"'], True),
        ([], False),
        ([""], False),
        (['"b"'], False),
        (["a"], False),
        (['"a'], False),
        (['"b, "a"'], False),
        (['w/"a"'], False),
        (['"a", *'], False),
        (['"A"'], False),
    ],
)
def test_if_none_match(headers: list[str], matched: bool) -> None:
    assert matches(headers, '"a"') is matched


@given(st.text(alphabet='W/", a\x00é', max_size=60))
def test_any_if_none_match_is_survived(header: str) -> None:
    assert matches([header], '"never"') in ((header.strip() == "*"), False)


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-3", range(0, 4)),
        ("bytes=4-", range(4, 10)),
        ("bytes=-3", range(7, 10)),
        ("bytes=-30", range(0, 10)),
        ("bytes=8-99", range(8, 10)),
        ("bytes=10-", range(0)),
        ("bytes=-0", range(0)),
        ("bytes=3-2", None),
        ("bytes=-", None),
        ("bytes=0-1,4-5", None),
        ("lines=0-1", None),
        ("bytes=a-b", None),
        (None, None),
    ],
)
def test_parts_of_a_recording(header: str | None, part: range | None) -> None:
    assert asked_part(header, 10) == part


def test_etags_tell_parts_apart() -> None:
    assert make_etag(["ab", "c"]) != make_etag(["a", "bc"])
    assert make_etag(["ab"]) == make_etag([b"ab"])
    assert make_etag([]) != make_etag([""])
