"""The edge as its clients see it."""

from typing import Any

import httpx

from shared.identity import public_id


class Edge:
    """GETs from the edge; follows no redirect. Raises httpx.TransportError while it is down."""

    def __init__(self, address: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """`transport` leads to an edge that is not a server."""
        headers = {"Accept-Encoding": "identity"}
        self.client = httpx.AsyncClient(base_url=address, timeout=10, headers=headers, transport=transport)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """One answer; `if_none_match="…"` is the header If-None-Match. Uncompressed unless asked for otherwise."""
        return await self.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    async def raw(self, path: str, coding: str) -> tuple[httpx.Response, bytes]:
        """One answer, and its body as it travelled."""
        async with self.client.stream("GET", path, headers={"Accept-Encoding": coding}) as answer:
            return answer, b"".join([chunk async for chunk in answer.aiter_raw()])

    async def head(self, path: str, **headers: str) -> httpx.Response:
        """The answer to HEAD."""
        return await self.client.head(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    async def article(self, uri: str) -> httpx.Response:
        """The API's answer for an article."""
        return await self.get(f"/v1/articles/{public_id(uri)}")

    async def related(self, uri: str) -> list[dict[str, Any]]:
        """The related list of an article that is visible, as the API gives it."""
        answer = await self.get(f"/v1/articles/{public_id(uri)}/related")
        assert answer.status_code == 200, f"related list of {uri}: {answer.status_code} {answer.text}"
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def latest(self, edition: str, limit: int = 100) -> list[dict[str, Any]]:
        """An edition's whole list, page by page."""
        items: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            answer = await self.get(
                f"/v1/editions/{edition}/latest?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
            )
            assert answer.status_code == 200, f"list of {edition}: {answer.status_code} {answer.text}"
            items += answer.json()["items"]
            cursor = answer.json()["next"]
        return items
