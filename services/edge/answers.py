"""Answers out of fragments or JSON: coding, ETag, 304 and the headers that every page and API answer carries."""

from collections.abc import Iterable, Sequence

from starlette.requests import Request
from starlette.responses import Response

from services.edge.codings import choose, encode
from services.edge.etags import make_etag, matches
from services.edge.ranges import asked_part
from shared.fragments import Fragment, join_gzip, join_plain

CONTENT_POLICY = (
    "default-src 'none'; img-src * data:; media-src * data:; script-src 'self'; style-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HTML = "text/html; charset=utf-8"


def surrogate_keys(articles: Iterable[str] = (), editions: Iterable[str] = (), fronts: Iterable[str] = ()) -> str:
    """The value of Surrogate-Key: what a cache in front drops the answer for; each key once."""
    names = [*(f"article-{i}" for i in articles), *(f"edition-{e}" for e in editions), *(f"front-{e}" for e in fronts)]
    return " ".join(dict.fromkeys(names))


def page(request: Request, fragments: Sequence[Fragment], day: str, keys: str, status: int = 200) -> Response:
    """A page joined from fragments, or 304. `day` is the date that the page bears; only a page of 200 has an ETag."""
    coding = choose(request.headers.getlist("accept-encoding"))
    headers = _headers(keys) | {"Content-Security-Policy": CONTENT_POLICY}
    if status == 200:
        headers["ETag"] = make_etag([coding, day, *(fragment.digest for fragment in fragments)])
        if matches(request.headers.getlist("if-none-match"), headers["ETag"]):
            return Response(status_code=304, headers=headers)
    if coding == "gzip":
        headers["Content-Encoding"] = "gzip"
    body = join_gzip(fragments) if coding == "gzip" else join_plain(fragments)
    return Response(body, status, headers, HTML)


def document(
    request: Request, data: bytes, keys: str, media_type: str = "application/json", cache: str = "no-cache"
) -> Response:
    """A whole document, compressed on the way, or 304."""
    coding = choose(request.headers.getlist("accept-encoding"))
    headers = _headers(keys) | {"Cache-Control": cache, "ETag": make_etag([coding, data])}
    if matches(request.headers.getlist("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if coding == "gzip":
        headers["Content-Encoding"] = "gzip"
    return Response(encode(data, coding), 200, headers, media_type)


def recording(request: Request, data: bytes, media_type: str, cache: str) -> Response:
    """A file that is compressed already, or the part of it that was asked for, or 304."""
    etag = make_etag([data])
    headers = {"Cache-Control": cache, "ETag": etag, "Accept-Ranges": "bytes"}
    if matches(request.headers.getlist("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    part = asked_part(request.headers.get("range"), len(data))
    if part is None or request.headers.get("if-range", etag) != etag:
        return Response(data, 200, headers, media_type)
    if not part:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{len(data)}"})
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(data)}"
    return Response(data[part.start : part.stop], 206, headers, media_type)


def moved(path: str, keys: str = "", status: int = 301) -> Response:
    """A redirect to a path of the network: relative, so that no header of the request can send readers elsewhere."""
    headers = {"Location": path, "Cache-Control": "no-cache"}
    return Response(status_code=status, headers=headers | ({"Surrogate-Key": keys} if keys else {}))


def _headers(keys: str) -> dict[str, str]:
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    return headers | ({"Surrogate-Key": keys} if keys else {})
