"""Files to records: every shape, and mistakes named with file and line."""

import io
import json
from collections.abc import Sequence

import pytest

from services.desk.inputs import NotJson, Parcel, parcels

ONE = b'{"uri": "urn:a",  "version": 1.10}'
TWO = b'{"uri":"urn:b"}'


def read(data: bytes, editions: Sequence[str] = ()) -> list[Parcel]:
    return list(parcels("f", io.BytesIO(data), editions))


def test_a_single_object_is_pushed_with_the_bytes_of_its_file() -> None:
    data = b'\n {\n "uri": "urn:a",\n "x": "\\u00e9"\n}\n'
    assert read(data) == [Parcel("f:2", b' {\n "uri": "urn:a",\n "x": "\\u00e9"\n}\n', "urn:a")]


def test_json_lines_keep_their_bytes_and_line_numbers() -> None:
    found = read(ONE + b"\r\n\n  " + TWO + b"  \n")
    assert found == [Parcel("f:1", ONE, "urn:a"), Parcel("f:3", TWO, "urn:b")]


def test_the_elements_of_an_array_are_records_of_their_own() -> None:
    found = read(b"[\n" + ONE + b",\n" + TWO + b', 7, "x"]')
    assert [(p.where, p.uri) for p in found] == [
        ("f:1[0]", "urn:a"),
        ("f:1[1]", "urn:b"),
        ("f:1[2]", None),
        ("f:1[3]", None),
    ]
    assert json.loads(found[0].value) == json.loads(ONE)
    assert found[2].value == b"7"


def test_objects_in_a_row_over_several_lines_are_records_of_their_own() -> None:
    found = read(b'{\n"uri":"urn:a"\n}\n\n{\n"uri":"urn:b"\n}\n')
    assert found == [Parcel("f:1", b'{\n"uri":"urn:a"\n}', "urn:a"), Parcel("f:5", b'{\n"uri":"urn:b"\n}', "urn:b")]


def test_lines_and_arrays_may_mix() -> None:
    assert [p.uri for p in read(ONE + b"\n[" + TWO + b"," + ONE + b"]\n" + TWO)] == ["urn:a", "urn:b", "urn:a", "urn:b"]


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert [p.uri for p in read(b"\xef\xbb\xbf" + ONE + b"\n" + TWO)] == ["urn:a", "urn:b"]


@pytest.mark.parametrize("value", [b"null", b'"text"', b'{"uri": 7}', b'{"uri": ""}', b"{}"])
def test_what_is_json_is_pushed_without_a_key_where_it_has_no_uri(value: bytes) -> None:
    assert read(value) == [Parcel("f:1", value, None)]


def test_what_is_nested_too_deeply_for_us_is_left_to_the_door() -> None:
    deep = b'{"uri":"urn:a","x":' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    assert read(deep + b"\n" + TWO) == [Parcel("f:1", deep, None), Parcel("f:2", TWO, "urn:b")]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"", "f: is empty"),
        (b" \n\n", "f: is empty"),
        (ONE + b'\n{"b":\n' + TWO, "f:2: not JSON"),
        (ONE + b"\n\n" + TWO[:-1], "f:3: not JSON"),
        (b'{\n"a": 1,\n"b" 2\n}', "f:3: not JSON"),
        (b"[1, 2", "f:1: not JSON"),
        (b"\n\n[1,\n2,\n", "f:5: not JSON"),
        (ONE + b'\n{"a": "\xff"}', "f:2: not UTF-8 text (byte 0xff)"),
        (b'{\n\n"a": "\xff"}', "f:3: not UTF-8 text (byte 0xff)"),
        (b'{"a": NaN}', "f:1: not JSON"),
        (ONE + b' {"a": -Infinity}', "f:1: not JSON"),
        (ONE + b" x", "f:1: not JSON"),
        (b"\x7fELF\x02\x01\x00", "f:1: not JSON"),
    ],
)
def test_what_is_not_json_is_named_with_file_and_line(data: bytes, place: str) -> None:
    with pytest.raises(NotJson) as error:
        read(data)
    assert str(error.value).startswith(place)


@pytest.mark.parametrize("absent", ["", ',"editions":null', ',"editions":[]'])
def test_editions_are_written_into_articles_that_name_none(absent: str) -> None:
    [parcel] = read(f'{{"uri":"urn:é"{absent}}}'.encode(), ["a", "b"])
    assert json.loads(parcel.value) == {"uri": "urn:é", "editions": ["a", "b"]}
    assert "é".encode() in parcel.value


def test_editions_of_an_article_stay_and_so_do_its_bytes() -> None:
    data = b'{"uri": "urn:a",  "editions": ["c"]}'
    assert read(data, ["a"]) == [Parcel("f:1", data, "urn:a")]


def test_half_a_surrogate_pair_survives_as_an_escape() -> None:
    [parcel] = read(rb'[{"x": "\ud800"}]')
    assert parcel.value == rb'{"x":"\ud800"}'


def test_lines_are_read_one_by_one() -> None:
    file = io.BytesIO((TWO + b"\n") * 1000)
    found = parcels("f", file)
    next(found)
    assert file.tell() < 100
