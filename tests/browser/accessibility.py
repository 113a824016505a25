"""What axe (axe-core, of the package axe-playwright-python) finds wrong with a page."""

from collections.abc import Iterable
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

OF_COLOURS = ("color-contrast", "link-in-text-block")
"""The rules whose result depends on the colour scheme."""


async def violations(page: Page, rules: Iterable[str] = ()) -> list[str]:
    """One line for each element that breaks a rule; of all rules of axe, its best practices too, or of `rules` alone.

    A contrast that axe cannot tell counts, too, except where it is because something lies over or under the text: the
    navigation scrolls sideways out of sight, and the player lies over the page.
    """
    options: dict[str, Any] = {"resultTypes": ["violations", "incomplete"]}
    if rules:
        options["runOnly"] = list(rules)
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    found = await page.evaluate("options => axe.run(options)", options)
    unsure = [result for result in found["incomplete"] if result["id"] in OF_COLOURS]
    lines = [_line(result, node) for result in found["violations"] for node in result["nodes"]]
    return lines + [_line(result, node) for result in unsure for node in result["nodes"] if not _covered(node)]


def _line(result: dict[str, Any], node: dict[str, Any]) -> str:
    return f"{result['id']}: {node['html'][:120]}: {node['failureSummary']}"


def _covered(node: dict[str, Any]) -> bool:
    keys = {(check["data"] or {}).get("messageKey") for check in node["any"]}
    return bool(keys & {"elmPartiallyObscured", "elmPartiallyObscuring"})
