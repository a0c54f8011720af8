"""Two customers who are one, and two again. What moves is noted, so that nothing else comes back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.accounts.actions.auditing import write_audit
from parley.customers.actions.changing import COLUMNS, change_customer
from parley.customers.merging import Taken, apply_takings, decide_note, decide_takings, plain, revert_takings
from parley.facts.customers import CustomersMerged, CustomersUnmerged, IdentityMoved
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, NotFound
from parley.kit.ids import uuid7
from parley.kit.personal import store_personal

UNMERGED = "unmerged"
"""The reason with which identities go back."""

# In the order of their ids, so that two merges of the same people never wait for each other.
LOCK = """
SELECT c.*, coalesce(nv.value, '') AS name, coalesce(v.value, '') AS note FROM customers c
LEFT JOIN personal_values nv ON nv.workspace_id = $1 AND nv.id = c.name_id
LEFT JOIN personal_values v ON v.workspace_id = $1 AND v.id = c.note_id
WHERE c.workspace_id = $1 AND c.id = ANY($2) ORDER BY c.id FOR UPDATE OF c
"""
# What the receiver has himself stays where it is.
MOVE = """
UPDATE identities i SET customer_id = $3
WHERE workspace_id = $1 AND customer_id = $2 AND ($4::uuid[] IS NULL OR id = ANY($4)) AND NOT EXISTS (
  SELECT 1 FROM identities o WHERE o.workspace_id = $1 AND o.customer_id = $3
  AND o.kind = i.kind AND o.value_key = i.value_key) RETURNING id
"""


class Merge(msgspec.Struct, frozen=True):
    """A merge: `source_id` is part of `target_id`."""

    id: UUID
    source_id: UUID
    target_id: UUID
    taken: Taken
    at: datetime


async def merge_customers(
    ctx: Ctx, source: UUID, target: UUID, *, reason: str, automatic: bool = False
) -> UUID:
    """Makes one customer part of another, who takes his identities and what he lacks; gives the merge's id.

    Raises NotFound, and Conflict for one and the same, or where one of them is part of somebody already.
    """
    gives, takes = await lock_pair(ctx, source, target)
    check_pair(gives, takes)
    taken, changes = await _take(ctx, gives, takes)
    merge_id = uuid7()
    await ctx.tx.execute(
        """INSERT INTO customer_merges (workspace_id, id, source_id, target_id, reason, automatic, taken, by_kind, by_id, at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
        ctx.workspace_id,
        merge_id,
        source,
        target,
        reason,
        automatic,
        taken,
        ctx.actor.kind,
        ctx.actor.id,
        ctx.now,
    )
    await note_moved(ctx, merge_id, "identity", await _move(ctx, source, target, None, reason))
    await change_customer(ctx, source, {"merged_into_id": target})
    if changes:
        await change_customer(ctx, target, changes)
    told: dict[str, Any] = {"customer_id": source, "into_id": target, "merge_id": merge_id, "reason": reason}
    ctx.emit(CustomersMerged(**told, automatic=automatic))
    await write_audit(ctx, "customers_merged", "customer", source, into=target, merge=merge_id, reason=reason)
    return merge_id


