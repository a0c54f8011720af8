"""The audit log: each entry carries the hash of the one before, so that a change or a gap is seen."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.kit.ctx import Ctx
from parley.kit.db import plain_json

FIRST = "0" * 64
_encoder = msgspec.json.Encoder(order="sorted")


def chain_hash(
    previous: str,
    seq: int,
    at: datetime,
    actor: tuple[str, UUID | None],
    action: str,
    subject: tuple[str | None, UUID | None],
    data: Any,
) -> str:
    """Gives the hash of an entry: SHA-256 over the previous hash and the entry as JSON with sorted keys."""
    body = _encoder.encode([seq, at, *actor, action, *subject, data])
    return hashlib.sha256(previous.encode() + body).hexdigest()


async def write_audit(
    ctx: Ctx, action: str, subject_kind: str | None = None, subject_id: UUID | None = None, **data: Any
) -> None:
    """Appends an entry about what the caller does. `data` holds ids and plain values."""
    # The counter's row is the lock: entries of a workspace are written one after the other.
    seq = await ctx.tx.fetchval(
        """INSERT INTO counters (workspace_id, name, value) VALUES ($1, 'audit', 1)
           ON CONFLICT (workspace_id, name) DO UPDATE SET value = counters.value + 1 RETURNING value""",
        ctx.workspace_id,
    )
    previous = await ctx.tx.fetchval(
        "SELECT hash FROM audit_entries WHERE workspace_id = $1 AND seq = $2", ctx.workspace_id, seq - 1
    )
    plain = plain_json(data)
    digest = chain_hash(
        previous or FIRST,
        seq,
        ctx.now,
        (ctx.actor.kind, ctx.actor.id),
        action,
        (subject_kind, subject_id),
        plain,
    )
    await ctx.tx.execute(
        """INSERT INTO audit_entries (workspace_id, seq, at, actor_kind, actor_id, action, subject_kind,
        subject_id,
                                      data, previous_hash, hash)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)""",
        ctx.workspace_id,
        seq,
        ctx.now,
        ctx.actor.kind,
        ctx.actor.id,
        action,
        subject_kind,
        subject_id,
        plain,
        previous or FIRST,
        digest,
    )
