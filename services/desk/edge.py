"""What the edge says of an article, over HTTP."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from services.desk.errors import Unreachable
from shared.order import HASH_LENGTH, Phase, Stamp
from shared.settings import Settings
from shared.times import utc_text

PATIENCE = 5.0


@dataclass(frozen=True)
class Answer:
    """What `GET /v1/articles/…` gave. `status` 0: no answer, and `detail` says why.

    `stamp` and `url` (whole address of the page) come with 200, `reason` (killed, withheld, expired) with 410.
    """

    status: int
    detail: str = ""
    stamp: Stamp | None = None
    url: str = ""
    reason: str = ""
    etag: str = ""


@dataclass(frozen=True)
class Text:
    """An answer as text: status 0 and why, where there was none. `keys` are its surrogate keys."""

    status: int
    text: str
    keys: str = ""


class Edge:
    """A client of the edge. `address` is where we reach it, `public` where readers do; both without a last slash."""

    def __init__(self, address: str, client: httpx.AsyncClient, public: str) -> None:
        self.address = address
        self.public = public
        self._client = client

    async def article(self, article_id: str) -> Answer:
        """What the edge says of an article. Never raises: no answer is an answer, too."""
        try:
            response = await self._client.get(f"{self.address}/v1/articles/{article_id}")
            return answer_of(response.status_code, response.headers.get("etag", ""), _json(response), self.public)
        except httpx.HTTPError as error:
            return Answer(0, describe(error))

    async def get(self, path: str) -> tuple[int, dict[str, Any]]:
        """Status and JSON object of any address. Raises Unreachable."""
        try:
            response = await self._client.get(f"{self.address}{path}")
        except httpx.HTTPError as error:
            raise Unreachable(f"the edge at {self.address} does not answer: {describe(error)}") from error
        return response.status_code, _json(response)

    async def text(self, path: str) -> Text:
        """Any answer, redirects not followed. Never raises: no answer is an answer, too."""
        try:
            response = await self._client.get(f"{self.address}{path}")
        except httpx.HTTPError as error:
            return Text(0, describe(error))
        return Text(response.status_code, response.text, response.headers.get("surrogate-key", ""))


@asynccontextmanager
async def edge_client(settings: Settings) -> AsyncIterator[Edge]:
    """A client of the installation's edge; connects when it is first asked."""
    async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
        yield Edge(settings.edge_address, client, settings.public_address)


def answer_of(status: int, etag: str, body: dict[str, Any], address: str) -> Answer:
    """What status and body mean."""
    if status == 200:
        url = str(body.get("url", ""))
        return Answer(200, "", stamp_of(body), url if "://" in url else f"{address}{url}", etag=etag)
    return Answer(status, str(body.get("detail", "")), reason=str(body.get("reason", "")) if status == 410 else "")


def stamp_of(body: dict[str, Any]) -> Stamp | None:
    """The version in an article's JSON; None where the edge does not say enough."""
    with contextlib.suppress(KeyError, TypeError, ValueError):
        created = utc_text(datetime.fromisoformat(body["versionCreated"]))
        content = str(body["hash"])
        if len(content) == HASH_LENGTH:
            return Stamp(False, int(body["version"]), created, Phase.LIVE, content)
    return None


def describe(error: httpx.HTTPError) -> str:
    """Why there was no answer, in a few words."""
    if isinstance(error, httpx.TimeoutException):
        return f"no answer within {PATIENCE:.0f} s"
    return "connection refused" if isinstance(error, httpx.ConnectError) else str(error) or type(error).__name__


def _json(response: httpx.Response) -> dict[str, Any]:
    with contextlib.suppress(ValueError):
        body = response.json()
        if isinstance(body, dict):
            return body
    return {}


@asynccontextmanager
async def answering_edge(settings: Settings) -> AsyncIterator[Edge]:
    """An edge that answers now. Raises Unreachable, before anything is pushed in vain."""
    async with edge_client(settings) as edge:
        await edge.get("/healthz")
        yield edge
