"""What is told about orders, as rows: planned, sent, skipped, cancelled, failed. A key is written once."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.facts.outreach import OrderMessageChanged
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Reason
from parley.kit.errors import Conflict, NotFound
from parley.kit.ids import uuid7

INSERT = """
INSERT INTO order_messages (workspace_id, id, order_id, key, kind, shipment_id, line, state, language, promised_at,
  days, due_at, decision_id, conversation_id, reasons, created_at, finished_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
ON CONFLICT (workspace_id, order_id, key) DO NOTHING RETURNING id
"""
FINISH = """
UPDATE order_messages SET state = $3, reasons = reasons || $4, conversation_id = coalesce($5, conversation_id),
  message_id = coalesce($6, message_id), finished_at = $7
WHERE workspace_id = $1 AND id = $2 AND state = 'planned'
RETURNING order_id, key, kind, conversation_id, message_id
"""
CAME_BACK = """
UPDATE order_messages SET state = 'failed', reasons = reasons || $3
WHERE workspace_id = $1 AND message_id = $2 AND state = 'sent'
RETURNING id, order_id, key, kind, conversation_id, message_id
"""
COUNT_SENT = """
SELECT count(*) FROM order_messages WHERE workspace_id = $1 AND finished_at > $2 AND message_id IS NOT NULL
"""


class NewMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be told, or is not."""

    order_id: UUID
    key: str
    kind: str
    language: str
    shipment_id: UUID | None = None
    line: str | None = None
    promised_at: datetime | None = None
    days: int = 0
    due_at: datetime | None = None
    conversation_id: UUID | None = None
    reasons: list[Reason] = []


async def add_message(ctx: Ctx, new: NewMessage, state: str) -> UUID | None:
    """Writes a message down; None when the order has one under this key."""
    added: UUID | None = await ctx.tx.fetchval(
        INSERT,
        ctx.workspace_id,
        uuid7(),
        new.order_id,
        new.key,
        new.kind,
        new.shipment_id,
        new.line,
        state,
        new.language,
        new.promised_at,
        new.days,
        new.due_at,
        ctx.actor.id if ctx.actor.kind == "decider" else None,
        new.conversation_id,
        new.reasons,
        ctx.now,
        None if state == "planned" else ctx.now,
    )
    if added is not None:
        row = {"id": added, "message_id": None, **msgspec.structs.asdict(new)}
        _tell(ctx, row, state, None)
    return added


async def finish_message(
    ctx: Ctx,
    message_id: UUID,
    state: str,
    *,
    reason: Reason | None = None,
    conversation_id: UUID | None = None,
    posted_id: UUID | None = None,
) -> bool:
    """Marks a planned message sent, skipped, cancelled or failed; False when it is not planned any more."""
    row = await ctx.tx.fetchrow(
        FINISH,
        ctx.workspace_id,
        message_id,
        state,
        [reason] if reason else [],
        conversation_id,
        posted_id,
        ctx.now,
    )
    if row is not None:
        _tell(ctx, {"id": message_id, **dict(row)}, state, "planned")
    return row is not None


async def cancel_message(ctx: Ctx, message_id: UUID) -> None:
    """Takes a planned message back; raises NotFound, and Conflict when it has left or was decided otherwise."""
    if await finish_message(ctx, message_id, "cancelled"):
        return
    state = await ctx.tx.fetchval(
        "SELECT state FROM order_messages WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, message_id
    )
    if state is None:
        raise NotFound("order message")
    raise Conflict("not_planned", f"This message is {state}; only a planned one can be cancelled.")


async def put_off_message(ctx: Ctx, message_id: UUID, due_at: datetime) -> None:
    """Has a planned message wait longer."""
    await ctx.tx.execute(
        "UPDATE order_messages SET due_at = $3 WHERE workspace_id = $1 AND id = $2 AND state = 'planned'",
        ctx.workspace_id,
        message_id,
        due_at,
    )


async def note_failure(ctx: Ctx, posted_id: UUID, *, unknown: bool) -> None:
    """Notes that a message which was sent did not arrive."""
    reason: dict[str, Any] = {
        "key": "order_messages.unknown" if unknown else "order_messages.bounced",
        "values": {},
    }
    row = await ctx.tx.fetchrow(CAME_BACK, ctx.workspace_id, posted_id, [reason])
    if row is not None:
        _tell(ctx, dict(row), "failed", "sent")


async def count_sent(ctx: Ctx, since: datetime) -> int:
    """Counts what has been sent since then."""
    return int(await ctx.tx.fetchval(COUNT_SENT, ctx.workspace_id, since))


def _tell(ctx: Ctx, row: dict[str, Any], state: str, previous: str | None) -> None:
    ctx.emit(
        OrderMessageChanged(
            order_id=row["order_id"],
            order_message_id=row["id"],
            kind=row["kind"],
            key=row["key"],
            state=state,
            previous_state=previous,
            about_conversation_id=row["conversation_id"],
            message_id=row["message_id"],
        )
    )
