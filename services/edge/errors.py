"""How failures are answered: in JSON for programs, in the look of the network for readers where that can be had."""

import time

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from services.edge import pages
from services.edge.connection import Unavailable
from services.edge.memory import staleness
from services.edge.problems import bare_page, problem, reasons
from services.edge.rim import ALLOW, is_api
from services.edge.site import Site
from shared.logs import logger

SELDOM = 10.0
"""Seconds for which one reason of unavailability is not logged again: there is a request for each line."""


def handle_errors(app: FastAPI, site: Site) -> None:
    """Registers the answers. Paths are taken from the scope: `request.url` is built with the Host, whatever it is."""
    logged: dict[str, float] = {}

    def unavailable(request: Request, error: Unavailable) -> Response:
        staleness.set(None)  # whatever was remembered, nothing of it is given
        path, reason, now = request.scope["path"], str(error), time.monotonic()
        if now - logged.get(reason, -SELDOM) >= SELDOM:
            if len(logged) > 1000:
                logged.clear()
            logged[reason] = now
            logger().warning("not available", path=path, reason=reason)
        answer = problem if is_api(path) else bare_page
        return answer(503, f"Not available right now: {reason}", headers={"Retry-After": str(site.retry_after)})

    async def on_unavailable(request: Request, error: Exception) -> Response:
        assert isinstance(error, Unavailable)
        return unavailable(request, error)

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        path = request.scope["path"]
        if error.status_code == 404 and not is_api(path):
            try:
                return await pages.message(site, request, "not_found", path.strip("/").partition("/")[0])
            except Unavailable as reason:
                return unavailable(request, reason)
        headers = dict(error.headers or {}) | ({"Allow": ALLOW} if error.status_code == 405 else {})
        answer = problem if is_api(path) else bare_page
        return answer(error.status_code, error.detail, headers=headers)

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        wrong = reasons(error.errors())
        text = "; ".join(f"{one['field']}: {one['reason']}" for one in wrong)
        return problem(400, text, more={"errors": wrong}) if is_api(request.scope["path"]) else bare_page(400, text)

    app.add_exception_handler(Unavailable, on_unavailable)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)
