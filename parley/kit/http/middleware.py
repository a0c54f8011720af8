"""ASGI middleware around everything: security headers, request metrics, one structured line per request."""

from time import perf_counter
from typing import Any

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from parley.kit.metrics import REQUEST_SECONDS, REQUESTS

log = structlog.get_logger("request")

# Everything that does not say otherwise is data: nothing may be loaded, framed or run.
CLOSED_CSP = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), payment=(), usb=()"),
]


def secure_headers(app: ASGIApp) -> ASGIApp:
    """Adds security headers to every answer; a Content-Security-Policy set by a route is kept."""

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: list[tuple[bytes, bytes]] = list(message.get("headers", []))
                names = {name.lower() for name, _ in headers}
                headers += [(name, value) for name, value in HEADERS if name not in names]
                if b"content-security-policy" not in names:
                    headers.append((b"content-security-policy", CLOSED_CSP.encode()))
                if b"cache-control" not in names:
                    headers.append((b"cache-control", b"no-store"))
                if scope.get("scheme") == "https":
                    headers.append((b"strict-transport-security", b"max-age=31536000"))
                message["headers"] = headers
            await send(message)

        await app(scope, receive, send_with_headers)

    return middleware


def measure(app: ASGIApp) -> ASGIApp:
    """Counts and times requests by route; paths with ids never become labels."""

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        started = perf_counter()
        status = 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await app(scope, receive, watch)
        finally:
            template: Any = scope.get("path_template") or "unmatched"
            REQUESTS.labels(template, str(status)).inc()
            REQUEST_SECONDS.labels(template).observe(perf_counter() - started)
            log.debug(
                "request", route=template, status=status, ms=round((perf_counter() - started) * 1000, 1)
            )

    return middleware
