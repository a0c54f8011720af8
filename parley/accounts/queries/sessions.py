"""Asking for sessions."""

from datetime import datetime
from uuid import UUID

import msgspec

from parley.accounts.credentials import hash_secret
from parley.kit.db import Transaction, rows_as


class Pending(msgspec.Struct, frozen=True):
    """A session that waits for the second factor."""

    id: UUID
    agent_id: UUID


class OpenSession(msgspec.Struct, kw_only=True):
    """A session as its owner sees it in his list."""

    id: UUID
    user_agent: str
    created_at: datetime
    seen_at: datetime
    current: bool


async def find_pending_session(
    tx: Transaction, workspace_id: UUID, secret: str, now: datetime
) -> Pending | None:
    """Finds the session of a cookie when it waits for the second factor."""
    row = await tx.fetchrow(
        """SELECT s.id, s.agent_id FROM sessions s
           JOIN agents a ON a.workspace_id = s.workspace_id AND a.id = s.agent_id
           WHERE s.workspace_id = $1 AND s.token_hash = $2 AND s.totp_pending AND s.expires_at > $3
           AND a.state = 'active'""",
        workspace_id,
        hash_secret(secret),
        now,
    )
    return Pending(**row) if row else None


async def list_sessions(
    tx: Transaction, workspace_id: UUID, agent_id: UUID, now: datetime, current: UUID | None
) -> list[OpenSession]:
    """Lists an agent's living sessions, the most recently used first; at most a hundred."""
    rows = await tx.fetch(
        """SELECT id, user_agent, created_at, seen_at, id IS NOT DISTINCT FROM $4 AS current FROM sessions
           WHERE workspace_id = $1 AND agent_id = $2 AND expires_at > $3 AND NOT totp_pending
           ORDER BY seen_at DESC, id LIMIT 100""",
        workspace_id,
        agent_id,
        now,
        current,
    )
    return rows_as(OpenSession, rows)
