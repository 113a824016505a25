"""What holds for every answer: HEAD, OPTIONS, CORS, security headers, and a last word when something breaks."""

from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.edge.deadline import begin
from services.edge.memory import staleness
from services.edge.problems import bare_page, problem
from shared.logs import logger

ALLOW = "GET, HEAD, OPTIONS"
_EXPOSE = "Cache-Status, ETag, Link, Location, Retry-After, Surrogate-Key"


def is_api(path: str) -> bool:
    """Whether who asks for this path is a program, to be answered in JSON."""
    return path.startswith("/v1/") or path in ("/v1", "/readyz", "/healthz", "/buildz", "/openapi.json")


class Rim:
    """ASGI middleware around all routes. `origins` are those whose scripts may read the answers, `*` for all."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin()
        staleness.set(None)  # a server may begin a request in the context of the one before
        started = False
        headless = scope["method"] == "HEAD"

        async def send_on(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._add_headers(scope, MutableHeaders(scope=message))
            elif message["type"] == "http.response.body" and headless:
                message = {**message, "body": b""}
            await send(message)

        # A HEAD is answered as the GET, without the body: so all headers are the same, in one place for all routes.
        inner = {**scope, "method": "GET"} if headless else scope
        try:
            if scope["method"] == "OPTIONS":
                headers = {"Allow": ALLOW, "Access-Control-Allow-Methods": ALLOW, "Access-Control-Max-Age": "86400"}
                asked = Headers(scope=scope).get("access-control-request-headers")
                headers |= {"Access-Control-Allow-Headers": asked} if asked else {}
                await Response(status_code=204, headers=headers)(scope, receive, send_on)
            else:
                await self._app(inner, receive, send_on)
        except Exception:
            logger().exception("failed to answer", method=scope["method"], path=scope["path"])
            if started:
                raise
            text = "Something went wrong here. It has been noted."
            answer = problem(500, text) if is_api(scope["path"]) else bare_page(500, text)
            await answer(inner, receive, send_on)

    def _add_headers(self, scope: Scope, headers: MutableHeaders) -> None:
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if (age := staleness.get()) is not None:
            # RFC 9211: from a cache, older than it should be. Nobody may keep it.
            headers["Cache-Status"] = f"masthead; hit; ttl=-{age:.0f}"
            headers["Cache-Control"] = "no-store"
        headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
        headers["Access-Control-Expose-Headers"] = _EXPOSE
        if "*" in self._origins:
            headers["Access-Control-Allow-Origin"] = "*"
            return
        headers.add_vary_header("Origin")
        origin = Headers(scope=scope).get("origin")
        if origin in self._origins and origin is not None:
            headers["Access-Control-Allow-Origin"] = origin