async def unmerge_customer(ctx: Ctx, source: UUID) -> Merge:
    """Takes a merge back: identities and fields go where they were, unless somebody changed them since.

    Raises NotFound, and Conflict for a customer who is part of nobody, and where the other has been merged himself.
    """
    merge = await _find_merge(ctx, source)
    gets, gives = await lock_pair(ctx, source, merge.target_id)
    # Read again below the locks: somebody else may have been faster.
    if await find_standing(ctx, source) != merge:
        raise not_merged()
    if gives["merged_into_id"] is not None:
        raise Conflict(
            "crossed_merge",
            "The customer he was merged into has been merged with somebody else since. Take that back first.",
            customer_id=gives["merged_into_id"],
        )
    items = await list_moved(ctx, merge.id, "identity")
    await _move(ctx, merge.target_id, source, items, UNMERGED)
    changes = revert_takings(merge.taken, gets, gives)
    if changes:
        await change_customer(ctx, merge.target_id, _typed(changes))
    await change_customer(ctx, source, {"merged_into_id": None})
    await ctx.tx.execute(
        """UPDATE customer_merges SET undone_at = $3, undone_by_kind = $4, undone_by_id = $5
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        merge.id,
        ctx.now,
        ctx.actor.kind,
        ctx.actor.id,
    )
    ctx.emit(CustomersUnmerged(customer_id=source, into_id=merge.target_id, merge_id=merge.id))
    await write_audit(ctx, "customers_unmerged", "customer", source, into=merge.target_id, merge=merge.id)
    return merge


async def find_standing(ctx: Ctx, source: UUID) -> Merge | None:
    """Finds the merge by which a customer is part of another, and holds it until the commit."""
    row = await ctx.tx.fetchrow(
        """SELECT id, source_id, target_id, taken, at FROM customer_merges
           WHERE workspace_id = $1 AND source_id = $2 AND undone_at IS NULL FOR UPDATE""",
        ctx.workspace_id,
        source,
    )
    return Merge(**row) if row else None


async def note_moved(ctx: Ctx, merge_id: UUID, kind: str, ids: Iterable[UUID]) -> None:
    """Notes what a merge moved, so that it can go back."""
    items = list(ids)
    if items:
        await ctx.tx.execute(
            """INSERT INTO customer_merge_items (workspace_id, merge_id, kind, item_id)
               SELECT $1, $2, $3, i FROM unnest($4::uuid[]) i ON CONFLICT DO NOTHING""",
            ctx.workspace_id,
            merge_id,
            kind,
            items,
        )


async def list_moved(ctx: Ctx, merge_id: UUID, kind: str) -> list[UUID]:
    """Gives what a merge moved of one kind."""
    rows = await ctx.tx.fetch(
        "SELECT item_id FROM customer_merge_items WHERE workspace_id = $1 AND merge_id = $2 AND kind = $3",
        ctx.workspace_id,
        merge_id,
        kind,
    )
    return [row["item_id"] for row in rows]


async def lock_pair(ctx: Ctx, source: UUID, target: UUID) -> tuple[Any, Any]:
    """Gives the rows of two customers, locked; raises NotFound, and Conflict when they are one."""
    if source == target:
        raise Conflict("same_customer", "A customer cannot be merged with himself.")
    rows = {row["id"]: row for row in await ctx.tx.fetch(LOCK, ctx.workspace_id, [source, target])}
    if len(rows) < 2:
        raise NotFound("customer")
    return rows[source], rows[target]


def check_pair(source: Any, target: Any) -> None:
    """Raises Conflict where one of them is part of somebody already."""
    for row, code, words in (
        (source, "already_merged", "This customer has been merged with somebody else already."),
        (target, "target_merged", "The other customer has been merged with somebody else; choose that one."),
    ):
        if row["merged_into_id"] is not None:
            raise Conflict(code, words, customer_id=row["merged_into_id"])


def not_merged() -> Conflict:
    """Builds the error for a customer who is part of nobody."""
    return Conflict("not_merged", "This customer is not merged with anybody.")


async def _find_merge(ctx: Ctx, source: UUID) -> Merge:
    row = await ctx.tx.fetchrow(
        """SELECT m.id, m.source_id, m.target_id, m.taken, m.at, c.merged_into_id FROM customers c
           LEFT JOIN customer_merges m ON m.workspace_id = $1 AND m.source_id = c.id AND m.undone_at IS NULL
           WHERE c.workspace_id = $1 AND c.id = $2""",
        ctx.workspace_id,
        source,
    )
    if row is None:
        raise NotFound("customer")
    if row["merged_into_id"] is None:
        raise not_merged()
    if row["id"] is None:
        raise Conflict("merge_not_recorded", "This merge is older than the record of merges; it stays.")
    return Merge(row["id"], row["source_id"], row["target_id"], row["taken"], row["at"])


async def _take(ctx: Ctx, source: Any, target: Any) -> tuple[Taken, dict[str, Any]]:
    """Gives what the target takes, as it is recorded and as it is written; name and note become his own."""
    taken = decide_takings(source, target)
    changes = apply_takings(taken, source, target)
    name = source["name"] if not target["name"] else ""
    for field, value in (("name", name), ("note", decide_note(source["note"], target["note"]))):
        if value:
            column = f"{field}_id"
            changes[column] = await store_personal(ctx, "customer", target["id"], field, value)
            taken[column] = {"before": plain(target[column]), "after": plain(changes[column])}
    return taken, changes


def _typed(changes: dict[str, Any]) -> dict[str, Any]:
    """Gives values out of a stored document as columns take them."""
    return {
        name: UUID(value) if COLUMNS[name] == "uuid" and value is not None else value
        for name, value in changes.items()
    }


async def _move(ctx: Ctx, source: UUID, target: UUID, ids: list[UUID] | None, reason: str) -> list[UUID]:
    rows = await ctx.tx.fetch(MOVE, ctx.workspace_id, source, target, ids)
    for row in rows:
        ctx.emit(
            IdentityMoved(
                customer_id=target, previous_customer_id=source, identity_id=row["id"], reason=reason
            )
        )
    return [row["id"] for row in rows]
