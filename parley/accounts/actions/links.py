"""One-time secrets: links sent by mail, the set-up token, challenges of passkeys. Only hashes are stored."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.accounts.credentials import hash_secret
from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7

INSTALLATION = UUID(int=0)
"""Stands for the whole installation where a secret belongs to no workspace (yet)."""

SETUP = "setup"
INVITATION = "invitation"
PASSWORD_RESET = "password_reset"  # noqa: S105 - a purpose, not a secret
PASSKEY_REGISTRATION = "passkey_registration"
PASSKEY_SIGN_IN = "passkey_sign_in"


class OneTime(msgspec.Struct, frozen=True):
    """What a one-time secret stands for."""

    agent_id: UUID | None
    data: dict[str, Any]


async def keep_secret(
    ctx: Ctx, purpose: str, secret: str, life: timedelta, *, agent_id: UUID | None = None, **data: Any
) -> None:
    """Keeps the hash of a secret for a purpose; an agent's older secrets for the same purpose end."""
    if agent_id is not None:
        await end_secrets(ctx, agent_id, purpose)
    await ctx.tx.execute(
        """INSERT INTO one_time_tokens
             (workspace_id, id, purpose, agent_id, token_hash, data, created_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        ctx.workspace_id,
        uuid7(),
        purpose,
        agent_id,
        hash_secret(secret),
        data,
        ctx.now,
        ctx.now + life,
    )


async def find_secret(ctx: Ctx, purpose: str, secret: str) -> OneTime | None:
    """Finds a living secret without using it up."""
    row = await ctx.tx.fetchrow(
        """SELECT agent_id, data FROM one_time_tokens
           WHERE workspace_id = $1 AND token_hash = $2 AND purpose = $3 AND expires_at > $4""",
        ctx.workspace_id,
        hash_secret(secret),
        purpose,
        ctx.now,
    )
    return OneTime(**row) if row else None


async def use_secret(ctx: Ctx, purpose: str, secret: str) -> OneTime | None:
    """Uses a living secret up; None when there is none (any more)."""
    row = await ctx.tx.fetchrow(
        """DELETE FROM one_time_tokens
           WHERE workspace_id = $1 AND token_hash = $2 AND purpose = $3 AND expires_at > $4
           RETURNING agent_id, data""",
        ctx.workspace_id,
        hash_secret(secret),
        purpose,
        ctx.now,
    )
    return OneTime(**row) if row else None


async def end_secrets(ctx: Ctx, agent_id: UUID, purpose: str) -> None:
    """Ends an agent's secrets for a purpose."""
    await ctx.tx.execute(
        "DELETE FROM one_time_tokens WHERE workspace_id = $1 AND agent_id = $2 AND purpose = $3",
        ctx.workspace_id,
        agent_id,
        purpose,
    )
