"""Appending facts, in the same transaction as the change they tell of."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from parley.kit.db import Transaction
from parley.kit.log.cursor import Cursor
from parley.kit.log.fact import Actor, Fact, lane_of

APPEND = """
INSERT INTO facts (workspace_id, epoch, id, kind, at, lane, conversation_id, subject_id,
                   actor_kind, actor_id, cause_id, depth, data)
SELECT $1, $2, f.id, f.kind, $3, f.lane, f.conversation_id, f.subject_id, f.actor_kind, f.actor_id, f.cause_id, f.depth, f.data
FROM unnest($4::uuid[], $5::text[], $6::smallint[], $7::uuid[], $8::uuid[],
            $9::text[], $10::uuid[], $11::uuid[], $12::smallint[], $13::jsonb[])
     AS f(id, kind, lane, conversation_id, subject_id, actor_kind, actor_id, cause_id, depth, data)
RETURNING xid, seq
"""


class Pending(msgspec.Struct, frozen=True):
    """A fact on its way to the log."""

    id: UUID
    fact: Fact
    actor: Actor
    cause_id: UUID | None
    depth: int


async def append_facts(
    tx: Transaction, workspace_id: UUID, epoch: int, at: datetime, pending: Sequence[Pending]
) -> Cursor:
    """Appends the facts in one statement and gives the position of the last one."""
    rows = await tx.fetch(
        APPEND,
        workspace_id,
        epoch,
        at,
        [p.id for p in pending],
        [type(p.fact).__name__ for p in pending],
        [lane_of(p.fact.conversation() or p.fact.subject_id() or workspace_id) for p in pending],
        [p.fact.conversation() for p in pending],
        [p.fact.subject_id() for p in pending],
        [p.actor.kind for p in pending],
        [p.actor.id for p in pending],
        [p.cause_id for p in pending],
        [p.depth for p in pending],
        [p.fact for p in pending],
    )
    last = max(rows, key=lambda row: row["seq"])
    return Cursor(epoch, last["xid"], last["seq"])
