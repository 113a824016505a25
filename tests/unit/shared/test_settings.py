"""Settings of the whole installation: the addresses that follow from others, and that a mistake is named."""

import pytest
from pydantic import ValidationError

from shared.settings import Settings, mistakes


def test_readers_are_told_the_public_address_else_where_the_edge_is() -> None:
    assert Settings(edge="127.0.0.1:8080").public_address == "http://127.0.0.1:8080"
    assert Settings(edge_url="http://edge:8080/").public_address == "http://edge:8080"
    assert Settings(edge_url="http://edge:8080", public_url="https://news.example/").public_address == (
        "https://news.example"
    )
    assert Settings(edge_url="http://edge:8080", public_url="https://news.example").edge_address == "http://edge:8080"


@pytest.mark.parametrize("address", ["news.example", "javascript:alert(1)", "https://"])
def test_a_public_address_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("MASTHEAD_PUBLIC_URL", address)
    with pytest.raises(ValidationError) as caught:
        Settings()
    [mistake] = mistakes(caught.value)
    assert mistake.startswith("MASTHEAD_PUBLIC_URL: ")
