"""Writing the same change into many conversations at once, and putting it back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.conversations.actions.changing import COLUMNS, WAKE_JOB, fact_kind
from parley.conversations.model import PRIORITIES, decide_changes, only_changed, status_changes
from parley.facts.conversations import ConversationReopened, ConversationTagged, ConversationUntagged
from parley.kit.ctx import Ctx
from parley.kit.db import plain_json

# These belong together: they are put back only where the status is still the one that was written.
OF_STATUS = frozenset({"status", "closed_at", "snoozed_until", "snoozed_until_reply", "waiting_since"})
TAG_MANY = """
WITH gone AS (
  DELETE FROM conversation_tags WHERE workspace_id = $1 AND conversation_id = ANY($2) AND tag_id = ANY($4)
    AND NOT tag_id = ANY($3) RETURNING conversation_id, tag_id
), put AS (
  INSERT INTO conversation_tags (workspace_id, conversation_id, tag_id, at)
  SELECT $1, c.id, t, $5 FROM conversations c CROSS JOIN unnest($3::uuid[]) t
  WHERE c.workspace_id = $1 AND c.id = ANY($2) AND c.merged_into_id IS NULL
  ON CONFLICT DO NOTHING RETURNING conversation_id, tag_id
), changed AS (
  SELECT conversation_id, tag_id, false AS put FROM gone
  UNION ALL SELECT conversation_id, tag_id, true FROM put
), moved AS (
  UPDATE conversations SET version = version + 1
  WHERE workspace_id = $1 AND id IN (SELECT conversation_id FROM changed)
)
SELECT conversation_id, array_agg(tag_id ORDER BY tag_id) FILTER (WHERE put) AS added,
       array_agg(tag_id ORDER BY tag_id) FILTER (WHERE NOT put) AS removed
FROM changed GROUP BY 1 ORDER BY 1
"""


class BulkAct(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is done to each conversation; `set_assignee` and `set_team` also set None."""

    status: str | None = None
    snoozed_until: datetime | None = None
    snooze_until_reply: bool = False
    set_assignee: bool = False
    assignee_id: UUID | None = None
    set_team: bool = False
    team_id: UUID | None = None
    priority: str | None = None
    add_tags: list[UUID] = []
    remove_tags: list[UUID] = []


def columns_of(act: BulkAct, now: datetime) -> dict[str, Any]:
    """Gives the new values of columns that an act sets."""
    changes: dict[str, Any] = {}
    if act.status is not None:
        changes |= status_changes(act.status, now, act.snoozed_until, until_reply=act.snooze_until_reply)
    if act.set_assignee:
        changes["assignee_id"] = act.assignee_id
    if act.set_team:
        changes["team_id"] = act.team_id
    if act.priority is not None:
        changes["priority"] = PRIORITIES.index(act.priority)
    return changes


async def change_many(ctx: Ctx, ids: Sequence[UUID], wanted: dict[str, Any]) -> dict[UUID, dict[str, Any]]:
    """Writes the same values into many rows and tells of each that really changed; gives all old values."""
    names = sorted(wanted)
    rows = await ctx.tx.fetch(
        f"""SELECT id, {", ".join(names)} FROM conversations WHERE workspace_id = $1 AND id = ANY($2)
            AND merged_into_id IS NULL ORDER BY id FOR UPDATE""",
        ctx.workspace_id,
        list(ids),
    )
    kept: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        new, previous = decide_changes(wanted, {name: row[name] for name in names})
        if new:
            kept[row["id"]] = previous
            ctx.emit(fact_kind(new)(conversation_id=row["id"], changes=new, previous=previous))
    if kept:
        values = {name: f"${n}::{COLUMNS[name]}" for n, name in enumerate(names, start=3)}
        if wanted.get("status") == "closed":
            # What was closed before keeps the time at which it was.
            values["closed_at"] = f"CASE WHEN status = 'closed' THEN closed_at ELSE {values['closed_at']} END"
        written = ", ".join(f"{name} = {value}" for name, value in values.items())
        await ctx.tx.execute(
            f"UPDATE conversations SET {written}, version = version + 1 WHERE workspace_id = $1 AND id = ANY($2)",
            ctx.workspace_id,
            list(kept),
            *(wanted[name] for name in names),
        )
    return kept


