"""Taking back what a decision did, as far as nothing has been changed since."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.kit.ctx import Ctx
from parley.kit.db import plain_json
from parley.kit.decisions.registry import DecisionRegistry
from parley.kit.errors import Conflict, NotFound, ParleyError
from parley.kit.log.fact import Fact

ACTS = """
SELECT position, act, result FROM decision_acts
WHERE workspace_id = $1 AND decision_id = $2 AND state = 'done' ORDER BY position DESC
"""
MARK = """
WITH acts AS (
  UPDATE decision_acts SET state = 'undone'
  WHERE workspace_id = $1 AND decision_id = $2 AND position = ANY($3::smallint[])
)
UPDATE decisions SET undone_at = $4 WHERE workspace_id = $1 AND id = $2
"""
SINCE = """
SELECT data, at, actor_kind, actor_id, actor_kind = 'decider' AND actor_id = $3 AS ours
FROM facts WHERE workspace_id = $1 AND conversation_id = $2 AND data ? 'changes' AND at >= $4
ORDER BY epoch, xid, seq
"""


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """An act that stayed done, and the sentence that says why."""

    position: int
    act: str
    code: str
    detail: str


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A value that somebody has changed since the decision, and that therefore stays: its name, who, when."""

    name: str
    value: Any
    actor_kind: str
    actor_id: UUID | None
    at: datetime


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken back, the last act first; acts that stayed done; values that were changed since and stay."""

    acts: list[str] = []
    left: list[Left] = []
    kept: list[Kept] = []


async def take_back(registry: DecisionRegistry, ctx: Ctx, decision_id: UUID) -> Undone:
    """Undoes the acts of a decision, the last first; what was changed since stays as it is and is named.

    What is told names the decision as its cause, so that its decider does not begin anew. A decision counts as undone
    when anything was taken back. Raises NotFound, and Conflict when it has been undone before.
    """
    row = await ctx.tx.fetchrow(
        "SELECT acts, at, conversation_id, undone_at FROM decisions WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
        ctx.workspace_id,
        decision_id,
    )
    if row is None:
        raise NotFound("decision")
    if row["undone_at"] is not None:
        raise Conflict("already_undone", "This decision has been undone already.")
    names: list[str] = []
    positions: list[int] = []
    left: list[Left] = []
    told = len(ctx.pending_facts())
    cause, ctx.cause_id = ctx.cause_id, decision_id
    try:
        for done in await ctx.tx.fetch(ACTS, ctx.workspace_id, decision_id):
            place = {"position": done["position"], "act": done["act"]}
            try:
                await _undo(registry, ctx, done["act"], row["acts"][done["position"]]["args"], done["result"])
            except ParleyError as refusal:
                left.append(Left(**place, code=refusal.code, detail=refusal.detail))
            else:
                positions.append(done["position"])
                names.append(done["act"])
    finally:
        ctx.cause_id = cause
    if positions:
        await ctx.tx.execute(MARK, ctx.workspace_id, decision_id, positions, ctx.now)
    restored = _changed_by(ctx.pending_facts()[told:])
    kept = await _list_kept(ctx, decision_id, row["conversation_id"], row["at"], restored)
    return Undone(acts=names, left=left, kept=kept)


async def _undo(
    registry: DecisionRegistry, ctx: Ctx, name: str, args: dict[str, Any], result: dict[str, Any]
) -> None:
    undo = registry.acts[name].undo if name in registry.acts else None
    if undo is None:
        raise Conflict("lasting", "This cannot be taken back.")
    async with ctx.attempt():
        await undo(ctx, args, result)


def _changed_by(facts: Sequence[Fact]) -> frozenset[str]:
    """Gives the names of what these facts changed."""
    return frozenset(name for fact in facts for name in getattr(fact, "changes", None) or ())


async def _list_kept(
    ctx: Ctx, decision_id: UUID, conversation_id: UUID | None, since: datetime, restored: frozenset[str]
) -> list[Kept]:
    """Reads off the log what the decision set and somebody has set otherwise since."""
    if conversation_id is None:
        return []
    before: dict[str, Any] = {}
    was_set: dict[str, Any] = {}
    later: dict[str, Kept] = {}
    for row in await ctx.tx.fetch(SINCE, ctx.workspace_id, conversation_id, decision_id, since):
        changes: dict[str, Any] = row["data"]["changes"]
        if row["ours"]:
            before = {**row["data"]["previous"], **before}
            was_set |= changes
            continue
        who = {"actor_kind": row["actor_kind"], "actor_id": row["actor_id"], "at": row["at"]}
        later |= {
            name: Kept(name=name, value=value, **who) for name, value in changes.items() if name in was_set
        }
    return [
        kept
        for name, kept in later.items()
        if name not in restored and plain_json(kept.value) not in (was_set[name], before.get(name))
    ]
