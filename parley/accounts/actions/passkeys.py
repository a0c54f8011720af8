"""Passkeys (WebAuthn, level 2): registering them and signing in with one."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from parley.accounts.actions.auditing import write_audit
from parley.accounts.actions.links import (
    INSTALLATION,
    PASSKEY_REGISTRATION,
    PASSKEY_SIGN_IN,
    keep_secret,
    use_secret,
)
from parley.accounts.actions.sessions import refresh_enrolment, start_session
from parley.accounts.actions.signing_in import Opened
from parley.accounts.models import Passkey
from parley.accounts.words import parse_name
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, Invalid, NotFound, SignedOut
from parley.kit.ids import uuid7
from parley.kit.log.fact import Actor
from parley.kit.runtime import Runtime

CHALLENGE_LIFE = timedelta(minutes=5)
MAX_PASSKEYS = 20
_MALFORMED = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)


async def offer_registration(ctx: Ctx, origin: str, agent_id: UUID) -> dict[str, Any]:
    """Gives the options for `navigator.credentials.create()`; raises Conflict when there are twenty
    passkeys.
    """
    row = await ctx.tx.fetchrow(
        """SELECT a.email, a.name, w.name AS workspace_name,
             (SELECT coalesce(array_agg(p.credential_id), '{}') FROM passkeys p
               WHERE p.workspace_id = a.workspace_id AND p.agent_id = a.id) AS known
           FROM agents a JOIN workspaces w ON w.workspace_id = a.workspace_id
           WHERE a.workspace_id = $1 AND a.id = $2""",
        ctx.workspace_id,
        agent_id,
    )
    if row is None:
        raise NotFound("agent")
    if len(row["known"]) >= MAX_PASSKEYS:
        raise Conflict("too_many_passkeys", f"There are {MAX_PASSKEYS} passkeys already; remove one first.")
    options = generate_registration_options(
        rp_id=_host(origin),
        rp_name=f"Parley {row['workspace_name']}",
        user_id=agent_id.bytes,
        user_name=row["email"],
        user_display_name=row["name"],
        exclude_credentials=[PublicKeyCredentialDescriptor(id=known) for known in row["known"]],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    challenge = bytes_to_base64url(options.challenge)
    await keep_secret(ctx, PASSKEY_REGISTRATION, challenge, CHALLENGE_LIFE, agent_id=agent_id)
    found: dict[str, Any] = json.loads(options_to_json(options))
    return found


async def register_passkey(
    ctx: Ctx, origin: str, agent_id: UUID, credential: dict[str, Any], name: str
) -> Passkey:
    """Keeps a new passkey; raises Invalid for an answer that does not fit the options given before."""
    name = parse_name(name, limit=60)
    challenge = read_challenge(credential)
    known = await use_secret(ctx, PASSKEY_REGISTRATION, challenge)
    if known is None or known.agent_id != agent_id:
        raise Invalid("bad_passkey", "This took too long; try again.")
    try:
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_host(origin),
            expected_origin=origin,
            require_user_verification=True,
        )
    except _MALFORMED as failure:
        raise Invalid("bad_passkey", "The passkey could not be verified.") from failure
    passkey_id = uuid7()
    await ctx.tx.execute(
        """INSERT INTO passkeys
             (workspace_id, id, agent_id, name, credential_id, public_key, sign_count, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        ctx.workspace_id,
        passkey_id,
        agent_id,
        name,
        verified.credential_id,
        verified.credential_public_key,
        verified.sign_count,
        ctx.now,
    )
    await refresh_enrolment(ctx, agent_id)
    await write_audit(ctx, "passkey_added", "agent", agent_id, passkey_id=passkey_id)
    return Passkey(id=passkey_id, name=name, created_at=ctx.now, last_used_at=None)


async def remove_passkey(ctx: Ctx, agent_id: UUID, passkey_id: UUID) -> None:
    """Forgets a passkey; raises NotFound."""
    removed = await ctx.tx.fetchval(
        "DELETE FROM passkeys WHERE workspace_id = $1 AND agent_id = $2 AND id = $3 RETURNING id",
        ctx.workspace_id,
        agent_id,
        passkey_id,
    )
    if removed is None:
        raise NotFound("passkey")
    await refresh_enrolment(ctx, agent_id)
    await write_audit(ctx, "passkey_removed", "agent", agent_id, passkey_id=passkey_id)


async def offer_sign_in(runtime: Runtime) -> dict[str, Any]:
    """Gives the options for `navigator.credentials.get()`; the browser knows whose passkeys there are."""
    options = generate_authentication_options(
        rp_id=_host(runtime.settings.origin), user_verification=UserVerificationRequirement.REQUIRED
    )
    async with runtime.ctx(INSTALLATION) as ctx:
        await keep_secret(ctx, PASSKEY_SIGN_IN, bytes_to_base64url(options.challenge), CHALLENGE_LIFE)
    found: dict[str, Any] = json.loads(options_to_json(options))
    return found


async def sign_in_with_passkey(
    runtime: Runtime, credential: dict[str, Any], *, user_agent: str = "", address: str = ""
) -> Opened:
    """Opens a session for the owner of a passkey; raises SignedOut when it does not fit."""
    challenge = read_challenge(credential)
    async with runtime.ctx(INSTALLATION) as ctx:
        offered = await use_secret(ctx, PASSKEY_SIGN_IN, challenge)
    row = await _find_passkey(runtime, credential) if offered is not None else None
    if row is None:
        raise SignedOut("wrong_passkey", "This passkey is not known here, or it took too long; try again.")
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_host(runtime.settings.origin),
            expected_origin=runtime.settings.origin,
            credential_public_key=row["public_key"],
            credential_current_sign_count=row["sign_count"],
            require_user_verification=True,
        )
    except _MALFORMED as failure:
        raise SignedOut("wrong_passkey", "The passkey could not be verified.") from failure
    async with runtime.ctx(row["workspace_id"], Actor("agent", row["agent_id"])) as ctx:
        await ctx.tx.execute(
            "UPDATE passkeys SET sign_count = $3, used_at = $4 WHERE workspace_id = $1 AND id = $2",
            ctx.workspace_id,
            row["id"],
            verified.new_sign_count,
            ctx.now,
        )
        secret = await start_session(ctx, row["agent_id"], user_agent=user_agent)
        await write_audit(ctx, "signed_in", "agent", row["agent_id"], address=address, by="passkey")
    return Opened(row["workspace_id"], row["agent_id"], secret, pending=False)


async def _find_passkey(runtime: Runtime, credential: dict[str, Any]) -> Any:
    try:
        credential_id = base64url_to_bytes(str(credential["id"])[:1400])
    except (KeyError, ValueError):
        return None
    async with runtime.db.transaction(None) as tx:
        return await tx.fetchrow(
            """SELECT p.workspace_id, p.id, p.agent_id, p.public_key, p.sign_count FROM passkeys p
               JOIN agents a ON a.workspace_id = p.workspace_id AND a.id = p.agent_id
               WHERE p.credential_id = $1 AND a.state = 'active'""",
            credential_id,
        )


def read_challenge(credential: dict[str, Any]) -> str:
    """Gives the challenge that a browser's answer names, in base64url; raises Invalid."""
    try:
        data = parse_client_data_json(base64url_to_bytes(credential["response"]["clientDataJSON"]))
    except _MALFORMED as failure:
        raise Invalid("bad_passkey", "This is not what a browser sends for a passkey.") from failure
    return bytes_to_base64url(data.challenge)


def _host(origin: str) -> str:
    return urlsplit(origin).hostname or "localhost"
