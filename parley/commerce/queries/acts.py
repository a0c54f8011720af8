"""Acts as plans and lists show them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.commerce.acting.plan import Line
from parley.kit.db import Transaction
from parley.kit.errors import NotFound
from parley.kit.http.paging import Page, decode_id_cursor, encode_cursor

ACT = """
a.id, a.store_id, a.act, a.order_id, a.subscription_id, a.return_id, a.state, a.error, a.amount, a.currency, a.plan,
a.planned_by_kind, a.planned_by, a.committed_by_kind, a.committed_by, a.approved_by_kind, a.approved_by, a.planned_at,
a.expires_at, a.committed_at, a.finished_at, o.number AS order_number,
(SELECT coalesce(jsonb_agg(jsonb_build_object('name', s.name, 'state', s.state, 'error', s.error,
   'external_id', coalesce(s.effect ->> 'external_id', ''), 'details', coalesce(s.effect -> 'details', '{}'))
   ORDER BY s.position), '[]')
 FROM act_steps s WHERE s.workspace_id = $1 AND s.act_id = a.id) AS steps
"""
SOURCE = "FROM store_acts a LEFT JOIN orders o ON o.workspace_id = $1 AND o.id = a.order_id"


class StepView(msgspec.Struct, kw_only=True):
    """A call to the store, carrier or bank, and what it brought about."""

    name: str
    state: str
    error: str
    external_id: str
    details: dict[str, Any]


class ActView(msgspec.Struct, kw_only=True):
    """A plan, and once it is committed what became of it. `amount` moves to the customer (negative: he pays)."""

    id: UUID
    store_id: UUID
    act: str
    order_id: UUID | None
    order_number: str | None
    subscription_id: UUID | None
    return_id: UUID | None
    state: str
    error: str
    amount: int
    currency: str
    effects: list[Line]
    warnings: list[Line]
    refusals: list[Line]
    second: list[Line]
    possible: bool
    planned_by_kind: str
    planned_by: UUID | None
    committed_by_kind: str | None
    committed_by: UUID | None
    approved_by_kind: str | None
    approved_by: UUID | None
    planned_at: datetime
    expires_at: datetime
    committed_at: datetime | None
    finished_at: datetime | None
    steps: list[StepView]


async def get_act(tx: Transaction, workspace_id: UUID, act_id: UUID) -> ActView:
    """Gives an act; raises NotFound."""
    row = await tx.fetchrow(
        f"SELECT {ACT} {SOURCE} WHERE a.workspace_id = $1 AND a.id = $2", workspace_id, act_id
    )
    if row is None:
        raise NotFound("act")
    return _view(row)


async def list_acts(
    tx: Transaction,
    workspace_id: UUID,
    limit: int,
    after: str | None,
    *,
    order_id: UUID | None = None,
    state: str | None = None,
) -> Page[ActView]:
    """Gives acts, newest first; mere plans that nobody committed are left out unless asked for."""
    rows = await tx.fetch(
        f"""SELECT {ACT} {SOURCE} WHERE a.workspace_id = $1 AND ($2::uuid IS NULL OR a.id < $2)
            AND ($3::uuid IS NULL OR a.order_id = $3)
            AND CASE WHEN $4::text IS NULL THEN a.state NOT IN ('planned', 'expired') ELSE a.state = $4 END
            ORDER BY a.id DESC LIMIT $5""",
        workspace_id,
        decode_id_cursor(after),
        order_id,
        state,
        limit + 1,
    )
    found = [_view(row) for row in rows]
    return Page(found[:limit], encode_cursor(found[limit - 1].id) if len(found) > limit else None)


def _view(row: Any) -> ActView:
    values = dict(row)
    plan = values.pop("plan")
    return msgspec.convert(
        {
            **values,
            "effects": plan["effects"],
            "warnings": plan["warnings"],
            "refusals": plan["refusals"],
            "second": plan["second"],
            "possible": not plan["refusals"],
        },
        ActView,
    )
