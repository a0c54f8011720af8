"""Answers that are files."""

from typing import Any

from litestar import Request, Response

from parley.kit.http.webfiles import FOREVER, WebFile


def send_web_file(
    request: Request[Any, Any, Any],
    found: WebFile,
    *,
    cache: str = FOREVER,
    headers: dict[str, str] | None = None,
) -> Response[bytes]:
    """Sends a built file, packed where the browser can unpack it."""
    packed = found.packed is not None and "gzip" in request.headers.get("accept-encoding", "")
    extra = {"Cache-Control": cache, "Vary": "Accept-Encoding", **(headers or {})}
    if packed:
        extra["Content-Encoding"] = "gzip"
    return Response(
        found.packed if packed and found.packed else found.data, media_type=found.type, headers=extra
    )
