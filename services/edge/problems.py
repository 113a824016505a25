"""Errors: problem+json (RFC 9457) for programs, a small page of its own for readers when no fragment can be had."""

from collections.abc import Mapping, Sequence
from html import escape
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.responses import Response

NO_STORE = "no-store"


def problem(
    status: int,
    detail: str,
    *,
    more: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem+json answer; `more` are members beside type, title, status and detail."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return Response(
        msgspec.json.encode(body | dict(more or {})),
        status,
        {"Cache-Control": NO_STORE, **(headers or {})},
        "application/problem+json",
    )


def bare_page(status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    """A page without masthead or style, for when Redis is away or nothing of the network fits."""
    title = escape(HTTPStatus(status).phrase)
    html = (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"></head>\n'
        f"<body><main><h1>{title}</h1><p>{escape(text)}</p></main></body>\n</html>\n"
    )
    policy = {"Cache-Control": NO_STORE, "Content-Security-Policy": "default-src 'none'"}
    return Response(html, status, policy | dict(headers or {}), "text/html; charset=utf-8")


def reasons(errors: Sequence[Any]) -> list[dict[str, str]]:
    """FastAPI's validation errors as `{field, reason}`, all of them."""
    return [
        {
            "field": ".".join(str(part) for part in error["loc"] if part not in ("query", "path")),
            "reason": error["msg"].removeprefix("Value error, "),
        }
        for error in errors
    ]
