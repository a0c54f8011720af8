"""Planning an act: what will happen, written down, so that it is exactly this that is committed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.commerce.acting.deciding import decide_plan
from parley.commerce.acting.limits import check_limit, default_limit
from parley.commerce.acting.plan import Asker, Basis, Limit, Line, Plan
from parley.commerce.intents import (
    CreateDraft,
    DuplicateOrder,
    EditOrder,
    Intent,
    OpenReturn,
    SwapVariant,
)
from parley.commerce.model import StoreOrder, StoreSubscription
from parley.commerce.ports import Quote
from parley.commerce.queries.snapshots import Held, list_prices
from parley.facts.commerce import ActChanged
from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7

LIVES = timedelta(minutes=30)
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 17))"
MOVED = """
SELECT coalesce(sum(abs(amount)), 0)::bigint FROM store_acts
WHERE workspace_id = $1 AND (committed_by = $2 OR $2 IS NULL AND committed_by_kind = $6)
  AND currency = $3 AND act = $4 AND committed_at > $5 AND state IN ('waiting', 'committed', 'done', 'unknown')
"""
LIMIT = """
SELECT allowed, largest, alone, daily FROM act_limits
WHERE workspace_id = $1 AND role = $2 AND act = $3 AND currency IN ($4, '') ORDER BY currency DESC LIMIT 1
"""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted, of what, by whom. `quote` is what the store says it would cost, if it was asked."""

    intent: Intent
    store_id: UUID
    currency: str
    role: str
    held: Held | None = None
    order_id: UUID | None = None
    subscription_id: UUID | None = None
    return_id: UUID | None = None
    quote: Quote | None = None
    acts: frozenset[str] = frozenset()
    lives: timedelta = LIVES


async def plan_act(ctx: Ctx, wish: Wish) -> UUID:
    """Writes down a plan and gives its id; nothing happens yet."""
    plan = await make_plan(ctx, wish)
    act_id = uuid7()
    await ctx.tx.execute(
        """INSERT INTO store_acts (workspace_id, id, store_id, act, order_id, subscription_id, return_id, intent, plan,
             result, amount, currency, planned_by_kind, planned_by, planned_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)""",
        ctx.workspace_id,
        act_id,
        wish.store_id,
        plan.act,
        wish.order_id,
        wish.subscription_id,
        wish.return_id,
        wish.intent,
        plan,
        {"basis": Basis(digest=wish.held.digest) if wish.held else None, "role": wish.role},
        plan.amount,
        plan.currency,
        ctx.actor.kind,
        ctx.actor.id,
        ctx.now,
        ctx.now + wish.lives,
    )
    ctx.emit(
        ActChanged(
            act_id=act_id,
            act=plan.act,
            store_id=wish.store_id,
            order_id=wish.order_id,
            subscription_id=wish.subscription_id,
            state="planned",
            previous_state="",
            amount=plan.amount,
            currency=plan.currency,
        )
    )
    return act_id


async def make_plan(ctx: Ctx, wish: Wish) -> Plan:
    """Decides what an intent will do, with the store's own word and the limits of who wants it."""
    target = wish.held.target if wish.held else None
    prices = await list_prices(ctx.tx, ctx.workspace_id, wish.store_id, _variants(wish.intent, target))
    plan = decide_plan(wish.intent, target, prices, wish.currency)
    plan = _with_quote(plan, wish.quote)
    if plan.act not in wish.acts:
        plan = msgspec.structs.replace(
            plan, refusals=[*plan.refusals, Line("act.unsupported", {"act": plan.act})]
        )
    refusals, second = await weigh_limit(ctx, wish.role, plan)
    return msgspec.structs.replace(plan, refusals=[*plan.refusals, *refusals], second=second)


async def weigh_limit(
    ctx: Ctx, role: str, plan: Plan, *, lock: bool = False
) -> tuple[list[Line], list[Line]]:
    """Gives what the limits of a role say to a plan: refusals, and reasons for a second person.

    With `lock` two commits under a limit by the day come one after the other, so that each counts the other.
    """
    limit = await load_limit(ctx, role, plan.act, plan.currency)
    if lock and limit.daily is not None:
        await ctx.tx.execute(LOCK, f"{ctx.workspace_id}:{ctx.actor.kind}:{plan.act}")
    asker = Asker(role=role, moved=await _moved(ctx, plan, limit))
    return check_limit(limit, asker, plan.act, plan.amount, plan.currency)


async def load_limit(ctx: Ctx, role: str, act: str, currency: str) -> Limit:
    """Gives how far a role may go with an act."""
    row = await ctx.tx.fetchrow(LIMIT, ctx.workspace_id, role, act, currency)
    return Limit(**dict(row)) if row else default_limit(role, act)


async def _moved(ctx: Ctx, plan: Plan, limit: Limit) -> int:
    if limit.daily is None:
        return 0
    since = ctx.now - timedelta(days=1)
    # Every decision is an actor of its own: what deciders move is counted together.
    who = None if ctx.actor.kind == "decider" else ctx.actor.id
    moved: int = await ctx.tx.fetchval(
        MOVED, ctx.workspace_id, who, plan.currency, plan.act, since, ctx.actor.kind
    )
    return moved


def _with_quote(plan: Plan, quote: Quote | None) -> Plan:
    """The store's word counts: what a change costs is its figure, and a refund above it is marked."""
    if quote is None:
        return plan
    warnings = [*plan.warnings, *(Line("store.says", {"text": text}) for text in quote.warnings)]
    if plan.act == "refund":
        if quote.amount < plan.amount:
            warnings.append(Line("refund.store_says", {"amount": quote.amount, "currency": quote.currency}))
        return msgspec.structs.replace(plan, warnings=warnings)
    return msgspec.structs.replace(plan, amount=quote.amount, warnings=warnings)


def _variants(intent: Intent, target: StoreOrder | StoreSubscription | None) -> list[str]:
    if isinstance(intent, EditOrder):
        return [line.variant for line in intent.add]
    if isinstance(intent, CreateDraft):
        return [line.variant for line in intent.lines]
    if isinstance(intent, OpenReturn):
        return [line.variant for line in intent.exchange]
    if isinstance(intent, SwapVariant):
        return [intent.variant]
    if isinstance(intent, DuplicateOrder):
        lines: list[Any] = list(target.lines) if isinstance(target, StoreOrder) else []
        return [x.variant for x in intent.lines] or [line.variant_id for line in lines if line.variant_id]
    return []
