"""The decorator that makes a function a route: access, CSRF, rate limit, one transaction, idempotency key.

A handler names what it needs: `ctx` (transaction of the caller's workspace), `me` (who calls), `runtime`, `request`,
path and query parameters, and `data` for the body. Public routes get no `ctx`.
"""

import functools
import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, get_origin

import msgspec
from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Operation
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from parley.kit.ctx import Ctx
from parley.kit.errors import NotAllowed, SignedOut
from parley.kit.http.access import Access, Authenticator, Principal
from parley.kit.http.describing import describe_operation
from parley.kit.http.idempotency import ANSWER, build_replay, claim_key, hash_request, keep_answer
from parley.kit.http.limits import Limiter
from parley.kit.http.once import Once
from parley.kit.http.paging import MAX_LIMIT
from parley.kit.http.problems import ProblemBody
from parley.kit.runtime import Runtime
from parley.kit.secrets import SecretBox

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_BODY: Any = JSONBody
_PATH: Any = FromPath
_QUERY: Any = FromQuery
INJECTED = ("ctx", "me", "runtime", "once")
Handler = Callable[..., Awaitable[Any]]
AnyRequest = Request[Any, Any, Any]


def route(  # noqa: PLR0913 - all but the first three have names
    method: str,
    path: str,
    access: Access,
    *,
    status: int | None = None,
    in_schema: bool = True,
    media_type: str = "application/json",
    errors: tuple[int, ...] = (),
    transaction: bool = True,
    once: bool = False,
    examples: Mapping[str, Any] | None = None,
    **options: Any,
) -> Callable[[Handler], HTTPRouteHandler]:
    """Turns an async function into a route handler; `access` says who may call it.

    Without `transaction` the handler opens its own, so that none is open while a slow body arrives or others are
    asked; it gets no `ctx`, and idempotency keys are honoured only with `once`: its answer is kept after it, or by
    itself in the transaction of the effect (`once.keep`). `examples` are bodies that the description of the API shows.
    """
    keyed = (transaction or once) and not access.public and method not in SAFE
    options["operation_class"] = describe_operation(
        options.get("operation_class", Operation), keyed=keyed, public=access.public, examples=examples
    )
    code = status or {"POST": 201, "DELETE": 204}.get(method, 200)

    def decorate(handler: Handler) -> HTTPRouteHandler:
        wanted = inspect.signature(handler).parameters
        if access.public:
            run = _public(handler, wanted, code)
        else:
            guard = _guarded if transaction else functools.partial(_checked, keyed=once)
            run = guard(handler, wanted, access, method, code)
        functools.update_wrapper(run, handler)
        run.__signature__ = _outer_signature(handler)  # type: ignore[attr-defined]
        run.__annotations__ = {
            "request": AnyRequest,
            **{n: _marked(n, hint, path) for n, hint in handler.__annotations__.items() if n not in INJECTED},
        }
        del run.__wrapped__  # type: ignore[attr-defined]
        known = {401, 403, 404, 409, 422, 429} if not access.public else {404, 422, 429}
        made = HTTPRouteHandler(
            path,
            http_method=method,  # type: ignore[arg-type]
            status_code=code,
            media_type=media_type,
            include_in_schema=in_schema,
            operation_id=handler.__name__,
            summary=(handler.__doc__ or "").strip().split("\n")[0],
            opt={"access": access},
            responses={
                number: ResponseSpec(
                    ProblemBody,
                    description="Problem",
                    media_type="application/problem+json",
                    generate_examples=False,
                )
                for number in sorted(known | {400, 413, 415, 503} | set(errors))
            },
            **options,
        )
        return made(run)

    return decorate


def _marked(name: str, hint: Any, path: str) -> Any:
    """Says where a parameter comes from: the body, the path, else the query; markers of the handler's own win."""
    if name in ("request", "return") or get_origin(hint) is Annotated:
        return hint
    if name == "data":
        return _BODY[hint]
    if name == "limit":
        return Annotated[hint, QueryParameter(schema_extra={"minimum": 1, "maximum": MAX_LIMIT})]
    return _PATH[hint] if f"{{{name}:" in path else _QUERY[hint]


def _outer_signature(handler: Handler) -> inspect.Signature:
    inner = inspect.signature(handler)
    request = inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=AnyRequest)
    kept = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for name, parameter in inner.parameters.items()
        if name not in INJECTED and name != "request"
    ]
    return inner.replace(parameters=[request, *kept])


