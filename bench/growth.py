"""A picture of growth, as SVG: time and memory by the number of articles, both axes in powers of ten."""

import math
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import numpy as np

WIDTH, HEIGHT, LEFT, TOP = 720, 300, 60, 36
COLOURS = ("#0b6e4f", "#73a942", "#b23a48", "#d68c45", "#5b5f97")

Points = list[tuple[float, float]]


def drawn(results: Sequence[dict[str, Any]]) -> str:
    """The picture of what bench.related_scale found for several sizes."""
    ours: dict[str, Points] = {
        "add and query": _points(results, lambda r: _median(r, "weigh and add", "query")),
        "apply, with all lists it enters": _points(results, lambda r: _median(r, "apply, with all lists it enters")),
        "Lucene, default: add, open, query": _points(results, lambda r: _lucene(r, "default")),
        "Lucene, tuned: add, open, query": _points(results, lambda r: _lucene(r, "tuned")),
    }
    memory: dict[str, Points] = {
        "index, with all lists": _points(results, lambda r: r["bytes"]["with all lists"] / 2**20),
        "Lucene's index, on disk": _points(results, lambda r: r["lucene"]["index_bytes"] / 2**20),
    }
    body = _chart(0, "milliseconds, median", ours) + _chart(WIDTH // 2, "MiB", memory)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="sans-serif" font-size="11" fill="#222">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}</svg>\n'
    )


def _points(results: Sequence[dict[str, Any]], value: Callable[[dict[str, Any]], float]) -> Points:
    found: Points = []
    for result in results:
        try:
            found.append((result["articles"], value(result)))
        except KeyError:
            continue
    return found


def _median(result: dict[str, Any], *names: str) -> float:
    return float(np.median(np.sum([result["milliseconds"][name] for name in names], axis=0)))


def _lucene(result: dict[str, Any], query: str) -> float:
    peer = result["lucene"]
    return float(np.median(np.sum([peer["add"], peer["open"], peer[query]], axis=0)) / 1000)


def _chart(x: int, title: str, lines: dict[str, Points]) -> str:
    points = [point for line in lines.values() for point in line]
    first, last = (math.log10(pick(at for at, _ in points)) for pick in (min, max))
    low, high = math.floor(math.log10(min(y for _, y in points))), math.ceil(math.log10(max(y for _, y in points)))
    across, up = WIDTH // 2 - LEFT - 20, HEIGHT - TOP - 40 - 14 * len(lines)

    def place(at: float, value: float) -> tuple[float, float]:
        right = (math.log10(at) - first) / max(last - first, 0.1)
        return x + LEFT + across * right, TOP + up * (high - math.log10(value)) / (high - low)

    parts = [f'<text x="{x + LEFT}" y="{TOP - 16}" font-weight="bold">{escape(title)}</text>']
    for power in range(low, high + 1):
        _, y = place(10**first, 10**power)
        parts.append(f'<path d="M{x + LEFT} {y:.1f}h{across}" stroke="#ddd"/>')
        parts.append(f'<text x="{x + LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
    for at in sorted({at for at, _ in points}):
        right, _ = place(at, 10**low)
        parts.append(f'<text x="{right:.1f}" y="{TOP + up + 16}" text-anchor="middle">{at / 1000:.0f}k</text>')
    for number, ((name, line), colour) in enumerate(zip(lines.items(), COLOURS, strict=False)):
        placed = [place(*point) for point in line]
        path = " ".join(f"{right:.1f},{y:.1f}" for right, y in placed)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{right:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for right, y in placed]
        y = TOP + up + 34 + 14 * number
        parts.append(f'<rect x="{x + LEFT}" y="{y - 8}" width="9" height="9" fill="{colour}"/>')
        parts.append(f'<text x="{x + LEFT + 15}" y="{y}">{escape(name)}</text>')
    return "\n".join(parts) + "\n"
