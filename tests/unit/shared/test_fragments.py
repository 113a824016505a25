"""Fragments joined without compressing again are one gzip file of the whole page."""

import gzip
import zlib

from hypothesis import given
from hypothesis import strategies as st

from shared.fragments import join_gzip, join_plain, make_fragment, pack, unpack

texts = st.lists(st.text(max_size=300) | st.just("<p>潮灣</p>" * 200) | st.just(""), max_size=8)


@given(texts)
def test_joined_gzip_decodes_to_the_whole_page(parts: list[str]) -> None:
    fragments = [make_fragment(part) for part in parts]
    whole = "".join(parts).encode()
    assert gzip.decompress(join_gzip(fragments)) == whole
    assert join_plain(fragments) == whole


@given(st.text(), st.lists(st.sampled_from(["abcdefghijklmnop", "qrstuvwxyz234567"])))
def test_a_fragment_comes_back_from_its_packed_form(text: str, shows: list[str]) -> None:
    fragment = make_fragment(text, shows)
    assert unpack(pack(fragment)) == fragment
    assert (fragment.crc, fragment.length) == (zlib.crc32(text.encode()), len(text.encode()))


def test_the_digest_follows_the_text_alone() -> None:
    assert make_fragment("same").digest == make_fragment("same", ["abcdefghijklmnop"], level=1).digest
    assert make_fragment("same").digest != make_fragment("other").digest
