"""The steps of an act, each written down before the call and after it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.commerce.actions.committing import set_state, step_key
from parley.commerce.ports import Effect, VendorStep
from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7

UNDO_FROM = 100
"""Steps that take others back have positions from here on."""

READ = """
SELECT a.workspace_id, a.id, a.store_id, a.act, a.order_id, a.subscription_id, a.state, a.amount, a.currency,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('position', s.position, 'name', s.name,
     'connection_id', s.connection_id, 'args', s.args, 'again', s.again, 'undo', s.undo, 'key', s.key,
     'state', s.state, 'effect', s.effect, 'attempts', s.attempts, 'sent_at', s.sent_at, 'error', s.error)
     ORDER BY s.position), '[]')
   FROM act_steps s WHERE s.workspace_id = $1 AND s.act_id = a.id) AS steps
FROM store_acts a WHERE a.workspace_id = $1 AND a.id = $2 FOR UPDATE
"""


class ActStep(msgspec.Struct, kw_only=True):
    """A step as it stands: pending, sent, done, failed or unknown."""

    position: int
    name: str
    connection_id: UUID
    args: dict[str, Any]
    again: bool
    key: str
    state: str
    effect: dict[str, Any]
    attempts: int
    error: str
    undo: VendorStep | None = None
    sent_at: datetime | None = None

    def vendor_step(self) -> VendorStep:
        """Gives the call itself."""
        return VendorStep(name=self.name, args=self.args, again=self.again, undo=self.undo)


class RunningAct(msgspec.Struct, frozen=True):
    """An act whose steps are being carried out; `row` is what facts are told from."""

    id: UUID
    row: dict[str, Any]
    steps: list[ActStep]

    @property
    def open_step(self) -> ActStep | None:
        """The first step that is not over."""
        return next((step for step in self.steps if step.state in ("pending", "sent")), None)


async def load_act(ctx: Ctx, act_id: UUID) -> RunningAct | None:
    """Gives an act with its steps, locked; None for one that is not being carried out."""
    row = await ctx.tx.fetchrow(READ, ctx.workspace_id, act_id)
    if row is None or row["state"] != "committed":
        return None
    return RunningAct(act_id, dict(row), msgspec.convert(row["steps"], list[ActStep]))


async def mark_sent(ctx: Ctx, act_id: UUID, step: ActStep) -> None:
    """Writes down that a call is about to go out; from now on it may have happened."""
    await ctx.tx.execute(
        """UPDATE act_steps SET state = 'sent', sent_at = $4, attempts = attempts + 1, error = ''
           WHERE workspace_id = $1 AND act_id = $2 AND position = $3""",
        ctx.workspace_id,
        act_id,
        step.position,
        ctx.now,
    )


async def mark_back(ctx: Ctx, act_id: UUID, step: ActStep, error: str, state: str = "pending") -> None:
    """Writes down that a call certainly did not happen (`pending`), is refused (`failed`), or cannot be known."""
    await ctx.tx.execute(
        """UPDATE act_steps SET state = $4, error = $5,
             finished_at = CASE WHEN $4 IN ('failed', 'unknown') THEN $6::timestamptz END
           WHERE workspace_id = $1 AND act_id = $2 AND position = $3""",
        ctx.workspace_id,
        act_id,
        step.position,
        state,
        error[:1000],
        ctx.now,
    )


async def mark_done(ctx: Ctx, act: RunningAct, step: ActStep, effect: Effect) -> None:
    """Writes down what a call brought about, and the money it moved, once."""
    await ctx.tx.execute(
        """UPDATE act_steps SET state = 'done', effect = $4, error = '', finished_at = $5
           WHERE workspace_id = $1 AND act_id = $2 AND position = $3""",
        ctx.workspace_id,
        act.id,
        step.position,
        effect,
        ctx.now,
    )
    if effect.amount:
        await ctx.tx.execute(
            """INSERT INTO ledger_entries (workspace_id, act_id, position, store_id, order_id, kind, amount, currency,
                                           external_id, at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING""",
            ctx.workspace_id,
            act.id,
            step.position,
            act.row["store_id"],
            act.row["order_id"],
            act.row["act"],
            effect.amount,
            effect.currency or act.row["currency"],
            effect.external_id,
            ctx.now,
        )


async def finish_act(ctx: Ctx, act: RunningAct) -> None:
    """Ends an act whose steps are all over: done, or failed when one of its own steps was."""
    failed = next((step for step in act.steps if step.state == "failed" and step.position < UNDO_FROM), None)
    await ctx.tx.execute(
        """UPDATE store_acts SET result = result || jsonb_build_object('effects', (
             SELECT coalesce(jsonb_agg(jsonb_build_object('name', s.name, 'state', s.state, 'effect', s.effect)
                                       ORDER BY s.position), '[]')
             FROM act_steps s WHERE s.workspace_id = $1 AND s.act_id = $2))
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        act.id,
    )
    if act.row["act"] == "discount" and failed is None:
        await _keep_discount(ctx, act)
    await set_state(ctx, act.row, "failed" if failed else "done", failed.error if failed else "")


async def _keep_discount(ctx: Ctx, act: RunningAct) -> None:
    """Keeps the code that was made, with its terms, so that it can be told whose it was."""
    await ctx.tx.execute(
        """INSERT INTO discounts (workspace_id, id, store_id, external_id, code, act_id, terms, starts_at, ends_at,
                                  created_at)
           SELECT $1, $2, a.store_id, $4, a.intent ->> 'code', a.id, a.intent,
                  (a.intent ->> 'starts_at')::timestamptz, (a.intent ->> 'ends_at')::timestamptz, $5
           FROM store_acts a WHERE a.workspace_id = $1 AND a.id = $3
           ON CONFLICT (workspace_id, store_id, code) DO NOTHING""",
        ctx.workspace_id,
        uuid7(),
        act.id,
        str(act.steps[-1].effect.get("external_id") or ""),
        ctx.now,
    )


async def add_undo_steps(ctx: Ctx, act: RunningAct) -> bool:
    """Writes down the steps that take back what was done before a refusal, the last first; False when there are none."""
    done = [s for s in reversed(act.steps) if s.state == "done" and s.position < UNDO_FROM]
    back = [(step.connection_id, step.undo) for step in done if step.undo is not None]
    rest = [s for s in act.steps if s.state == "pending"]
    for step in rest:
        await mark_back(ctx, act.id, step, "not begun", "failed")
    for number, (connection_id, undo) in enumerate(back):
        await ctx.tx.execute(
            """INSERT INTO act_steps (workspace_id, act_id, position, name, connection_id, args, again, key)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING""",
            ctx.workspace_id,
            act.id,
            UNDO_FROM + number,
            undo.name,
            connection_id,
            undo.args,
            undo.again,
            step_key(act.id, UNDO_FROM + number),
        )
    return bool(back)
