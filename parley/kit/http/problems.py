"""Errors as application/problem+json (RFC 9457)."""

from typing import Any

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from parley.kit.db import AWAY, CLASH
from parley.kit.errors import Invalid, ParleyError, TooMany

log = structlog.get_logger("http")
TITLES = {
    400: "Bad request",
    401: "Signed out",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Too large",
    415: "Unsupported type",
    422: "Invalid",
    429: "Too many requests",
    500: "Internal error",
    503: "Unavailable",
}


class ProblemError(msgspec.Struct, frozen=True):
    """One wrong field."""

    field: str
    message: str


class ProblemBody(msgspec.Struct, kw_only=True, omit_defaults=True, rename={"kind": "type"}):
    """The body of every error answer (RFC 9457)."""

    kind: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    errors: list[ProblemError] = []


def problem(
    status: int, code: str, detail: str, *, headers: dict[str, str] | None = None, **extra: Any
) -> Response[bytes]:
    """Builds a problem answer."""
    body = {
        "type": "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "code": code,
        **extra,
    }
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        media_type="application/problem+json",
        headers=headers or {},
    )


def handle_parley_error(_: Request[Any, Any, Any], error: ParleyError) -> Response[bytes]:
    """Turns our own errors into answers."""
    extra = dict(error.extra)
    headers: dict[str, str] = {}
    if isinstance(error, Invalid) and error.errors:
        extra["errors"] = error.errors
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(max(1, round(error.retry_after)))
    return problem(error.status, error.code, error.detail, headers=headers, **extra)


def handle_framework_error(_: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Turns the framework's errors (unknown path, unreadable body, wrong parameter) into answers."""
    status = error.status_code
    if isinstance(error, ValidationException):
        found = error.extra if isinstance(error.extra, list) else []
        errors = [
            {"field": str(item.get("key", "")), "message": str(item.get("message", ""))[:300]}
            for item in found
            if isinstance(item, dict)
        ]
        return problem(
            400, "invalid_input", "Some values cannot be read; nothing was changed.", errors=errors
        )
    code = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}.get(status, "bad_request")
    return problem(status, code, str(error.detail)[:500] or TITLES.get(status, "Error"))


def handle_database_error(_: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Turns what the database refuses into clear answers: bad text, unknown references, a server that is away."""
    if isinstance(error, asyncpg.UniqueViolationError):
        return problem(409, "already_exists", "There is one like this already.")
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        return problem(
            422, "unknown_reference", "The request names something that does not exist in this workspace."
        )
    if isinstance(error, (asyncpg.DataError, asyncpg.CharacterNotInRepertoireError)):
        return problem(
            400, "bad_value", "A value cannot be stored (a NUL character, or a number out of range)."
        )
    if isinstance(error, CLASH):
        return problem(
            503, "try_again", "Two changes met; nothing was changed. Try again.", headers={"Retry-After": "1"}
        )
    if isinstance(error, AWAY):
        log.warning("the database is away", error=repr(error))
        return problem(
            503,
            "database_away",
            "The database is away for the moment; nothing was changed.",
            headers={"Retry-After": "1"},
        )
    return handle_unexpected(_, error)


def handle_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answers 500 without telling anything, and logs the rest."""
    log.error("unexpected error", path=request.scope.get("path_template", ""), exc_info=error)
    return problem(500, "internal_error", "Something went wrong on our side; nothing was changed. Try again.")


def handle_unreadable(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answers bodies that cannot be read at all: broken UTF-8, or nested without end."""
    log.warning("unreadable body", path=request.scope.get("path_template", ""), error=type(error).__name__)
    return problem(400, "unreadable", "The body is not readable JSON; nothing was changed.")
