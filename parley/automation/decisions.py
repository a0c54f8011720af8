"""Why something was done, act by act, and taking it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import DecisionRegistry
from parley.kit.decisions.undoing import Kept, Left, take_back
from parley.kit.errors import Conflict, NotAllowed, NotFound
from parley.kit.http.access import Principal, needs
from parley.kit.http.paging import Page, check_limit, decode_id_cursor, encode_cursor
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

DECISIONS = "/api/v1/decisions"
DECISION = f"{DECISIONS}/{{decision_id:uuid}}"
READ = needs("automation:read")
# Acts that speak to somebody outside: what they said is read.
SENDING = frozenset({"post_message", "send_order_message"})
SENT = "A message that was sent cannot be taken back."

LIST = """
SELECT d.id, d.decider, d.version, d.fact_id, d.conversation_id, d.at, d.reasons, d.facts, d.acts, d.undone_at,
  coalesce((SELECT jsonb_object_agg(a.position::text, jsonb_build_object('state', a.state, 'result', a.result))
    FROM decision_acts a WHERE a.workspace_id = $1 AND a.decision_id = d.id), '{}') AS done
FROM decisions d WHERE d.workspace_id = $1 AND ($2::uuid IS NULL OR d.id = $2)
  AND ($3::uuid IS NULL OR d.conversation_id = ANY(ARRAY(
    WITH RECURSIVE parts AS (
      SELECT $3::uuid AS id
      UNION SELECT c.id FROM conversations c JOIN parts p ON c.merged_into_id = p.id WHERE c.workspace_id = $1
    ) SELECT id FROM parts))) AND ($4::text IS NULL OR d.decider = $4)
  AND ($5::text IS NULL OR ($5 = ANY(d.chain)
    AND d.reasons @> jsonb_build_array(jsonb_build_object('values', jsonb_build_object('rule_id', $5)))))
  AND ($6::uuid IS NULL OR d.id < $6)
ORDER BY d.id DESC LIMIT $7
"""


class DecisionActView(msgspec.Struct, kw_only=True):
    """An act of a decision: `state` is pending, done, failed (with the sentence in `detail`) or undone.

    `why_not` says why it cannot be undone: sent, lasting, changed_since, failed, pending, undone.
    """

    position: int
    name: str
    args: dict[str, Any]
    state: str
    detail: str | None
    can_undo: bool
    why_not: str | None


class DecisionView(msgspec.Struct, kw_only=True):
    """A decision with its reasons, the facts it used and what it did; `can_undo` when any of it can be taken back."""

    id: UUID
    decider: str
    version: int
    fact_id: UUID
    conversation_id: UUID | None
    at: datetime
    reasons: list[Any]
    facts: dict[str, Any]
    acts: list[DecisionActView]
    undone_at: datetime | None
    can_undo: bool


class UndoneView(msgspec.Struct, kw_only=True):
    """What was taken back, and the decision as it is now.

    `undone` names the acts, the last first; `left` those that stay done, and why; `kept` the values that somebody has
    changed since, which stay as they are.
    """

    undone: list[str]
    left: list[Left]
    kept: list[Kept]
    decision: DecisionView


@route("GET", DECISIONS, READ)
async def list_decisions(
    ctx: Ctx,
    runtime: Runtime,
    conversation_id: UUID | None = None,
    decider: str | None = None,
    rule_id: UUID | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[DecisionView]:
    """Lists decisions, the newest first: of a conversation, of a decider, of a rule that held.

    Those of a conversation include what was decided about the ones that are part of it, while they are; each names the
    conversation for which it was made.
    """
    size = check_limit(limit)
    filters = (None, conversation_id, decider, None if rule_id is None else str(rule_id))
    rows = await ctx.tx.fetch(LIST, ctx.workspace_id, *filters, decode_id_cursor(after), size + 1)
    items = [_describe(row, runtime.decisions) for row in rows[:size]]
    return Page(items, encode_cursor(items[-1].id) if len(rows) > size else None)


@route("GET", DECISION, READ)
async def get_decision(ctx: Ctx, runtime: Runtime, decision_id: UUID) -> DecisionView:
    """Says why something was done, what became of each act, and whether it can be taken back."""
    return await _load(ctx, runtime, decision_id)


@route("POST", f"{DECISION}/undo", needs("conversations:write"), status=200)
async def post_decision_undo(ctx: Ctx, me: Principal, runtime: Runtime, decision_id: UUID) -> UndoneView:
    """Takes back what a decision did; what was changed since, or cannot be taken back, is left and named."""
    before = await _load(ctx, runtime, decision_id)
    if before.conversation_id is None and not me.allows("automation:write"):
        raise NotAllowed(
            "not_allowed", "Only somebody who may write rules can undo what concerns no conversation."
        )
    if before.undone_at is None and not before.can_undo:
        raise Conflict("nothing_to_undo", _why_nothing(before.acts))
    undone = await take_back(runtime.decisions, ctx, decision_id)
    left = [
        replace(one, code="sent", detail=SENT) if one.code == "lasting" and one.act in SENDING else one
        for one in undone.left
    ]
    decision = await _load(ctx, runtime, decision_id)
    return UndoneView(undone=undone.acts, left=left, kept=undone.kept, decision=decision)


async def _load(ctx: Ctx, runtime: Runtime, decision_id: UUID) -> DecisionView:
    row = await ctx.tx.fetchrow(LIST, ctx.workspace_id, decision_id, None, None, None, None, 1)
    if row is None:
        raise NotFound("decision")
    return _describe(row, runtime.decisions)


def _describe(row: Any, registry: DecisionRegistry) -> DecisionView:
    acts = [
        _describe_act(n, act, row["done"].get(str(n)), registry, undone=row["undone_at"] is not None)
        for n, act in enumerate(row["acts"])
    ]
    kept = {name: value for name, value in dict(row).items() if name not in ("acts", "done")}
    return DecisionView(**kept, acts=acts, can_undo=any(act.can_undo for act in acts))


def _describe_act(
    position: int,
    act: dict[str, Any],
    done: dict[str, Any] | None,
    registry: DecisionRegistry,
    *,
    undone: bool,
) -> DecisionActView:
    state = "pending" if done is None else str(done["state"])
    why_not: str | None = None
    if state != "done":
        why_not = state
    elif act["name"] not in registry.acts or registry.acts[act["name"]].undo is None:
        why_not = "sent" if act["name"] in SENDING else "lasting"
    elif undone:
        why_not = "changed_since"
    return DecisionActView(
        position=position,
        name=act["name"],
        args=act["args"],
        state=state,
        detail=done["result"].get("detail") if done and state == "failed" else None,
        can_undo=why_not is None,
        why_not=why_not,
    )


def _why_nothing(acts: Sequence[DecisionActView]) -> str:
    if any(act.why_not == "sent" for act in acts):
        return SENT
    return "This decision did nothing that can be taken back."


ROUTES = (list_decisions, get_decision, post_decision_undo)
