"""Which parcels are to be asked after: taken in batches, put off, told to be soon."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from parley.commerce.actions.mirror_parts import OVER
from parley.facts.commerce import ShipmentChanged, StoreChanged
from parley.kit.ctx import Ctx
from parley.kit.log.fact import Fact, Recorded

JOB = "commerce.parcels"
# Whoever takes parcels and dies has them asked after by somebody else after so long.
LEASE = timedelta(minutes=15)
TAKE = """
WITH due AS (
  SELECT id FROM shipments WHERE workspace_id = $1 AND check_at <= $2 ORDER BY check_at LIMIT $3
  FOR UPDATE SKIP LOCKED
)
UPDATE shipments s SET check_at = $4 FROM due WHERE s.workspace_id = $1 AND s.id = due.id
RETURNING s.id, s.number, s.number_key AS key, s.carrier, s.status, s.connection_id, s.watched_at,
  coalesce(s.read_at, s.created_at) AS known_at,
  coalesce(s.shipped_at, (SELECT f.created_at FROM fulfilments f WHERE f.workspace_id = $1
    AND f.order_id = s.order_id AND f.external_id = s.fulfilment), s.created_at) AS begun_at
"""


class DueParcel(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel to be asked after; `known_at` is when the carrier last answered, `begun_at` when it was sent."""

    id: UUID
    number: str
    key: str
    carrier: str
    status: str
    connection_id: UUID | None
    watched_at: datetime | None
    known_at: datetime
    begun_at: datetime


async def take_due_parcels(ctx: Ctx, limit: int) -> list[DueParcel]:
    """Gives parcels whose time has come; nobody else gets them for a while."""
    rows = await ctx.tx.fetch(TAKE, ctx.workspace_id, ctx.now, limit, ctx.now + LEASE)
    return [msgspec.convert(dict(row), DueParcel) for row in rows]


async def put_off_parcels(ctx: Ctx, until: dict[str, datetime | None]) -> None:
    """Sets when parcels, by the key of their number, are asked after next; None means no more."""
    await ctx.tx.execute(
        """UPDATE shipments s SET check_at = r.until FROM unnest($2::text[], $3::timestamptz[]) AS r(key, until)
           WHERE s.workspace_id = $1 AND s.number_key = r.key AND s.check_at IS NOT NULL""",
        ctx.workspace_id,
        list(until),
        list(until.values()),
    )


async def mark_watched(ctx: Ctx, connection_id: UUID, keys: list[str]) -> None:
    """Notes that a carrier tells of parcels by itself from now on."""
    await ctx.tx.execute(
        """UPDATE shipments SET watched_at = $3, connection_id = $4 WHERE workspace_id = $1 AND number_key = ANY($2)
           AND check_at IS NOT NULL""",
        ctx.workspace_id,
        keys,
        ctx.now,
        connection_id,
    )


async def follow_parcels(ctx: Ctx, fact: Fact, _recorded: Recorded) -> None:
    """Has a new parcel asked after at once, and those that nobody could tell of when a carrier is connected or mended."""
    if isinstance(fact, ShipmentChanged) and not fact.previous:
        await ctx.tx.execute(
            """UPDATE shipments SET check_at = $3 WHERE workspace_id = $1 AND id = $2 AND check_at IS NULL
               AND created_at > $4 AND status <> ALL($5)""",
            ctx.workspace_id,
            fact.shipment_id,
            ctx.now,
            ctx.now - timedelta(days=1),
            list(OVER),
        )
    elif isinstance(fact, StoreChanged) and await _may_tell_more(ctx, fact):
        await ctx.tx.execute(
            """UPDATE shipments SET check_at = $2 WHERE workspace_id = $1 AND check_at > $2
               AND (connection_id IS NULL OR connection_id = $3)""",
            ctx.workspace_id,
            ctx.now,
            fact.connection_id,
        )
    else:
        return
    ctx.defer(JOB, {}, key=f"parcels:{ctx.workspace_id}")


async def _may_tell_more(ctx: Ctx, fact: StoreChanged) -> bool:
    """Says whether a carrier is new, works again, or was broken and has other settings now."""
    if fact.kind != "carrier":
        return False
    if fact.act != "changed":
        return fact.act in ("created", "mended")
    broken = "SELECT state = 'error' FROM connections WHERE workspace_id = $1 AND id = $2"
    return bool(await ctx.tx.fetchval(broken, ctx.workspace_id, fact.connection_id))
