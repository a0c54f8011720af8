"""Asking for webhooks and their deliveries."""

from datetime import datetime
from uuid import UUID

import msgspec

from parley.kit.db import Transaction, rows_as
from parley.kit.errors import NotFound
from parley.kit.http.paging import Page, encode_cursor


class Webhook(msgspec.Struct, kw_only=True):
    """A webhook; `state` is active, failing or paused, `cursor` the position up to which all was delivered."""

    id: UUID
    url: str
    kinds: list[str]
    state: str
    failures: int
    last_error: str
    cursor: str
    created_at: datetime
    delivered_at: datetime | None
    failing_since: datetime | None
    retry_at: datetime | None
    paused_at: datetime | None
    secret: str | None = None


class Delivery(msgspec.Struct, kw_only=True):
    """One attempt to deliver; `status` is the receiver's answer, `attempts` counts those of the same fact."""

    id: UUID
    kind: str
    fact_id: UUID | None
    cursor: str
    state: str
    attempts: int
    status: int | None
    error: str
    duration_ms: int | None
    at: datetime


_COLUMNS = """id, url, kinds, CASE WHEN state = 'active' AND failures > 0 THEN 'failing' ELSE state END AS state,
    failures, last_error, cursor_epoch || '.' || cursor_xid || '.' || cursor_seq AS cursor, created_at,
    delivered_at, failing_since, retry_at, paused_at"""


async def get_webhook(tx: Transaction, workspace_id: UUID, webhook_id: UUID) -> Webhook:
    """Gives a webhook without its secret; raises NotFound."""
    row = await tx.fetchrow(
        f"SELECT {_COLUMNS} FROM webhooks WHERE workspace_id = $1 AND id = $2", workspace_id, webhook_id
    )
    if row is None:
        raise NotFound("webhook")
    return Webhook(**row)


async def list_webhooks(
    tx: Transaction, workspace_id: UUID, *, after: UUID | None = None, limit: int = 200
) -> Page[Webhook]:
    """Lists webhooks without their secrets."""
    rows = await tx.fetch(
        f"""SELECT {_COLUMNS} FROM webhooks WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id > $2)
            ORDER BY id LIMIT $3""",
        workspace_id,
        after,
        limit + 1,
    )
    found = rows_as(Webhook, rows[:limit])
    return Page(found, encode_cursor(found[-1].id) if len(rows) > limit else None)


async def list_deliveries(
    tx: Transaction, workspace_id: UUID, webhook_id: UUID, *, after: UUID | None = None, limit: int = 100
) -> Page[Delivery]:
    """Lists the attempts of the last thirty days, the newest first."""
    rows = await tx.fetch(
        """SELECT id, kind, fact_id, cursor, state, attempts, status, error, duration_ms, at
           FROM webhook_deliveries
           WHERE workspace_id = $1 AND webhook_id = $2 AND ($3::uuid IS NULL OR id < $3)
           ORDER BY id DESC LIMIT $4""",
        workspace_id,
        webhook_id,
        after,
        limit + 1,
    )
    found = rows_as(Delivery, rows[:limit])
    return Page(found, encode_cursor(found[-1].id) if len(rows) > limit else None)
