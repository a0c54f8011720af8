"""Webhooks of stores and carriers: stored as they came, read afterwards, each once."""

from typing import Any
from uuid import UUID

import msgspec

from parley.commerce.ports import Delivery
from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7

DRAIN = "commerce.deliveries"
STORE = """
INSERT INTO store_deliveries (workspace_id, id, connection_id, key, topic, body, received_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (workspace_id, connection_id, key) DO NOTHING RETURNING true
"""
NEXT = """
SELECT id, key, topic, body, attempts FROM store_deliveries
WHERE workspace_id = $1 AND connection_id = $2 AND state = 'stored'
ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
"""


class StoredDelivery(msgspec.Struct, frozen=True):
    """A webhook that waits to be read."""

    id: UUID
    key: str
    topic: str
    body: bytes
    attempts: int


async def store_delivery(ctx: Ctx, connection_id: UUID, delivery: Delivery, body: bytes) -> bool:
    """Stores a genuine webhook and has it read; False when it is there already."""
    new = await ctx.tx.fetchval(
        STORE,
        ctx.workspace_id,
        uuid7(),
        connection_id,
        delivery.key[:300],
        delivery.topic[:200],
        body,
        ctx.now,
    )
    if new:
        ctx.defer(DRAIN, {"connection_id": connection_id}, key=f"deliveries:{connection_id}")
    return bool(new)


async def take_deliveries(ctx: Ctx, connection_id: UUID, limit: int) -> list[StoredDelivery]:
    """Gives the oldest webhooks that wait, locked until the transaction ends."""
    rows = await ctx.tx.fetch(NEXT, ctx.workspace_id, connection_id, limit)
    return [StoredDelivery(r["id"], r["key"], r["topic"], r["body"] or b"", r["attempts"]) for r in rows]


async def finish_deliveries(ctx: Ctx, delivery_ids: list[UUID]) -> None:
    """Notes that webhooks have been read; their bodies are not kept."""
    await ctx.tx.execute(
        """UPDATE store_deliveries SET state = 'done', error = '', body = NULL, finished_at = $3
           WHERE workspace_id = $1 AND id = ANY($2)""",
        ctx.workspace_id,
        delivery_ids,
        ctx.now,
    )


async def fail_delivery(ctx: Ctx, delivery_id: UUID, error: str) -> None:
    """Sets a webhook aside that cannot be read; it is shown with the failed work and can be tried again."""
    await ctx.tx.execute(
        """UPDATE store_deliveries SET state = 'failed', error = $3, attempts = attempts + 1, finished_at = $4
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        delivery_id,
        error[:1000],
        ctx.now,
    )


async def retry_delivery(ctx: Ctx, delivery_id: UUID) -> bool:
    """Lets a webhook that was set aside be read again; False when there is none."""
    row: Any = await ctx.tx.fetchval(
        """UPDATE store_deliveries SET state = 'stored', error = '' WHERE workspace_id = $1 AND id = $2
           AND state = 'failed' RETURNING connection_id""",
        ctx.workspace_id,
        delivery_id,
    )
    if row is not None:
        ctx.defer(DRAIN, {"connection_id": row}, key=f"deliveries:{row}")
    return row is not None
