"""What is wrong with a request is told only to those who may make it.

The framework reads parameters and body before it calls the handler, which authenticates. So a problem found on the way
waits here until the caller has been looked at: a stranger learns that he is one, not what his body should have been.
On the way without problems nothing is asked twice.
"""

from typing import Any

import asyncpg
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, Receive, Scope, Send

from parley.kit.db import AWAY
from parley.kit.errors import ParleyError, SignedOut
from parley.kit.http.access import Access, Authenticator
from parley.kit.http.problems import (
    handle_database_error,
    handle_framework_error,
    handle_parley_error,
    handle_unexpected,
)
from parley.kit.http.problems import handle_unreadable as tell_unreadable
from parley.kit.http.routes import check_access
from parley.kit.runtime import Runtime

AnyRequest = Request[Any, Any, Any]


class LateProblem(Response[bytes]):
    """A problem that gives way to 401 or 403 when the caller may not use the route at all."""

    def __init__(self, found: Response[bytes], access: Access) -> None:
        super().__init__(
            found.content, status_code=found.status_code, media_type=found.media_type, headers=found.headers
        )
        self._found = found
        self._access = access

    def to_asgi_response(  # type: ignore[override]
        self,
        app: Any,  # noqa: ARG002 - the framework's
        request: AnyRequest,
        **_: Any,
    ) -> ASGIApp:
        """Looks at the caller, then answers."""

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            chosen = await self._choose(request)
            await chosen.to_asgi_response(app=None, request=request)(scope, receive, send)

        return answer

    async def _choose(self, request: AnyRequest) -> Response[bytes]:
        try:
            await check_caller(request, self._access)
        except ParleyError as refusal:
            return handle_parley_error(request, refusal)
        except AWAY as failure:
            return handle_database_error(request, failure)
        return self._found


async def check_caller(request: AnyRequest, access: Access) -> None:
    """Raises SignedOut or NotAllowed unless the caller may use a route; asks the database in one transaction."""
    runtime: Runtime = request.app.state.runtime
    authenticator: Authenticator = runtime.parts["authenticator"]
    claim = authenticator.read_claim(request.headers, request.cookies)
    if claim is None:
        raise SignedOut("signed_out", "Sign in or send an API token.")
    async with runtime.db.transaction(claim.workspace_id) as tx:
        me = await authenticator.authenticate(tx, claim, runtime.clock.now())
    check_access(me, access, request.method, request.headers.get("x-csrf-token"))


def handle_early(request: AnyRequest, error: Any) -> Response[bytes]:
    """Turns the framework's errors into answers, for strangers into 401."""
    return _late(request, handle_framework_error(request, error))


def handle_unreadable(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Answers bodies that cannot be read at all, to strangers with 401."""
    return _late(request, tell_unreadable(request, error))


def _late(request: AnyRequest, found: Response[bytes]) -> Response[bytes]:
    access = getattr(request.scope.get("route_handler"), "opt", {}).get("access")
    if not isinstance(access, Access) or access.public:
        return found
    return LateProblem(found, access)


EXCEPTION_HANDLERS: dict[Any, Any] = {
    ParleyError: handle_parley_error,
    HTTPException: handle_early,
    asyncpg.PostgresError: handle_database_error,
    asyncpg.InterfaceError: handle_database_error,
    OSError: handle_database_error,
    UnicodeDecodeError: handle_unreadable,
    RecursionError: handle_unreadable,
    Exception: handle_unexpected,
}
