"""The messages about orders, as rows."""

from typing import Any
from uuid import UUID

from parley.kit.db import Transaction
from parley.kit.errors import NotFound

COLUMNS = """
id, order_id, key, kind, state, language, shipment_id, line, promised_at, days, due_at, decision_id, conversation_id,
message_id, reasons, created_at, finished_at
"""
PAGE = f"""
SELECT {COLUMNS} FROM order_messages WHERE workspace_id = $1 AND ($2::uuid IS NULL OR order_id = $2)
  AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4
"""
ONE = f"SELECT {COLUMNS} FROM order_messages WHERE workspace_id = $1 AND id = $2"


async def list_messages(
    tx: Transaction, workspace_id: UUID, order_id: UUID | None, limit: int, after: UUID | None
) -> list[Any]:
    """Gives messages, newest first; of one order, or of all."""
    return list(await tx.fetch(PAGE, workspace_id, order_id, after, limit))


async def get_message(tx: Transaction, workspace_id: UUID, message_id: UUID) -> Any:
    """Gives one message; raises NotFound."""
    row = await tx.fetchrow(ONE, workspace_id, message_id)
    if row is None:
        raise NotFound("order message")
    return row
