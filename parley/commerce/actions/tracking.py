"""Where parcels are, as carriers tell it."""

from typing import Any
from uuid import UUID

from parley.commerce.actions.mirror_parts import OVER, PARCEL_FIELDS, number_key
from parley.commerce.model import Tracking
from parley.facts.commerce import ShipmentChanged
from parley.kit.ctx import Ctx

FIND = """
SELECT s.id, s.order_id, s.direction, s.status, s.shipped_at, s.estimated_at, s.delivered_at, s.last_event_at,
       o.customer_id
FROM shipments s JOIN orders o ON o.workspace_id = s.workspace_id AND o.id = s.order_id
WHERE s.workspace_id = $1 AND s.number_key = $2 ORDER BY s.id FOR UPDATE OF s
"""
EVENTS = """
INSERT INTO tracking_events (workspace_id, shipment_id, at, status, code, text, place)
SELECT $1, $2, r.* FROM jsonb_to_recordset($3)
  AS r(at timestamptz, status text, code text, text text, place text) ON CONFLICT DO NOTHING
"""
WRITE = """
UPDATE shipments SET status = $3, shipped_at = $4, estimated_at = $5, delivered_at = $6, last_event_at = $7,
  told_by = coalesce($8, told_by), connection_id = coalesce($9, connection_id), external_id = coalesce($10, external_id),
  url = coalesce(nullif($11, ''), url), read_at = $12, check_at = $13
WHERE workspace_id = $1 AND id = $2
"""


async def record_tracking(
    ctx: Ctx, tracking: Tracking, *, told_by: str, connection_id: UUID | None = None, check_at: Any = None
) -> int:
    """Records what is known of a parcel, for every shipment with its number; gives how many there are.

    Events are kept once each; what is older than what we know moves nothing back, and a carrier that knows nothing
    yet changes nothing.
    """
    rows = await ctx.tx.fetch(FIND, ctx.workspace_id, number_key(tracking.number))
    last = max((event.at for event in tracking.events), default=None)
    knows = bool(tracking.events) or tracking.status != "unknown"
    for row in rows:
        if tracking.events:
            await ctx.tx.execute(EVENTS, ctx.workspace_id, row["id"], tracking.events)
        known = row["last_event_at"]
        old = not knows or (known is not None and (last is None or last < known))
        new: dict[str, Any] = {
            "status": row["status"] if old or tracking.status == "unknown" else tracking.status,
            "shipped_at": row["shipped_at"] or _shipped(tracking),
            "estimated_at": row["estimated_at"] if old else tracking.estimated_at or row["estimated_at"],
            "delivered_at": row["delivered_at"] or tracking.delivered_at,
        }
        await ctx.tx.execute(
            WRITE,
            ctx.workspace_id,
            row["id"],
            *(new[name] for name in PARCEL_FIELDS),
            known if old else last,
            told_by if knows else None,
            connection_id,
            tracking.external_id,
            tracking.url,
            ctx.now,
            None if new["status"] in OVER else check_at,
        )
        changes = {name: new[name] for name in PARCEL_FIELDS if new[name] != row[name]}
        if changes:
            ctx.emit(
                ShipmentChanged(
                    order_id=row["order_id"],
                    shipment_id=row["id"],
                    customer_id=row["customer_id"],
                    direction=row["direction"],
                    changes=changes,
                    previous={name: row[name] for name in changes},
                )
            )
    return len(rows)


def _shipped(tracking: Tracking) -> Any:
    moved = [event.at for event in tracking.events if event.status not in ("unknown", "label_created")]
    return min(moved, default=None)