async def tag_many(
    ctx: Ctx, ids: Sequence[UUID], add: Sequence[UUID], remove: Sequence[UUID]
) -> dict[UUID, dict[str, list[UUID]]]:
    """Puts tags on many conversations and takes others off; gives what changed by conversation."""
    if not add and not remove:
        return {}
    rows = await ctx.tx.fetch(TAG_MANY, ctx.workspace_id, list(ids), list(add), list(remove), ctx.now)
    changed: dict[UUID, dict[str, list[UUID]]] = {}
    for row in rows:
        added, removed = row["added"] or [], row["removed"] or []
        if removed:
            ctx.emit(ConversationUntagged(conversation_id=row["conversation_id"], tag_ids=removed))
        if added:
            ctx.emit(ConversationTagged(conversation_id=row["conversation_id"], tag_ids=added))
        changed[row["conversation_id"]] = {"added": added, "removed": removed}
    return changed


async def restore_batch(ctx: Ctx, bulk_id: UUID, batch: Any, act: BulkAct, at: datetime) -> None:
    """Puts a batch back: columns that still hold what the act wrote, tags that it put on or took off."""
    kept: dict[str, Any] = batch["changes"] or {}
    before = {UUID(key): value["columns"] for key, value in kept.items() if value["columns"]}
    wanted = plain_json(columns_of(act, at))
    if before and wanted:
        await _restore_columns(ctx, before, wanted)
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[UUID]] = {}
    for key, value in kept.items():
        if value["tags"]:
            tags = (tuple(value["tags"]["removed"]), tuple(value["tags"]["added"]))
            groups.setdefault(tags, []).append(UUID(key))
    for (add, remove), members in groups.items():
        await tag_many(ctx, members, [UUID(t) for t in add], [UUID(t) for t in remove])
    await ctx.tx.execute(
        "UPDATE bulk_batches SET undone = true WHERE workspace_id = $1 AND bulk_id = $2 AND batch = $3",
        ctx.workspace_id,
        bulk_id,
        batch["batch"],
    )


async def _restore_columns(ctx: Ctx, before: dict[UUID, dict[str, Any]], wanted: dict[str, Any]) -> None:
    names = sorted(wanted)
    rows = await ctx.tx.fetch(
        f"""SELECT id, {", ".join(names)} FROM conversations WHERE workspace_id = $1 AND id = ANY($2)
            AND merged_into_id IS NULL ORDER BY id FOR UPDATE""",
        ctx.workspace_id,
        sorted(before),
    )
    values: list[dict[str, Any]] = []
    for row in rows:
        current = plain_json({name: row[name] for name in names})
        back = {**current, **decide_restored(current, wanted, before[row["id"]])}
        new, previous = only_changed(back, current)
        if not new:
            continue
        values.append({"id": row["id"], **back})
        kind = fact_kind(new)
        undone = {"undone": True} if kind is ConversationReopened else {}
        ctx.emit(kind(conversation_id=row["id"], changes=new, previous=previous, **undone))
        if new.get("status") == "snoozed" and back.get("snoozed_until"):
            # The alarm may have rung while the conversation was closed.
            delay = msgspec.convert(back["snoozed_until"], datetime) - ctx.now
            ctx.defer(WAKE_JOB, {"conversation_id": row["id"]}, delay=max(delay, timedelta(0)))
    if values:
        await ctx.tx.execute(
            f"""UPDATE conversations c SET {", ".join(f"{name} = d.{name}" for name in names)}, version = version + 1
                FROM jsonb_to_recordset($2) AS d(id uuid, {", ".join(f"{n} {COLUMNS[n]}" for n in names)})
                WHERE c.workspace_id = $1 AND c.id = d.id""",
            ctx.workspace_id,
            values,
        )


def decide_restored(
    current: dict[str, Any], wanted: dict[str, Any], before: dict[str, Any]
) -> dict[str, Any]:
    """Gives the values to put back: those that nobody has changed since the act."""
    same_status = current.get("status") == wanted.get("status")
    return {
        name: value
        for name, value in before.items()
        if current[name] == wanted[name] and (name not in OF_STATUS or same_status)
    }
