"""What an agent does with his own account."""

from typing import Any
from uuid import UUID

from parley.accounts.actions.passkeys import offer_registration, register_passkey, remove_passkey
from parley.accounts.actions.profile import change_me, change_password, set_presence
from parley.accounts.actions.second_factor import (
    TotpOffer,
    confirm_totp,
    issue_recovery_codes,
    remove_totp,
    start_totp,
)
from parley.accounts.actions.sessions import revoke_session
from parley.accounts.guards import guards_of
from parley.accounts.jobs import NOTICE
from parley.accounts.models import Me, Passkey
from parley.accounts.queries.agents import get_me
from parley.accounts.queries.sessions import OpenSession, list_sessions
from parley.accounts.schemas import (
    Code,
    Credential,
    MePatch,
    PasswordChange,
    Presence,
    RecoveryCodes,
    changes_of,
)
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict
from parley.kit.http.access import SIGNED_IN, Principal
from parley.kit.http.paging import Page, cut_page
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

PATH = "/api/v1/me"


@route("GET", PATH, SIGNED_IN)
async def read_me(ctx: Ctx, me: Principal) -> Me:
    """Gives the signed-in agent with his settings and permissions."""
    return await get_me(ctx.tx, ctx.workspace_id, me.agent_id, me.permissions)


@route("PATCH", PATH, SIGNED_IN)
async def patch_me(data: MePatch, ctx: Ctx, me: Principal) -> Me:
    """Changes name, language, time zone, theme, signature or wishes about notifications."""
    await change_me(ctx, me.agent_id, changes_of(data))
    return await get_me(ctx.tx, ctx.workspace_id, me.agent_id, me.permissions)


@route("POST", f"{PATH}/password", SIGNED_IN, status=204)
async def post_password(data: PasswordChange, ctx: Ctx, me: Principal, runtime: Runtime) -> None:
    """Sets a new password; all other sessions end."""
    guards_of(runtime).check_guess(str(me.agent_id), str(me.agent_id))
    await change_password(ctx, me.agent_id, data.current, data.password, keep_session=me.session_id)
    ctx.defer(NOTICE, {"agent_id": me.agent_id, "kind": "password_changed"})


@route("PUT", f"{PATH}/presence", SIGNED_IN, status=204)
async def put_presence(data: Presence, ctx: Ctx, me: Principal) -> None:
    """Marks oneself as online or away."""
    await set_presence(ctx, me.agent_id, data.state)


@route("POST", f"{PATH}/totp", SIGNED_IN, status=200)
async def post_totp(ctx: Ctx, me: Principal, runtime: Runtime) -> TotpOffer:
    """Offers a secret for an app that makes codes; it counts once confirmed."""
    return await start_totp(ctx, runtime.box, me.agent_id)


@route("POST", f"{PATH}/totp/confirm", SIGNED_IN, status=200)
async def post_totp_code(data: Code, ctx: Ctx, me: Principal, runtime: Runtime) -> RecoveryCodes:
    """Switches the second factor on and gives recovery codes."""
    guards_of(runtime).check_code(str(me.agent_id))
    return RecoveryCodes(recovery_codes=await confirm_totp(ctx, runtime.box, me.agent_id, data.code))


@route("DELETE", f"{PATH}/totp", SIGNED_IN)
async def delete_totp(ctx: Ctx, me: Principal) -> None:
    """Switches the second factor off."""
    await remove_totp(ctx, me.agent_id)
    ctx.defer(NOTICE, {"agent_id": me.agent_id, "kind": "totp_off"})


@route("POST", f"{PATH}/recovery-codes", SIGNED_IN, status=200)
async def post_recovery_codes(ctx: Ctx, me: Principal) -> RecoveryCodes:
    """Gives new recovery codes; the old ones are worth nothing then."""
    known = await get_me(ctx.tx, ctx.workspace_id, me.agent_id, me.permissions)
    if not known.totp:
        raise Conflict("totp_off", "Switch the second factor on first.")
    return RecoveryCodes(recovery_codes=await issue_recovery_codes(ctx, me.agent_id))


@route("POST", f"{PATH}/passkeys/options", SIGNED_IN, status=200)
async def post_passkey_options(ctx: Ctx, me: Principal, runtime: Runtime) -> dict[str, Any]:
    """Gives the options for `navigator.credentials.create()`."""
    return await offer_registration(ctx, runtime.settings.origin, me.agent_id)


@route("POST", f"{PATH}/passkeys", SIGNED_IN)
async def post_passkey(data: Credential, ctx: Ctx, me: Principal, runtime: Runtime) -> Passkey:
    """Registers a passkey."""
    passkey = await register_passkey(ctx, runtime.settings.origin, me.agent_id, data.credential, data.name)
    ctx.defer(NOTICE, {"agent_id": me.agent_id, "kind": "passkey_added"})
    return passkey


@route("DELETE", f"{PATH}/passkeys/{{passkey_id:uuid}}", SIGNED_IN)
async def delete_passkey(passkey_id: UUID, ctx: Ctx, me: Principal) -> None:
    """Forgets a passkey."""
    await remove_passkey(ctx, me.agent_id, passkey_id)


@route("GET", f"{PATH}/sessions", SIGNED_IN)
async def get_sessions(
    ctx: Ctx, me: Principal, limit: int = 200, after: str | None = None
) -> Page[OpenSession]:
    """Lists the places where one is signed in."""
    found = await list_sessions(ctx.tx, ctx.workspace_id, me.agent_id, ctx.now, me.session_id)
    return cut_page(found, lambda one: str(one.id), limit, after)


@route("DELETE", f"{PATH}/sessions/{{session_id:uuid}}", SIGNED_IN)
async def delete_own_session(session_id: UUID, ctx: Ctx, me: Principal) -> None:
    """Signs out in another place."""
    await revoke_session(ctx, me.agent_id, session_id)


ROUTES = (
    read_me,
    patch_me,
    post_password,
    put_presence,
    post_totp,
    post_totp_code,
    delete_totp,
    post_recovery_codes,
    post_passkey_options,
    post_passkey,
    delete_passkey,
    get_sessions,
    delete_own_session,
)
