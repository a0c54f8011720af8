"""One act on many conversations, in batches, with the values before, so that it can be undone exactly."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.conversations.actions.bulk_values import BulkAct, change_many, columns_of, restore_batch, tag_many
from parley.conversations.actions.changing import WAKE_JOB, check_assignee
from parley.conversations.filters import Filter, build_condition
from parley.conversations.model import check_snooze
from parley.facts.conversations import BulkProgressed
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, FieldError, Invalid, NotFound
from parley.kit.ids import uuid7
from parley.kit.log.fact import Actor

BATCH = 200
MOST = 10_000
JOB = "conversations.bulk"


class Bulk(msgspec.Struct, frozen=True, kw_only=True):
    """How far an act on many conversations is; `state` is running, done, undoing or undone."""

    id: UUID
    total: int
    done: int
    state: str


async def select_conversations(ctx: Ctx, wanted: Filter, agent_id: UUID | None) -> list[UUID]:
    """Gives all conversations of a filter; raises Invalid when there are too many for one act."""
    condition = build_condition(wanted, ctx.workspace_id, agent_id, ctx.now)
    sql = f"SELECT c.id FROM conversations c WHERE {condition.sql()} LIMIT {MOST + 1}"
    rows = await ctx.tx.fetch(sql, *condition.args)
    return check_number([row["id"] for row in rows])


def check_number(ids: Sequence[UUID]) -> list[UUID]:
    """Gives the ids in order, each once; raises Invalid for more than one act may touch."""
    found = sorted(set(ids))
    if len(found) > MOST:
        raise Invalid("too_many", f"One act takes at most {MOST} conversations; narrow the list down.")
    return found


async def start_bulk(ctx: Ctx, agent_id: UUID | None, ids: Sequence[UUID], act: BulkAct) -> Bulk:
    """Carries an act out on conversations: up to 200 at once, more of them by a job. Raises Invalid and NotFound."""
    await _check(ctx, act)
    bulk_id, ids = uuid7(), check_number(ids)
    batches = [ids[n : n + BATCH] for n in range(0, len(ids), BATCH)]
    await ctx.tx.execute(
        """INSERT INTO bulk_acts (workspace_id, id, agent_id, act, total, state, at)
           VALUES ($1, $2, $3, $4, $5, 'running', $6)""",
        ctx.workspace_id,
        bulk_id,
        agent_id,
        act,
        len(ids),
        ctx.now,
    )
    await ctx.tx.execute(
        """INSERT INTO bulk_batches (workspace_id, bulk_id, batch, conversation_ids)
           SELECT $1, $2, b.batch, b.ids FROM jsonb_to_recordset($3) AS b(batch int, ids uuid[])""",
        ctx.workspace_id,
        bulk_id,
        [{"batch": number, "ids": batch} for number, batch in enumerate(batches)],
    )
    if len(batches) > 1:
        ctx.defer(JOB, {"bulk_id": bulk_id})
        return Bulk(id=bulk_id, total=len(ids), done=0, state="running")
    return await advance_bulk(ctx, bulk_id)


async def undo_bulk(ctx: Ctx, bulk_id: UUID, agent_id: UUID | None) -> Bulk:
    """Puts back the values from before an act; what somebody has changed since stays. Raises NotFound, Conflict."""
    row = await _lock(ctx, bulk_id)
    if row["agent_id"] != agent_id:
        raise NotFound("act on many conversations")
    if row["state"] in ("undoing", "undone"):
        raise Conflict("undone", "This has been undone already.")
    await ctx.tx.execute(
        "UPDATE bulk_acts SET state = 'undoing', done = 0 WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        bulk_id,
    )
    if row["total"] > BATCH:
        ctx.defer(JOB, {"bulk_id": bulk_id})
        return Bulk(id=bulk_id, total=row["total"], done=0, state="undoing")
    return await advance_bulk(ctx, bulk_id)


async def advance_bulk(ctx: Ctx, bulk_id: UUID) -> Bulk:
    """Carries out the next batch, or puts the last one back while it is being undone; raises NotFound."""
    row = await _lock(ctx, bulk_id)
    if row["agent_id"] is not None:
        ctx.actor = Actor("agent", row["agent_id"])
    act = msgspec.convert(row["act"], BulkAct)
    undoing = row["state"] == "undoing"
    if row["state"] in ("done", "undone"):
        return Bulk(id=bulk_id, total=row["total"], done=row["done"], state=row["state"])
    batch = await ctx.tx.fetchrow(
        f"""SELECT batch, conversation_ids, changes, done FROM bulk_batches WHERE workspace_id = $1 AND bulk_id = $2
            AND {"NOT undone" if undoing else "NOT done"} ORDER BY batch LIMIT 1""",
        ctx.workspace_id,
        bulk_id,
    )
    step = 0
    if batch is not None:
        step = len(batch["conversation_ids"])
        carry = restore_batch if undoing else _carry_out
        await carry(ctx, bulk_id, batch, act, row["at"])
    done = row["done"] + step
    state = row["state"] if done < row["total"] and batch is not None else "undone" if undoing else "done"
    await ctx.tx.execute(
        """UPDATE bulk_acts SET done = $3, state = $4, undone_at = CASE WHEN $4 = 'undone' THEN $5 ELSE undone_at END
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        bulk_id,
        done,
        state,
        ctx.now,
    )
    ctx.emit(BulkProgressed(bulk_id=bulk_id, done=done, total=row["total"], state=state))
    return Bulk(id=bulk_id, total=row["total"], done=done, state=state)


