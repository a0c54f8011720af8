"""Messages that could not be sent, or of which nobody knows whether they were."""

from datetime import datetime
from uuid import UUID

import msgspec

from parley.kit.db import Transaction


class FailedDelivery(msgspec.Struct, frozen=True):
    """A delivery that waits for a person."""

    id: UUID
    message_id: UUID
    conversation_id: UUID
    number: int
    channel_name: str
    state: str
    error: str
    attempts: int
    at: datetime


async def list_failed_deliveries(
    tx: Transaction, workspace_id: UUID, *, before: datetime | None = None, limit: int = 100
) -> list[FailedDelivery]:
    """Lists them, the newest first."""
    rows = await tx.fetch(
        """SELECT d.id, d.message_id, d.conversation_id, c.number, coalesce(ch.name, '') AS channel_name, d.state,
                  coalesce(d.error, '') AS error, d.attempts, coalesce(d.finished_at, d.created_at) AS at
           FROM deliveries d
           JOIN conversations c ON c.workspace_id = $1 AND c.id = d.conversation_id
           LEFT JOIN channels ch ON ch.workspace_id = $1 AND ch.id = d.channel_id
           WHERE d.workspace_id = $1 AND d.state IN ('failed', 'unknown')
             AND ($2::timestamptz IS NULL OR coalesce(d.finished_at, d.created_at) < $2)
           ORDER BY at DESC, d.id DESC LIMIT $3""",
        workspace_id,
        before,
        limit,
    )
    return [FailedDelivery(**row) for row in rows]


async def dismiss_delivery(tx: Transaction, workspace_id: UUID, delivery_id: UUID) -> bool:
    """Takes a failed delivery off the list; the message keeps its state. False when there is none."""
    return bool(
        await tx.fetchval(
            """UPDATE deliveries SET state = 'dismissed' WHERE workspace_id = $1 AND id = $2
               AND state IN ('failed', 'unknown') RETURNING true""",
            workspace_id,
            delivery_id,
        )
    )
