"""Coming in for the first time or again: set-up, invitations, a forgotten password."""

from litestar import Response

from parley.accounts.actions.invitations import (
    Invitation,
    accept_invitation,
    get_invitation,
    reset_password,
)
from parley.accounts.actions.joining import set_up
from parley.accounts.actions.links import INSTALLATION
from parley.accounts.credentials import workspace_of_session
from parley.accounts.emails import email_key
from parley.accounts.guards import guards_of
from parley.accounts.jobs import NOTICE, RESET
from parley.accounts.mailer import check_mailer
from parley.accounts.routes.cookies import AnyRequest, address_of, check_same_site, user_agent_of
from parley.accounts.routes.session import read_state, session_answer
from parley.accounts.schemas import Acceptance, ResetConfirm, ResetRequest, SessionState, SetUp
from parley.kit.errors import NotFound
from parley.kit.http.access import PUBLIC
from parley.kit.http.routes import route
from parley.kit.ids import uuid7
from parley.kit.runtime import Runtime


@route("POST", "/api/v1/setup", PUBLIC, status=201, errors=(403, 409))
async def create_first_workspace(
    data: SetUp, runtime: Runtime, request: AnyRequest
) -> Response[SessionState]:
    """Creates the first workspace and its owner, who is then signed in."""
    check_same_site(request)
    guards_of(runtime).check_address(address_of(request))
    async with runtime.ctx(uuid7()) as ctx:
        _, secret = await set_up(
            ctx,
            token=data.token,
            workspace_name=data.workspace_name,
            name=data.name,
            email=data.email,
            password=data.password,
            language=data.language,
            time_zone=data.time_zone,
            user_agent=user_agent_of(request),
        )
    return session_answer(runtime, await read_state(runtime, secret), secret, 201)


@route("POST", "/api/v1/password-reset", PUBLIC, status=202, errors=(403, 503))
async def request_password_reset(data: ResetRequest, runtime: Runtime, request: AnyRequest) -> None:
    """Mails a link for a new password, if there is an agent with this address; the answer does not tell."""
    check_same_site(request)
    check_mailer(runtime)
    guards_of(runtime).check_address(address_of(request))
    key = email_key(data.email)
    if guards_of(runtime).may_mail(key):
        async with runtime.ctx(INSTALLATION) as ctx:
            ctx.defer(RESET, {"email_key": key})


@route("POST", "/api/v1/password-reset/confirm", PUBLIC, status=200, errors=(403,))
async def confirm_password_reset(data: ResetConfirm, runtime: Runtime, request: AnyRequest) -> dict[str, str]:
    """Sets a new password by a mailed link; all sessions end."""
    check_same_site(request)
    guards_of(runtime).check_address(address_of(request))
    workspace_id = workspace_of_session(data.token)
    if workspace_id is None:
        raise NotFound("link")
    async with runtime.ctx(workspace_id) as ctx:
        agent_id = await reset_password(ctx, data.token, data.password)
        ctx.defer(NOTICE, {"agent_id": agent_id, "kind": "password_changed"})
    return {"state": "signed_out"}


@route("GET", "/api/v1/invitations/{token:str}", PUBLIC)
async def read_invitation(token: str, runtime: Runtime, request: AnyRequest) -> Invitation:
    """Tells what an invitation is about."""
    guards_of(runtime).check_address(address_of(request))
    workspace_id = workspace_of_session(token)
    if workspace_id is None:
        raise NotFound("invitation")
    async with runtime.ctx(workspace_id) as ctx:
        return await get_invitation(ctx, token)


@route("POST", "/api/v1/invitations/{token:str}/accept", PUBLIC, status=200, errors=(403,))
async def take_invitation(
    token: str, data: Acceptance, runtime: Runtime, request: AnyRequest
) -> Response[SessionState]:
    """Joins the workspace; the new agent is then signed in."""
    check_same_site(request)
    guards_of(runtime).check_address(address_of(request))
    workspace_id = workspace_of_session(token)
    if workspace_id is None:
        raise NotFound("invitation")
    async with runtime.ctx(workspace_id) as ctx:
        _, secret = await accept_invitation(
            ctx, token, name=data.name, password=data.password, user_agent=user_agent_of(request)
        )
    return session_answer(runtime, await read_state(runtime, secret), secret)


ROUTES = (
    create_first_workspace,
    request_password_reset,
    confirm_password_reset,
    read_invitation,
    take_invitation,
)
