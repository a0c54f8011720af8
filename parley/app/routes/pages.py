"""The desk's page and its files. Every path of the desk answers with the same page; it routes in the browser."""

import html
from typing import Any

from litestar import Request, Response
from litestar.exceptions import NotFoundException

from parley.kit.errors import ParleyError
from parley.kit.http.access import PUBLIC
from parley.kit.http.late import handle_early
from parley.kit.http.routes import route
from parley.kit.http.serving import send_web_file
from parley.kit.http.webfiles import part_folder, read_web_file

AnyRequest = Request[Any, Any, Any]
FOR_PROGRAMS = frozenset({"api", "assets", "demo", "files", "forms", "hooks", "metrics", "oauth", "widget"})
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
    "/approvals",
    "/returns",
    "/failed-work",
    "/alerts",
    "/brief",
    "/brief/{rest:path}",
    "/queue",
    "/handovers",
    "/handovers/{rest:path}",
    "/messages/{rest:path}",
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


def show_desk(request: AnyRequest) -> Response[bytes]:
    """Builds the desk's page."""
    page = read_web_file("desk", "index.html")
    host = html.escape(request.headers.get("host", ""), quote=True)
    return send_web_file(
        request,
        page,
        cache="no-cache",
        headers={"Content-Security-Policy": desk_policy(host), "X-Frame-Options": "DENY"},
    )


def show_missing(request: AnyRequest, error: NotFoundException) -> Response[bytes]:
    """Answers an address that nobody knows: a browser is shown the desk, which says so; a program gets a problem."""
    accepts = request.headers.get("accept", "")
    if (
        request.method not in ("GET", "HEAD")
        or "text/html" not in accepts
        or is_for_programs(request.url.path)
    ):
        return handle_early(request, error)
    try:
        page = show_desk(request)
    except ParleyError:
        return handle_early(request, error)
    page.status_code = 404
    return page


def is_for_programs(path: str) -> bool:
    """Says whether an address is none that a person would type."""
    return path.split("/")[1] in FOR_PROGRAMS


def _desk_page(path: str) -> Any:
    async def page(request: AnyRequest) -> Response[bytes]:
        return show_desk(request)

    page.__doc__ = "Sends the desk's page."
    page.__name__ = "desk_page_" + "".join(c if c.isalnum() else "_" for c in path)
    return route("GET", path, PUBLIC, in_schema=False, media_type="text/html")(page)


def desk_is_built() -> bool:
    """Says whether the browser parts are there."""
    return (part_folder("desk") / "index.html").is_file()


ROUTES = (get_desk_file, get_desk_worker, *(_desk_page(path) for path in DESK_PATHS))
