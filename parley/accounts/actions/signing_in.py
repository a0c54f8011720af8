"""Signing in with a password and, where it is set up, a second factor."""

from uuid import UUID

import asyncpg
import msgspec

from parley.accounts.actions.auditing import write_audit
from parley.accounts.actions.links import INSTALLATION
from parley.accounts.actions.second_factor import use_code
from parley.accounts.actions.sessions import end_session, start_session
from parley.accounts.emails import email_key
from parley.accounts.guards import guards_of
from parley.accounts.passwords import hash_password, is_outdated, verify_password
from parley.accounts.queries.sessions import find_pending_session
from parley.kit.errors import Conflict, SignedOut
from parley.kit.log.fact import Actor
from parley.kit.runtime import Runtime

MAX_WORKSPACES = 5
FAILED = "accounts.sign_in_failed"


class Opened(msgspec.Struct, frozen=True):
    """An opened session: `secret` is the cookie's value; `pending` sessions still wait for the second
    factor.
    """

    workspace_id: UUID
    agent_id: UUID
    secret: str
    pending: bool


async def sign_in(
    runtime: Runtime,
    *,
    email: str,
    password: str,
    workspace: str | None = None,
    user_agent: str = "",
    address: str = "",
) -> Opened:
    """Opens a session for the agent with this e-mail address and password.

    `workspace` (its slug) decides when the same person works in several; without it Conflict
    `several_workspaces` names them. Raises SignedOut `wrong_password` for everything that does not fit.
    """
    candidates = await _candidates(runtime, email_key(email), workspace)
    if not candidates:
        await verify_password(None, password)
    fitting = [row for row in candidates if await verify_password(row["password_hash"], password)]
    if not fitting:
        await _note_failure(runtime, email_key(email), address)
        raise SignedOut("wrong_password", "The e-mail address or the password is wrong.")
    if len(fitting) > 1:
        choice = [{"name": row["workspace_name"], "slug": row["slug"]} for row in fitting]
        raise Conflict("several_workspaces", "You work in several workspaces; choose one.", workspaces=choice)
    return await _open(runtime, fitting[0], password, user_agent, address)


async def _candidates(runtime: Runtime, key: str, workspace: str | None) -> list[asyncpg.Record]:
    async with runtime.db.transaction(None) as tx:
        return await tx.fetch(
            """SELECT a.workspace_id, a.id, a.password_hash, a.totp_confirmed_at IS NOT NULL AS totp,
                      w.name AS workspace_name, w.slug
               FROM agents a JOIN workspaces w ON w.workspace_id = a.workspace_id
               WHERE a.email_key = $1 AND a.state = 'active' AND a.password_hash IS NOT NULL
                 AND ($2::text IS NULL OR w.slug = $2)
               ORDER BY a.workspace_id LIMIT $3""",
            key,
            workspace,
            MAX_WORKSPACES,
        )


async def _note_failure(runtime: Runtime, key: str, address: str) -> None:
    """Has the failure noted later, by a job, so that known and unknown people take the same time."""
    async with runtime.ctx(INSTALLATION) as ctx:
        ctx.defer(FAILED, {"email_key": key[:320], "address": address})


async def note_failed_sign_in(runtime: Runtime, key: str, address: str) -> None:
    """Writes a failed sign-in into the audit of every workspace where this person works."""
    for row in await _candidates(runtime, key, None):
        async with runtime.ctx(row["workspace_id"]) as ctx:
            await write_audit(ctx, "sign_in_failed", "agent", row["id"], address=address)


async def _open(
    runtime: Runtime, row: asyncpg.Record, password: str, user_agent: str, address: str
) -> Opened:
    fresh_hash = await hash_password(password) if is_outdated(row["password_hash"]) else None
    async with runtime.ctx(row["workspace_id"], Actor("agent", row["id"])) as ctx:
        if fresh_hash is not None:
            await ctx.tx.execute(
                "UPDATE agents SET password_hash = $3 WHERE workspace_id = $1 AND id = $2",
                ctx.workspace_id,
                row["id"],
                fresh_hash,
            )
        secret = await start_session(ctx, row["id"], user_agent=user_agent, totp_pending=row["totp"])
        if not row["totp"]:
            await write_audit(ctx, "signed_in", "agent", row["id"], address=address, by="password")
    return Opened(row["workspace_id"], row["id"], secret, row["totp"])


async def confirm_second_factor(
    runtime: Runtime, workspace_id: UUID, secret: str, code: str, *, user_agent: str = "", address: str = ""
) -> Opened:
    """Turns a pending session into an open one by a code of the app or a recovery code.

    Raises SignedOut `wrong_code`, or `signed_out` when nothing is pending (any more); TooMany.
    """
    async with runtime.db.transaction(workspace_id) as tx:
        pending = await find_pending_session(tx, workspace_id, secret, runtime.clock.now())
    if pending is None:
        raise SignedOut("signed_out", "This took too long; sign in again.")
    guards_of(runtime).check_code(str(pending.agent_id))
    actor = Actor("agent", pending.agent_id)
    async with runtime.ctx(workspace_id, actor) as ctx:
        fits = await use_code(ctx, runtime.box, pending.agent_id, code)
        if fits:
            await end_session(ctx, secret)
            opened = await start_session(ctx, pending.agent_id, user_agent=user_agent)
            await write_audit(
                ctx, "signed_in", "agent", pending.agent_id, address=address, by="second_factor"
            )
            return Opened(workspace_id, pending.agent_id, opened, pending=False)
        await write_audit(ctx, "second_factor_failed", "agent", pending.agent_id, address=address)
    raise SignedOut("wrong_code", "This code does not fit; try the next one.")
