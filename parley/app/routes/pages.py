"""The desk's page and its files. Every path of the desk answers with the same page; it routes in the browser."""

import html
from typing import Any

from litestar import Request, Response

from parley.kit.http.access import PUBLIC
from parley.kit.http.routes import route
from parley.kit.http.serving import send_web_file
from parley.kit.http.webfiles import part_folder, read_web_file

AnyRequest = Request[Any, Any, Any]
DESK_PATHS = (
    "/",
    "/login",
    "/setup",
    "/invitation/{rest:path}",
    "/invitations/{rest:path}",
    "/reset",
    "/reset/{rest:path}",
    "/password-reset/{rest:path}",
    "/inbox",
    "/inbox/{rest:path}",
    "/conversations/{rest:path}",
    "/settings",
    "/settings/{rest:path}",
    "/search",
    "/numbers",
    "/failed-work",
    "/customers",
    "/customers/{rest:path}",
    "/profile",
    "/profile/{rest:path}",
    "/notifications",
)


def desk_policy(host: str) -> str:
    """Writes the desk's Content-Security-Policy: only our own files, no inline script."""
    socket = f"ws://{host} wss://{host}" if all(c.isalnum() or c in ".-:[]" for c in host) else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' https: data: blob:;"
        f" font-src 'self'; media-src 'self'; connect-src 'self' {socket}; worker-src 'self'; manifest-src 'self';"
        " frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


@route("GET", "/assets/{name:path}", PUBLIC, in_schema=False)
async def get_desk_file(request: AnyRequest, name: str) -> Response[bytes]:
    """Sends a file of the desk."""
    return send_web_file(request, read_web_file("desk", "assets/" + name.lstrip("/")))


@route("GET", "/desk-worker.js", PUBLIC, in_schema=False)
async def get_desk_worker(request: AnyRequest) -> Response[bytes]:
    """Sends the desk's service worker, which shows notifications."""
    return send_web_file(request, read_web_file("desk", "desk-worker.js"), cache="no-cache")


async def get_desk(request: AnyRequest) -> Response[bytes]:
    """Sends the desk's page."""
    page = read_web_file("desk", "index.html")
    host = html.escape(request.headers.get("host", ""), quote=True)
    return send_web_file(
        request,
        page,
        cache="no-cache",
        headers={"Content-Security-Policy": desk_policy(host), "X-Frame-Options": "DENY"},
    )


def _desk_page(path: str) -> Any:
    async def page(request: AnyRequest) -> Response[bytes]:
        return await get_desk(request)

    page.__doc__ = "Sends the desk's page."
    page.__name__ = "desk_page_" + "".join(c if c.isalnum() else "_" for c in path)
    return route("GET", path, PUBLIC, in_schema=False, media_type="text/html")(page)


def desk_is_built() -> bool:
    """Says whether the browser parts are there."""
    return (part_folder("desk") / "index.html").is_file()


ROUTES = (get_desk_file, get_desk_worker, *(_desk_page(path) for path in DESK_PATHS))
