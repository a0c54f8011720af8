"""Taking in what arrives: stored durably first, read by a job afterwards, put aside when it cannot be read."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from parley.channels.model import Channel
from parley.channels.ports import RawItem
from parley.facts.channels import ItemQuarantined
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.files.actions import StoredFile, record_file
from parley.kit.ids import uuid7
from parley.kit.log.fact import Actor

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

JOB = "channels.ingest"
MAX_ATTEMPTS = 3
"""So often an item may fail by itself before it is put aside."""
MAX_STARTS = 10
"""So often an item may be begun without an end: the process died each time, perhaps because of it."""

STORE = """
INSERT INTO inbound_items (workspace_id, id, channel_id, external_key, sha256, file_id, envelope, state, received_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'stored', $8)
ON CONFLICT (workspace_id, channel_id, external_key) DO NOTHING RETURNING true
"""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A stored item as its reader gets it; `attempts` counts this one."""

    id: UUID
    channel_id: UUID
    external_key: str
    sha256: str
    file_id: UUID
    envelope: dict[str, Any]
    attempts: int
    received_at: datetime


class Quarantined(msgspec.Struct, frozen=True, kw_only=True):
    """An item that could not be read, as an admin sees it."""

    id: UUID
    channel_id: UUID
    channel_name: str
    file_id: UUID
    size: int
    error: str
    attempts: int
    received_at: datetime


async def store_item(
    runtime: "Runtime", channel: Channel, item: RawItem, *, media_type: str = "message/rfc822"
) -> bool:
    """Stores an item as it came and defers its reading; True when it is new, False when it was known.

    When this has returned the source may forget the item. Raises what the file store or the database raise.
    """
    prefix = str(channel.workspace_id)
    stored = await runtime.files.put(prefix, item.data)
    name = "message.eml" if media_type == "message/rfc822" else "item.json"
    file = StoredFile(
        id=uuid7(),
        sha256=stored.sha256,
        name=name,
        type=media_type,
        size=stored.size,
        width=None,
        height=None,
        thumbnail_sha256=None,
    )
    item_id = uuid7()
    async with runtime.ctx(channel.workspace_id, Actor("channel", channel.id)) as ctx:
        new = await ctx.tx.fetchval(
            STORE,
            ctx.workspace_id,
            item_id,
            channel.id,
            item.key[:500],
            file.sha256,
            file.id,
            item.envelope,
            item.received_at,
        )
        if new:
            await record_file(ctx, file, owner_kind="inbound", owner_id=item_id, used=True)
            # A sweep may have taken equal bytes away just before the row was there.
            if await runtime.files.find(prefix, file.sha256) is None:
                await runtime.files.put(prefix, item.data)
            defer_reading(ctx, channel.id, item_id)
    return bool(new)


def defer_reading(ctx: Ctx, channel_id: UUID, item_id: UUID) -> None:
    """Defers the job that reads an item; one that waits already is enough."""
    ctx.defer(JOB, {"channel_id": channel_id, "item_id": item_id}, key=f"ingest:{item_id}")


async def begin_item(ctx: Ctx, item_id: UUID) -> Item | None:
    """Counts an attempt at an item and gives it; None when it is finished or put aside."""
    row = await ctx.tx.fetchrow(
        """UPDATE inbound_items SET attempts = attempts + 1 WHERE workspace_id = $1 AND id = $2 AND state = 'stored'
           RETURNING id, channel_id, external_key, sha256, file_id, envelope, attempts, received_at""",
        ctx.workspace_id,
        item_id,
    )
    return Item(**row) if row else None


async def lock_item(ctx: Ctx, item_id: UUID) -> bool:
    """Locks an item for the transaction that reads it; False when another process has been faster."""
    state = await ctx.tx.fetchval(
        "SELECT state FROM inbound_items WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
        ctx.workspace_id,
        item_id,
    )
    return bool(state == "stored")


async def finish_item(
    ctx: Ctx,
    item_id: UUID,
    *,
    message_id: UUID | None = None,
    conversation_id: UUID | None = None,
    note: str = "",
) -> None:
    """Notes what became of an item; `note` says why it became no message. Call it where the message is stored."""
    await ctx.tx.execute(
        """UPDATE inbound_items SET state = 'done', message_id = $3, conversation_id = $4, error = $5, finished_at = $6
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        item_id,
        message_id,
        conversation_id,
        note[:1000],
        ctx.now,
    )


async def fail_item(ctx: Ctx, item: Item, error: str, *, final: bool) -> None:
    """Notes a failure; a final one puts the item aside for a person and tells of it."""
    moved = await ctx.tx.fetchval(
        """UPDATE inbound_items SET error = $3, state = CASE WHEN $4 THEN 'quarantined' ELSE state END,
                  finished_at = CASE WHEN $4 THEN $5::timestamptz END
           WHERE workspace_id = $1 AND id = $2 AND state = 'stored' RETURNING true""",
        ctx.workspace_id,
        item.id,
        error[:1000],
        final,
        ctx.now,
    )
    if moved and final:
        ctx.emit(ItemQuarantined(channel_id=item.channel_id, item_id=item.id))


async def list_quarantined(
    ctx: Ctx, *, limit: int = 100, before: datetime | None = None
) -> list[Quarantined]:
    """Lists the items that were put aside, the newest first; those that came `before`."""
    rows = await ctx.tx.fetch(
        """SELECT i.id, i.channel_id, c.name AS channel_name, i.file_id, coalesce(f.size, 0) AS size, i.error, i.attempts,
                  i.received_at
           FROM inbound_items i JOIN channels c ON c.workspace_id = $1 AND c.id = i.channel_id
           LEFT JOIN files f ON f.workspace_id = $1 AND f.id = i.file_id
           WHERE i.workspace_id = $1 AND i.state = 'quarantined' AND ($2::timestamptz IS NULL OR i.received_at < $2)
           ORDER BY i.received_at DESC, i.id DESC LIMIT $3""",
        ctx.workspace_id,
        before,
        limit,
    )
    return [Quarantined(**row) for row in rows]


async def retry_item(ctx: Ctx, item_id: UUID) -> None:
    """Has an item that was put aside read again; raises NotFound."""
    channel_id = await _leave_quarantine(ctx, item_id, "stored")
    defer_reading(ctx, channel_id, item_id)


async def dismiss_item(ctx: Ctx, item_id: UUID) -> None:
    """Gives up on an item that was put aside; its bytes stay. Raises NotFound."""
    await _leave_quarantine(ctx, item_id, "dismissed")


async def _leave_quarantine(ctx: Ctx, item_id: UUID, state: str) -> UUID:
    found: UUID | None = await ctx.tx.fetchval(
        """UPDATE inbound_items SET state = $3, attempts = 0, error = CASE WHEN $3 = 'stored' THEN '' ELSE error END,
                  finished_at = CASE WHEN $3 = 'stored' THEN NULL ELSE $4::timestamptz END
           WHERE workspace_id = $1 AND id = $2 AND state = 'quarantined' RETURNING channel_id""",
        ctx.workspace_id,
        item_id,
        state,
        ctx.now,
    )
    if found is None:
        raise NotFound("item that was put aside")
    return found
