"""What stores and carriers told us and nobody could read, and acts whose outcome nobody knows."""

from datetime import datetime
from uuid import UUID

import msgspec

from parley.kit.db import Transaction

DELIVERIES = """
SELECT d.id, c.name AS title, concat_ws(': ', nullif(d.topic, ''), d.error) AS detail, d.finished_at AS at, d.attempts
FROM store_deliveries d JOIN connections c ON c.workspace_id = d.workspace_id AND c.id = d.connection_id
WHERE d.workspace_id = $1 AND d.state = 'failed' AND ($2::timestamptz IS NULL OR d.finished_at < $2)
ORDER BY d.finished_at DESC, d.id DESC LIMIT $3
"""
ACTS = """
SELECT a.id, concat_ws(' ', a.act, o.number) AS title, a.error AS detail, coalesce(a.committed_at, a.planned_at) AS at,
  1::smallint AS attempts
FROM store_acts a LEFT JOIN orders o ON o.workspace_id = a.workspace_id AND o.id = a.order_id
WHERE a.workspace_id = $1 AND a.state = 'unknown'
  AND ($2::timestamptz IS NULL OR coalesce(a.committed_at, a.planned_at) < $2)
ORDER BY at DESC, a.id DESC LIMIT $3
"""


class FailedCommerce(msgspec.Struct, frozen=True, kw_only=True):
    """Something of commerce that waits for a person."""

    id: UUID
    title: str
    detail: str
    at: datetime
    attempts: int


async def list_failed_store_deliveries(
    tx: Transaction, workspace_id: UUID, *, before: datetime | None, limit: int
) -> list[FailedCommerce]:
    """Lists webhooks of stores and carriers that were set aside, the newest first."""
    rows = await tx.fetch(DELIVERIES, workspace_id, before, limit)
    return [FailedCommerce(**dict(row)) for row in rows]


async def list_unknown_acts(
    tx: Transaction, workspace_id: UUID, *, before: datetime | None, limit: int
) -> list[FailedCommerce]:
    """Lists acts of which nobody can say whether they happened, the newest first."""
    rows = await tx.fetch(ACTS, workspace_id, before, limit)
    return [FailedCommerce(**dict(row)) for row in rows]
