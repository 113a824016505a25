"""Whether Redis may be believed of a partition: what it says was applied, held against the log. Pure."""

from dataclasses import dataclass
from typing import Literal

from shared.kafka_log import Log

Verdict = Literal["agrees", "older", "newer", "other"]
"""`older`: Redis has lost what it had, or never had it. `newer`: it has what the log has not, since the log was cut
back or restored from an old copy. `other`: it was filled from another log."""


@dataclass(frozen=True)
class Claim:
    """What Redis says of a partition: the log's identity, the next offset to apply, offset and digest of the last
    record that was applied (None where there is none)."""

    identity: str
    offset: int
    last: tuple[int, str] | None


def verdict(claim: Claim, log: Log, committed: int, found: str | None) -> Verdict:
    """`committed`: the next offset that the consumer group has committed; `found`: the digest of the record that the
    log has at the offset of `claim.last`, None where it has none.

    That record tells what the end alone does not: a log that was cut back and has grown again.
    """
    if claim.identity not in (log.identity, "empty"):
        return "other"
    if claim.offset > log.end or (claim.last is not None and claim.last[1] != found):
        return "newer"
    return "agrees" if committed <= claim.offset else "older"
