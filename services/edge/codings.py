"""Content codings that a client takes (RFC 9110, 12.5.3)."""

import gzip
import re
from collections.abc import Sequence
from typing import Literal

Coding = Literal["gzip", "identity"]
_WEIGHT = re.compile(r"(0(\.[0-9]{0,3})?|1(\.0{0,3})?)")


def choose(headers: Sequence[str]) -> Coding:
    """The coding for the values of a request's Accept-Encoding fields; identity where there are none.

    gzip where its weight is above 0 and not below that of a named identity. Elements that are malformed count for
    nothing, and who refuses both is sent identity: better than a page of error.
    """
    weights: dict[str, float] = {}
    for element in ",".join(headers).split(","):
        coding, *parameters = (part.strip().lower() for part in element.split(";"))
        weight = _weight(parameters)
        if coding and weight is not None:
            weights.setdefault("gzip" if coding == "x-gzip" else coding, weight)
    compressed = weights.get("gzip", weights.get("*", 0.0))
    return "gzip" if compressed > 0 and compressed >= weights.get("identity", 0.0) else "identity"


def _weight(parameters: Sequence[str]) -> float | None:
    if not parameters:
        return 1.0
    name, _, value = parameters[0].partition("=")
    if len(parameters) > 1 or name.strip() != "q" or not _WEIGHT.fullmatch(value.strip()):
        return None
    return float(value)


def encode(data: bytes, coding: Coding) -> bytes:
    """`data` in the coding: the same bytes each time, as a strong ETag promises."""
    return gzip.compress(data, compresslevel=1, mtime=0) if coding == "gzip" else data
