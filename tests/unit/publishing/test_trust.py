"""What Redis says was applied, held against the log."""

import pytest

from services.publishing.trust import Claim, Verdict, verdict
from shared.kafka_log import Log

LOG = Log("first", 10)


@pytest.mark.parametrize(
    ("claim", "committed", "found", "said"),
    [
        (Claim("first", 10, (9, "last")), 10, "last", "agrees"),
        (Claim("first", 8, (7, "last")), 5, "last", "agrees"),
        (Claim("empty", 0, None), 0, None, "agrees"),
        (Claim("first", 10, None), 10, None, "agrees"),
        (Claim("first", 8, (7, "last")), 9, "last", "older"),
        (Claim("first", 11, (10, "last")), 10, None, "newer"),
        (Claim("first", 9, (8, "last")), 8, "another", "newer"),
        (Claim("another", 10, (9, "last")), 10, "last", "other"),
        (Claim("another", 20, (19, "last")), 10, None, "other"),
    ],
)
def test_each_verdict(claim: Claim, committed: int, found: str | None, said: Verdict) -> None:
    assert verdict(claim, LOG, committed, found) == said
