"""Sessions: opened after a sign-in, ended by sign-out, expiry, disabling or a new password."""

from datetime import timedelta
from uuid import UUID

from parley.accounts.authentication import SESSION_LIFE
from parley.accounts.credentials import hash_secret, make_session_secret
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.ids import uuid7

PENDING_LIFE = timedelta(minutes=10)


async def start_session(ctx: Ctx, agent_id: UUID, *, user_agent: str = "", totp_pending: bool = False) -> str:
    """Opens a session and gives the value of its cookie; `totp_pending` ones wait for the second factor."""
    secret = make_session_secret(ctx.workspace_id)
    await ctx.tx.execute(
        """INSERT INTO sessions
             (workspace_id, id, agent_id, token_hash, totp_pending, user_agent, created_at, seen_at,
             expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)""",
        ctx.workspace_id,
        uuid7(),
        agent_id,
        hash_secret(secret),
        totp_pending,
        user_agent.replace("\x00", "")[:300],
        ctx.now,
        ctx.now + (PENDING_LIFE if totp_pending else SESSION_LIFE),
    )
    await refresh_enrolment(ctx, agent_id)
    return secret


async def end_session(ctx: Ctx, secret: str) -> None:
    """Ends the session of a cookie, pending or not; an unknown one is nothing to end."""
    agent_id = await ctx.tx.fetchval(
        "DELETE FROM sessions WHERE workspace_id = $1 AND token_hash = $2 RETURNING agent_id",
        ctx.workspace_id,
        hash_secret(secret),
    )
    if agent_id is not None:
        await _leave(ctx, agent_id)


async def revoke_session(ctx: Ctx, agent_id: UUID, session_id: UUID) -> None:
    """Ends one of an agent's sessions; raises NotFound."""
    ended = await ctx.tx.fetchval(
        "DELETE FROM sessions WHERE workspace_id = $1 AND agent_id = $2 AND id = $3 RETURNING id",
        ctx.workspace_id,
        agent_id,
        session_id,
    )
    if ended is None:
        raise NotFound("session")
    await _leave(ctx, agent_id)


async def _leave(ctx: Ctx, agent_id: UUID) -> None:
    """Whoever has ended his last session is not there any more, and is given nothing."""
    await ctx.tx.execute(
        """UPDATE agents SET presence_at = NULL WHERE workspace_id = $1 AND id = $2 AND NOT EXISTS (
             SELECT 1 FROM sessions s WHERE s.workspace_id = $1 AND s.agent_id = $2 AND s.expires_at > $3)""",
        ctx.workspace_id,
        agent_id,
        ctx.now,
    )


async def refresh_enrolment(ctx: Ctx, agent_id: UUID | None = None) -> None:
    """Marks the sessions of those who must still set up a second factor, and frees those of the others."""
    await ctx.tx.execute(
        """UPDATE sessions s SET must_enrol = required FROM (
             SELECT a.id, coalesce((w.settings->>'require_totp')::bool, false) AND a.totp_confirmed_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM passkeys p WHERE p.workspace_id = a.workspace_id
               AND p.agent_id = a.id)
               AS required
             FROM agents a JOIN workspaces w ON w.workspace_id = a.workspace_id
             WHERE a.workspace_id = $1 AND ($2::uuid IS NULL OR a.id = $2)
           ) AS wanted
           WHERE s.workspace_id = $1 AND s.agent_id = wanted.id AND s.must_enrol <> required""",
        ctx.workspace_id,
        agent_id,
    )