def _public(handler: Handler, wanted: Any, code: int) -> Callable[..., Awaitable[Any]]:
    async def run(*, request: AnyRequest, **values: Any) -> Any:
        if "runtime" in wanted:
            values["runtime"] = request.app.state.runtime
        if "request" in wanted:
            values["request"] = request
        return _answer(await handler(**values), code)

    return run


def _checked(
    handler: Handler, wanted: Any, access: Access, method: str, code: int, *, keyed: bool
) -> Callable[..., Awaitable[Any]]:
    async def run(*, request: AnyRequest, **values: Any) -> Any:
        runtime: Runtime = request.app.state.runtime
        authenticator: Authenticator = runtime.parts["authenticator"]
        claim = authenticator.read_claim(request.headers, request.cookies)
        if claim is None:
            raise SignedOut("signed_out", "Sign in or send an API token.")
        async with runtime.db.transaction(claim.workspace_id) as tx:
            me = await authenticator.authenticate(tx, claim, runtime.clock.now())
        check_access(me, access, method, request.headers.get("x-csrf-token"))
        assert me is not None  # noqa: S101 - check_access raised otherwise
        runtime.parts["limiter"].check(str(me.actor.id))
        key = request.headers.get("idempotency-key") if keyed else None
        once = Once(runtime, me, key, code)
        offered = {"me": me, "runtime": runtime, "request": request, "once": once}
        values |= {name: value for name, value in offered.items() if name in wanted}
        return _answer(await once.run(request, functools.partial(handler, **values)), code)

    return run


def _guarded(
    handler: Handler, wanted: Any, access: Access, method: str, code: int
) -> Callable[..., Awaitable[Any]]:
    async def run(*, request: AnyRequest, **values: Any) -> Any:
        runtime: Runtime = request.app.state.runtime
        authenticator: Authenticator = runtime.parts["authenticator"]
        claim = authenticator.read_claim(request.headers, request.cookies)
        if claim is None:
            raise SignedOut("signed_out", "Sign in or send an API token.")
        async with runtime.db.transaction(claim.workspace_id) as tx:
            me = await authenticator.authenticate(tx, claim, runtime.clock.now())
            check_access(me, access, method, request.headers.get("x-csrf-token"))
            assert me is not None  # noqa: S101 - check_access raised otherwise
            limiter: Limiter = runtime.parts["limiter"]
            limiter.check(str(me.actor.id))
            ctx = Ctx(runtime.db, tx, me.workspace_id, runtime.clock, actor=me.actor, waker=runtime.nerves)
            offered = {"ctx": ctx, "me": me, "runtime": runtime, "request": request}
            values |= {name: value for name, value in offered.items() if name in wanted}
            return await _run_once(request, ctx, handler, values, method, code)

    return run


def check_access(me: Principal | None, access: Access, method: str, csrf: str | None) -> None:
    """Raises SignedOut or NotAllowed unless the caller may use the route."""
    if me is None:
        raise SignedOut("signed_out", "The session or token is unknown, expired or revoked.")
    if access.permission is not None and not me.allows(access.permission):
        raise NotAllowed("not_allowed", f"This needs the permission {access.permission}.")
    if me.csrf is not None and method not in SAFE and csrf != me.csrf:
        raise NotAllowed("csrf", "The page is out of date; reload it and try again. Nothing was changed.")


async def _run_once(
    request: AnyRequest, ctx: Ctx, handler: Handler, values: dict[str, Any], method: str, code: int
) -> Any:
    key = request.headers.get("idempotency-key") if method not in SAFE else None
    box: SecretBox = request.app.state.runtime.box
    if key is not None:
        stored = await claim_key(ctx, key, hash_request(method, str(request.url.path), await request.body()))
        if stored is not None:
            return build_replay(box, key, stored)
    result = await handler(**values)
    answer = _answer(result, code)
    await ctx.flush()
    if key is not None and isinstance(answer, bytes):
        # Sealed: an answer may hold a token that is stored nowhere else.
        await keep_answer(ctx, key, code, box.seal(answer, owner=key, field=ANSWER))
    return answer


def _answer(result: Any, code: int) -> Any:
    if result is None or isinstance(result, (Response, bytes)):
        return b"" if result is None and code == 204 else result
    return msgspec.json.encode(result)
