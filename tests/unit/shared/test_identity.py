"""Public ids, slugs and partitions follow from the uri and the words alone."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.identity import SLUG_LENGTH, is_public_id, page_path, public_id, slug_of
from shared.kafka_log import partition_of


@given(st.text())
def test_a_public_id_is_80_bits_of_the_uris_hash(uri: str) -> None:
    digest = base64.b32decode(public_id(uri).upper())
    assert digest == hashlib.sha256(uri.encode()).digest()[:10]
    assert is_public_id(public_id(uri))


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Café owner's “last” stand & more", "cafe-owners-last-stand-more"),
        ("潮灣海堤", "news"),
        ("  ", "news"),
        ("Rates at 3.5%", "rates-at-3-5"),
        ("x" * 200, "news"),
    ],
)
def test_slugs_are_readable_and_plain(text: str, slug: str) -> None:
    assert slug_of(text, "news") == slug


@given(st.text())
def test_a_slug_never_leaves_its_alphabet_or_length(text: str) -> None:
    slug = slug_of(text, "news")
    assert 0 < len(slug) <= SLUG_LENGTH
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert page_path("hk", slug, public_id(text)).count("/") == 3


@pytest.mark.parametrize(
    ("key", "hashed"),
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_partitions_are_those_of_the_java_client(key: bytes, hashed: int) -> None:
    """Against the hashes that Kafka's own `UtilsTest` expects of `Utils.murmur2`."""
    assert partition_of(key, 4) == (hashed & 0x7FFFFFFF) % 4
    assert partition_of(key, 7) == (hashed & 0x7FFFFFFF) % 7
