"""Changing the row of a customer; every change is a fact with old and new values."""

from typing import Any
from uuid import UUID

from parley.facts.customers import CustomerChanged
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound

COLUMNS = {
    "name_id": "uuid",
    "note_id": "uuid",
    "language": "text",
    "time_zone": "text",
    "country": "text",
    "vip": "boolean",
    "fields": "jsonb",
    "blocked_at": "timestamptz",
    "merged_into_id": "uuid",
}


async def change_customer(ctx: Ctx, customer_id: UUID, changes: dict[str, Any]) -> dict[str, Any]:
    """Writes new values of columns, tells what really changed, gives the previous values; raises NotFound."""
    names = sorted(changes)
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        raise ValueError(f"not a column that may change: {unknown}")
    row = await ctx.tx.fetchrow(
        f"SELECT {', '.join(names)} FROM customers WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
        ctx.workspace_id,
        customer_id,
    )
    if row is None:
        raise NotFound("customer")
    new = {name: changes[name] for name in names if changes[name] != row[name]}
    if not new:
        return {}
    previous = {name: row[name] for name in new}
    assignments = ", ".join(f"{name} = ${n}::{COLUMNS[name]}" for n, name in enumerate(new, start=3))
    await ctx.tx.execute(
        f"UPDATE customers SET {assignments} WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        customer_id,
        *new.values(),
    )
    ctx.emit(CustomerChanged(customer_id=customer_id, changes=new, previous=previous))
    return previous
