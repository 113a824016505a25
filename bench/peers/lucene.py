"""Lucene's MoreLikeThis under the same load, in a Java process of its own.

Needs a JDK: the program is one source file, compiled as it is started.
"""

import json
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from infra.native.jars import lucene_jars
from infra.native.programs import find_java
from infra.native.progress import Progress
from shared.messages import Enriched

_PROGRAM = Path(__file__).with_name("MoreLikeThisScale.java")
HEAP = "1g"


def measure(articles: Iterable[Enriched], family: str, filling: int) -> dict[str, Any]:
    """What the Java program prints, for articles of which the first `filling` are only added."""
    progress = Progress(None)
    classes = ":".join(map(str, lucene_jars(progress)))
    with tempfile.TemporaryDirectory(prefix="lucene-") as folder:
        java = str(find_java(progress).path)
        command = [java, f"-Xmx{HEAP}", "-cp", classes, str(_PROGRAM), folder, family, str(filling)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            for article in articles:
                process.stdin.write(f"{_one_line(article.headline)}\t{_one_line(article.text)}\n")
            process.stdin.close()
            found: dict[str, Any] = json.loads(process.stdout.read())
    return found


def _one_line(text: str) -> str:
    return " ".join(text.split())
