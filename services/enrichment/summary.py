"""The beginning of an article in a few lines of plain text."""

import re
from collections.abc import Iterator

from services.enrichment.counts import CJK

LENGTH = 200
CJK_LENGTH = 80
_END = re.compile(r"""[.!?…؟۔]+["'”’»)\]]*(?=\s|$)|[。！？]+["'”’」』）]*""")
_NOT_AN_END = re.compile(
    r"(?:^|[\s(.])(?:\w|Mr|Mrs|Ms|Dr|St|Jr|Sr|Gen|Sen|Rep|Gov|Lt|Col|Prof|Rev|No|vs|Inc|Co|Corp)\.$"
)


def summarise(dek: str, text: str) -> str:
    """`dek` where there is one, else the first sentences of `text`: about 200 characters, 80 where most are CJK.

    Cut at the end of a sentence, or, where the first one is too long, of a word, with an ellipsis.
    """
    if dek:
        return dek
    lines = text[: LENGTH * 20].split("\n")
    first = next((index for index, line in enumerate(lines) if any(_ends(line))), 0)  # not headings and by-lines
    text = " ".join(lines[first:])[: LENGTH * 4].strip()
    head = text[:LENGTH]
    limit = CJK_LENGTH if len(re.findall(f"[{CJK}]", head)) * 2 > len(head) else LENGTH
    if len(text) <= limit:
        return text
    if ends := [end for end in _ends(text[: limit + 1]) if limit // 3 <= end <= limit]:
        return text[: ends[-1]]
    head = text[:limit]
    if text[limit] != " " and " " in head[limit // 2 :]:
        head = head[: head.rindex(" ")]
    return head.rstrip(" ,;:–—-、，；：،؛") + "…"


def _ends(text: str) -> Iterator[int]:
    """Where sentences end."""
    ends = (found.end() for found in _END.finditer(text))
    return (end for end in ends if not _NOT_AN_END.search(text, max(0, end - 7), end))
