"""Whether the edge lives and is ready, and the files that its pages name."""

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from services.edge import reads
from services.edge.answers import document, recording
from services.edge.makings import makings
from services.edge.site import Site

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "ico": "image/x-icon",
    "woff2": "font/woff2",
    "vtt": "text/vtt; charset=utf-8",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "mp4": "video/mp4",
    "webm": "video/webm",
}
_FOR_GOOD = "public, max-age=31536000, immutable"


def routes(site: Site) -> APIRouter:
    """The routes of probes and assets."""
    router = APIRouter()

    @router.get("/healthz", tags=["probes"])
    async def healthz() -> Response:
        """The process is alive. Says nothing of Redis."""
        return JSONResponse({"status": "alive"}, headers={"Cache-Control": "no-store"})

    @router.get("/readyz", tags=["probes"])
    async def readyz() -> Response:
        """Redis answers and a build is complete; 503 with the reason otherwise.

        `alarm`, where there is one: the log is older than what is served.
        """
        found = await reads.counts(site.builds)
        body: dict[str, object] = {"status": "ready", "build": found.build, "editions": dict(found.counts)}
        if found.unlogged:
            body["alarm"] = found.unlogged.as_json()
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    @router.get("/buildz", tags=["probes"])
    async def buildz() -> Response:
        """Which build is live, which ones are being made and how far, and the newest rebuild with its outcome."""
        return JSONResponse(await makings(site.builds.run), headers={"Cache-Control": "no-store"})

    @router.get("/assets/{name}", include_in_schema=False)
    async def asset(request: Request, name: str, v: str = "") -> Response:
        found = await reads.asset(site.builds, name)
        if found.data is None:
            raise HTTPException(404)
        # Only under the live build's own fingerprint: an old page must not pin a new file to its old address.
        cache = _FOR_GOOD if v and v in found.build.split("-") else "no-cache"
        media_type = _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
        if media_type.startswith(("text/", "image/svg")):
            return document(request, found.data, "", media_type, cache)
        return recording(request, found.data, media_type, cache)

    return router
