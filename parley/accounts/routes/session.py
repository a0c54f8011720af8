"""Signing in and out."""

from typing import Any

from litestar import Response

from parley import __version__
from parley.accounts.actions.passkeys import offer_sign_in, sign_in_with_passkey
from parley.accounts.actions.sessions import end_session
from parley.accounts.actions.signing_in import confirm_second_factor, sign_in
from parley.accounts.authentication import SESSION_COOKIE, SessionAuthenticator
from parley.accounts.credentials import SESSION, csrf_of, workspace_of_session
from parley.accounts.emails import email_key
from parley.accounts.guards import guards_of
from parley.accounts.queries.agents import get_me
from parley.accounts.queries.sessions import find_pending_session
from parley.accounts.queries.workspaces import get_workspace, is_set_up
from parley.accounts.routes.cookies import (
    AnyRequest,
    address_of,
    check_same_site,
    no_cookies,
    session_cookies,
    user_agent_of,
)
from parley.accounts.schemas import Code, Credential, SessionState, SignIn
from parley.kit.errors import SignedOut
from parley.kit.http.access import PUBLIC, Claim
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

PATH = "/api/v1/session"


async def read_state(runtime: Runtime, secret: str) -> SessionState:
    """Gives where the bearer of a session cookie stands."""
    workspace_id = workspace_of_session(secret)
    if workspace_id is not None:
        authenticator: SessionAuthenticator = runtime.parts["authenticator"]
        now = runtime.clock.now()
        async with runtime.db.transaction(workspace_id) as tx:
            me = await authenticator.authenticate(tx, Claim(workspace_id, secret, SESSION), now)
            if me is not None:
                return SessionState(
                    state="signed_in",
                    agent=await get_me(tx, workspace_id, me.agent_id, me.permissions),
                    workspace=await get_workspace(tx, workspace_id),
                    csrf=csrf_of(secret),
                    version=__version__,
                )
            if await find_pending_session(tx, workspace_id, secret, now) is not None:
                return SessionState(state="totp", csrf=csrf_of(secret), version=__version__)
    async with runtime.db.transaction(None) as tx:
        state = "signed_out" if await is_set_up(tx) else "setup"
    return SessionState(state=state, version=__version__)


def session_answer(
    runtime: Runtime, state: SessionState, secret: str, status: int = 200
) -> Response[SessionState]:
    """Builds the answer that hands a session to the browser, or renews its cookies."""
    return Response(
        state, status_code=status, cookies=session_cookies(runtime, secret, pending=state.state == "totp")
    )


@route("GET", PATH, PUBLIC)
async def get_session(runtime: Runtime, request: AnyRequest) -> Response[SessionState]:
    """Tells where the caller stands; renews the cookies of a living session."""
    secret = request.cookies.get(SESSION_COOKIE, "")
    state = await read_state(runtime, secret)
    if state.csrf:
        return session_answer(runtime, state, secret)
    return Response(state, cookies=no_cookies(runtime) if secret else [])


@route("POST", PATH, PUBLIC, status=200, errors=(401, 403, 409))
async def create_session(data: SignIn, runtime: Runtime, request: AnyRequest) -> Response[SessionState]:
    """Signs in with e-mail address and password; the state is then `signed_in` or `totp`."""
    check_same_site(request)
    guards_of(runtime).check_guess(email_key(data.email), address_of(request))
    opened = await sign_in(
        runtime,
        email=data.email,
        password=data.password,
        workspace=data.workspace,
        user_agent=user_agent_of(request),
        address=address_of(request),
    )
    return session_answer(runtime, await read_state(runtime, opened.secret), opened.secret)


@route("DELETE", PATH, PUBLIC, errors=(403,))
async def delete_session(runtime: Runtime, request: AnyRequest) -> Response[None]:
    """Signs out."""
    check_same_site(request)
    secret = request.cookies.get(SESSION_COOKIE, "")
    workspace_id = workspace_of_session(secret)
    if workspace_id is not None:
        async with runtime.ctx(workspace_id) as ctx:
            await end_session(ctx, secret)
    return Response(None, status_code=204, cookies=no_cookies(runtime))


@route("POST", f"{PATH}/totp", PUBLIC, status=200, errors=(401, 403))
async def confirm_session(data: Code, runtime: Runtime, request: AnyRequest) -> Response[SessionState]:
    """Gives the second factor: six digits of the app, or a recovery code."""
    check_same_site(request)
    guards_of(runtime).check_address(address_of(request))
    secret = request.cookies.get(SESSION_COOKIE, "")
    workspace_id = workspace_of_session(secret)
    if workspace_id is None:
        raise SignedOut("signed_out", "Sign in with your password first.")
    opened = await confirm_second_factor(
        runtime,
        workspace_id,
        secret,
        data.code,
        user_agent=user_agent_of(request),
        address=address_of(request),
    )
    return session_answer(runtime, await read_state(runtime, opened.secret), opened.secret)


@route("POST", f"{PATH}/passkey/options", PUBLIC, status=200, errors=(403,))
async def offer_passkey_session(runtime: Runtime, request: AnyRequest) -> dict[str, Any]:
    """Gives the options for `navigator.credentials.get()`."""
    check_same_site(request)
    guards_of(runtime).check_address(address_of(request))
    return await offer_sign_in(runtime)


@route("POST", f"{PATH}/passkey", PUBLIC, status=200, errors=(401, 403))
async def create_passkey_session(
    data: Credential, runtime: Runtime, request: AnyRequest
) -> Response[SessionState]:
    """Signs in with a passkey."""
    check_same_site(request)
    guards_of(runtime).check_address(address_of(request))
    opened = await sign_in_with_passkey(
        runtime, data.credential, user_agent=user_agent_of(request), address=address_of(request)
    )
    return session_answer(runtime, await read_state(runtime, opened.secret), opened.secret)


ROUTES = (
    get_session,
    create_session,
    delete_session,
    confirm_session,
    offer_passkey_session,
    create_passkey_session,
)
