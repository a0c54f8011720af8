"""Sessions: opened after a sign-in, ended by sign-out, expiry, disabling or a new password."""

from datetime import timedelta
from uuid import UUID

from parley.accounts.authentication import SESSION_LIFE
from parley.accounts.credentials import hash_secret, make_session_secret
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.ids import uuid7

PENDING_LIFE = timedelta(minutes=10)


async def start_session(
    ctx: Ctx, agent_id: UUID, *, user_agent: str = "", totp_pending: bool = False, strong: bool = False
) -> str:
    """Opens a session and gives the value of its cookie.

    `totp_pending` sessions wait for the second factor; `strong` says that a second factor or a passkey was
    shown.
    """
    secret = make_session_secret(ctx.workspace_id)
    life = PENDING_LIFE if totp_pending else SESSION_LIFE
    await ctx.tx.execute(
        """INSERT INTO sessions (workspace_id, id, agent_id, token_hash, totp_pending, must_enrol,
        user_agent, created_at,
                                 seen_at, expires_at)
           SELECT $1, $2, $3, $4, $5, NOT $6 AND coalesce((settings->>'require_totp')::bool, false), $7,
           $8, $8, $9
           FROM workspaces WHERE workspace_id = $1""",
        ctx.workspace_id,
        uuid7(),
        agent_id,
        hash_secret(secret),
        totp_pending,
        strong,
        user_agent.replace("\x00", "")[:300],
        ctx.now,
        ctx.now + life,
    )
    return secret


async def end_session(ctx: Ctx, secret: str) -> None:
    """Ends the session of a cookie, pending or not; an unknown one is nothing to end."""
    await ctx.tx.execute(
        "DELETE FROM sessions WHERE workspace_id = $1 AND token_hash = $2",
        ctx.workspace_id,
        hash_secret(secret),
    )


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
