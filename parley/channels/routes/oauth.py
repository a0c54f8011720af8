"""Connecting a mailbox by OAuth: the owner agrees at the provider, the refresh token comes back to us."""

import base64
import binascii
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.response import Redirect

from parley.accounts.actions.auditing import write_audit
from parley.channels.actions.channels import change_channel
from parley.channels.email.oauth import OAuthAdapter, OAuthClient, build_authorize_url, exchange_code
from parley.channels.model import Channel
from parley.kit.ctx import Ctx
from parley.kit.errors import Invalid, NotAllowed
from parley.kit.failures import Failure
from parley.kit.http.access import Principal, needs
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime
from parley.kit.secrets import SecretError

WRITE = needs("channels:write")
CALLBACK = "/oauth/mail"
AnyRequest = Request[Any, Any, Any]
LIFE = timedelta(minutes=15)
FIELD = "oauth.state"
OWNER = "oauth"


class Address(msgspec.Struct):
    """Where the owner of the mailbox agrees."""

    url: str


class State(msgspec.Struct, frozen=True):
    """What comes back with the code: sealed, so that nobody else can make or read it."""

    workspace_id: UUID
    channel_id: UUID
    agent_id: UUID
    verifier: str
    expires: datetime


@route("POST", "/api/v1/channels/{channel_id:uuid}/oauth", WRITE, status=200)
async def start_oauth(ctx: Ctx, me: Principal, runtime: Runtime, channel_id: UUID) -> Address:
    """Gives the address at which the owner of the mailbox agrees; open it in the same browser."""
    channel, client = await _open(ctx, runtime, channel_id)
    state = State(ctx.workspace_id, channel.id, me.agent_id, secrets.token_urlsafe(48), ctx.now + LIFE)
    sealed = runtime.box.seal(msgspec.json.encode(state), owner=OWNER, field=FIELD)
    return Address(
        build_authorize_url(
            client,
            redirect_uri=runtime.settings.origin + CALLBACK,
            state=base64.urlsafe_b64encode(sealed).decode(),
            verifier=state.verifier,
            login=channel.address,
        )
    )


@route("GET", CALLBACK, WRITE, in_schema=False, media_type="text/html", transaction=False)
async def finish_oauth(me: Principal, runtime: Runtime, request: AnyRequest) -> Response[Any]:
    """Takes the code that the provider sends the browser back with, and keeps the refresh token."""
    # The framework keeps the name `state` for itself, so the parameters are read by hand.
    given = request.query_params
    error, code = given.get("error", ""), given.get("code", "")
    known = read_state(runtime, given.get("state", ""), me)
    back = f"/settings/channels/{known.channel_id}"
    if error or not code:
        return _go(
            back, "oauth_error", given.get("error_description") or error or "The provider sent no code."
        )
    async with runtime.ctx(me.workspace_id, me.actor) as ctx:
        _, client = await _open(ctx, runtime, known.channel_id)
    try:
        tokens = await exchange_code(
            runtime.http,
            runtime.clock,
            client,
            code=code,
            redirect_uri=runtime.settings.origin + CALLBACK,
            verifier=known.verifier,
        )
    except Failure as failure:
        return _go(back, "oauth_error", failure.reason)
    settings = {"oauth_refresh_token": tokens.refresh_token, "sign_in": "oauth"}
    async with runtime.ctx(me.workspace_id, me.actor) as ctx:
        await change_channel(ctx, runtime.parts["channels"].book, known.channel_id, settings=settings)
        await write_audit(ctx, "mailbox_connected", "channel", known.channel_id)
    return _go(back, "connected", "yes")


def read_state(runtime: Runtime, text: str, me: Principal) -> State:
    """Opens the state; raises Invalid for a false or old one, and NotAllowed for somebody else's."""
    try:
        sealed = base64.urlsafe_b64decode(text)
        state = msgspec.json.decode(runtime.box.open(sealed, owner=OWNER, field=FIELD), type=State)
    except (binascii.Error, ValueError, SecretError, msgspec.DecodeError) as failure:
        raise Invalid(
            "bad_state", "This address was not made here. Begin again in the channel's settings."
        ) from failure
    if state.expires < runtime.clock.now():
        raise Invalid("state_expired", "This took too long. Begin again in the channel's settings.")
    if state.workspace_id != me.workspace_id or state.agent_id != me.agent_id:
        raise NotAllowed("not_yours", "Somebody else began this. Begin again in the channel's settings.")
    return state


async def _open(ctx: Ctx, runtime: Runtime, channel_id: UUID) -> tuple[Channel, OAuthClient]:
    book = runtime.parts["channels"].book
    book.forget(channel_id)
    channel: Channel = await book.get(ctx.tx, ctx.workspace_id, channel_id)
    plugin: OAuthAdapter | None = book.plugins[channel.plugin]
    if not hasattr(plugin, "oauth_client"):
        raise Invalid("no_oauth", "This kind of channel is not connected by OAuth.")
    try:
        client = plugin.oauth_client(channel.settings)  # type: ignore[union-attr]
    except Failure as failure:
        raise Invalid("no_oauth", failure.reason) from failure
    if not client.client_id:
        raise Invalid("no_client", "Enter the client id and secret of your application first.")
    return channel, client


def _go(path: str, name: str, value: str) -> Redirect:
    return Redirect(f"{path}?{name}={quote(value[:300])}", status_code=303)


ROUTES = (start_oauth, finish_oauth)