async def _lock(ctx: Ctx, bulk_id: UUID) -> Any:
    row = await ctx.tx.fetchrow(
        "SELECT * FROM bulk_acts WHERE workspace_id = $1 AND id = $2 FOR UPDATE", ctx.workspace_id, bulk_id
    )
    if row is None:
        raise NotFound("act on many conversations")
    return row


async def _check(ctx: Ctx, act: BulkAct) -> None:
    if not columns_of(act, ctx.now) and not act.add_tags and not act.remove_tags:
        raise Invalid("no_act", "Say what to do.", FieldError("act", "empty"))
    if act.status == "snoozed":
        check_snooze(ctx.now, act.snoozed_until, until_reply=act.snooze_until_reply)
    if act.assignee_id is not None:
        await check_assignee(ctx, act.assignee_id)
    known = await ctx.tx.fetchval(
        "SELECT count(*) FROM tags WHERE workspace_id = $1 AND id = ANY($2)", ctx.workspace_id, act.add_tags
    )
    if known != len(set(act.add_tags)):
        raise NotFound("tag")


async def _carry_out(ctx: Ctx, bulk_id: UUID, batch: Any, act: BulkAct, at: datetime) -> None:
    """Changes all conversations of a batch and keeps what was before. `at` is when the act was asked for."""
    ids = batch["conversation_ids"]
    wanted = columns_of(act, at)
    kept: dict[UUID, dict[str, Any]] = {}
    if wanted:
        kept = await change_many(ctx, ids, wanted)
        if act.status == "snoozed" and act.snoozed_until is not None:
            for conversation_id in kept:
                delay = max(act.snoozed_until - ctx.now, timedelta(0))
                ctx.defer(WAKE_JOB, {"conversation_id": conversation_id}, delay=delay)
    tagged = await tag_many(ctx, ids, act.add_tags, act.remove_tags)
    changes = {
        str(conversation_id): {
            "columns": kept.get(conversation_id, {}),
            "tags": tagged.get(conversation_id, {}),
        }
        for conversation_id in {*kept, *tagged}
    }
    await ctx.tx.execute(
        "UPDATE bulk_batches SET done = true, changes = $4 WHERE workspace_id = $1 AND bulk_id = $2 AND batch = $3",
        ctx.workspace_id,
        bulk_id,
        batch["batch"],
        changes,
    )


async def get_bulk(ctx: Ctx, bulk_id: UUID) -> Bulk:
    """Says how far an act on many conversations is; raises NotFound."""
    row = await ctx.tx.fetchrow(
        "SELECT id, total, done, state FROM bulk_acts WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        bulk_id,
    )
    if row is None:
        raise NotFound("act on many conversations")
    return Bulk(**row)
