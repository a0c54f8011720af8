"""The two cookies of the desk, and what a request tells of where it comes from."""

from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from parley.accounts.authentication import CSRF_COOKIE, SESSION_COOKIE, SESSION_LIFE
from parley.accounts.credentials import csrf_of
from parley.kit.errors import NotAllowed
from parley.kit.runtime import Runtime

AnyRequest = Request[Any, Any, Any]


def session_cookies(runtime: Runtime, secret: str, *, pending: bool = False) -> list[Cookie]:
    """Builds the session's cookie, hidden from scripts, and the CSRF value, which scripts must read."""
    secure = runtime.settings.origin.startswith("https://")
    life = None if pending else int(SESSION_LIFE.total_seconds())
    return [
        Cookie(
            SESSION_COOKIE, value=secret, max_age=life, path="/", httponly=True, secure=secure, samesite="lax"
        ),
        Cookie(CSRF_COOKIE, value=csrf_of(secret), max_age=life, path="/", secure=secure, samesite="lax"),
    ]


def no_cookies(runtime: Runtime) -> list[Cookie]:
    """Builds the cookies that take the session away from the browser."""
    secure = runtime.settings.origin.startswith("https://")
    return [
        Cookie(SESSION_COOKIE, value="", max_age=0, path="/", httponly=True, secure=secure, samesite="lax"),
        Cookie(CSRF_COOKIE, value="", max_age=0, path="/", secure=secure, samesite="lax"),
    ]


def check_same_site(request: AnyRequest) -> None:
    """Raises NotAllowed when another site's page makes the browser send this (Fetch Metadata)."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise NotAllowed("cross_site", "This can only be done from Parley's own pages.")


def address_of(request: AnyRequest) -> str:
    """Gives the caller's network address, or an empty text."""
    return request.client.host if request.client else ""


def user_agent_of(request: AnyRequest) -> str:
    """Gives what the caller's program calls itself."""
    return request.headers.get("user-agent", "")
