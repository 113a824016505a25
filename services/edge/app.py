"""The edge: serves what publishing laid into Redis. Reads nothing but Redis."""

import asyncio
import contextlib
import math
import signal
import sys
from collections.abc import AsyncIterator, Callable
from datetime import datetime

import uvicorn
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from pydantic import ValidationError

from services.edge import api, feeds, fronts, kill_state, pages, probes, sitemaps
from services.edge.builds import Builds
from services.edge.connection import RedisConnection, Run
from services.edge.errors import handle_errors
from services.edge.registration import Registration
from services.edge.rim import Rim
from services.edge.settings import EdgeSettings
from services.edge.site import Site
from shared import times
from shared.logs import configure_logs, logger
from shared.settings import EX_CONFIG, mistakes
from shared.tasks import end

GRACE = 1
"""Seconds that open requests have to end after SIGTERM, beyond those in which Redis must have answered them."""


def build(settings: EdgeSettings, run: Run | None = None, clock: Callable[[], datetime] = times.now) -> FastAPI:
    """The application. Connects to nothing; `run` and `clock` stand in for Redis and the time in tests."""
    timeout = settings.edge_redis_timeout
    connection = RedisConnection(settings.redis_url, timeout, settings.edge_redis_connections)
    site = Site(Builds(run or connection.run, timeout), clock, settings.retry_after)
    # Apart from the readers' connections: however many ask, kills are heard of.
    own = RedisConnection(settings.redis_url, timeout, 1)
    registration = Registration(site.builds, run or own.run, settings.edge)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        following = asyncio.create_task(registration.run())
        yield
        await end(following, again=timeout)
        await registration.end()
        await own.close()
        await connection.close()

    app = FastAPIOffline(  # the page under /docs has its scripts from here, not from a network of others
        title="Masthead",
        description="Articles of a news network. Every GET answers HEAD, too; answers carry strong ETags.",
        version="1",
        redoc_url=None,
        static_url="/docs/assets",
        redirect_slashes=False,  # its redirects would be built from the request's Host
        lifespan=lifespan,
    )
    for routes in (
        api.routes,
        kill_state.routes,
        probes.routes,
        feeds.routes,
        sitemaps.routes,
        pages.routes,
        fronts.routes,
    ):
        app.include_router(routes(site))
    handle_errors(app, site)
    app.add_middleware(Rim, origins=settings.cors_origins)
    return app


def address(text: str) -> tuple[str, int]:
    """Host and port of `host:port`, where the host may be an IPv6 address in brackets. Raises ValueError."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise ValueError(f"MASTHEAD_EDGE: not host:port: {text!r}")
    return host.strip("[]"), int(port)


def main() -> int:
    """Serves until SIGTERM or SIGINT; gives the exit code."""
    try:
        settings = EdgeSettings()
        host, port = address(settings.edge)
        app = build(settings)
    except ValidationError as error:
        print(f"masthead edge: {'; '.join(mistakes(error))}", file=sys.stderr)
        return EX_CONFIG
    except ValueError as error:
        print(f"masthead edge: {error}", file=sys.stderr)
        return EX_CONFIG
    configure_logs("edge", settings.log_level)
    logger().info("starting", address=settings.edge)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host,
            port,
            proxy_headers=False,
            server_header=False,
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=math.ceil(settings.edge_redis_timeout) + GRACE,
        )
    )

    def stop(_number: int, _frame: object) -> None:
        server.should_exit = True

    # While it serves, the server has handlers of its own. These are for the moment before, and for the one after, when
    # it raises what it was stopped by once more, so that a graceful stop would not exit with 0.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    asyncio.run(server.serve())
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
