"""From a request to a plan and from a plan to its steps: what needs the store's own word besides the database."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from parley.commerce.acting.limits import role_of
from parley.commerce.actions.committing import Committed, commit_act
from parley.commerce.actions.planning import Wish, plan_act
from parley.commerce.connections import Connection
from parley.commerce.intents import ORDER_ACTS, SUBSCRIPTION_ACTS, AnyIntent, Intent, act_of
from parley.commerce.ports import Quote, VendorStep
from parley.commerce.queries.snapshots import Held, hold_order, hold_subscription
from parley.commerce.syncing import refresh
from parley.kit.ctx import Ctx
from parley.kit.db import Transaction
from parley.kit.errors import Conflict, NotFound, Unavailable
from parley.kit.failures import Failure, Refused
from parley.kit.log.fact import Actor

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks for: `target` is an order, a subscription, or a store.

    `role` decides the limits: an agent's own, `token`, `customer`, and for deciders `rule` or `assistant`.
    """

    workspace_id: UUID
    actor: Actor
    role: str
    target: UUID
    intent: Intent
    return_id: UUID | None = None


async def plan_wish(runtime: "Runtime", asked: Asked) -> UUID:
    """Reads the target anew from its store, asks what it would cost, and writes the plan down.

    Raises NotFound, and Unavailable when the store cannot be asked now.
    """
    held, connection = await _hold(runtime, asked)
    quote: Quote | None = None
    if held is not None:
        kind: Any = "order" if act_of(asked.intent) in ORDER_ACTS else "subscription"
        try:
            await refresh(runtime, connection, kind, held.external_id)
            held, connection = await _hold(runtime, asked)
            quote = await _quote(runtime, connection, asked.intent, held)
        except Refused:
            quote = None
        except Failure as failure:
            raise Unavailable(
                "store_unreachable", f"The store cannot be asked now ({failure.reason}). Nothing was changed."
            ) from failure
    async with runtime.ctx(asked.workspace_id, asked.actor) as ctx:
        return await plan_act(ctx, await _wish(ctx, runtime, asked, held, connection, quote))


async def _quote(
    runtime: "Runtime", connection: Connection, intent: Intent, held: Held | None
) -> Quote | None:
    parts = runtime.parts["commerce"]
    target = held.target if held else None
    found: Quote | None = await parts.book.connector(connection).quote(
        parts.link(connection), connection.settings, intent, target
    )
    return found


async def _hold(runtime: "Runtime", asked: Asked) -> tuple[Held | None, Connection]:
    async with runtime.db.transaction(asked.workspace_id) as tx:
        held = await _find_target(tx, asked)
        store_id = held.store_id if held else asked.target
        connection = await runtime.parts["commerce"].book.get(tx, asked.workspace_id, store_id)
    return held, connection


async def _find_target(tx: Transaction, asked: Asked) -> Held | None:
    act = act_of(asked.intent)
    if act in ORDER_ACTS:
        return await hold_order(tx, asked.workspace_id, asked.target)
    if act in SUBSCRIPTION_ACTS:
        return await hold_subscription(tx, asked.workspace_id, asked.target)
    return None


async def _wish(
    ctx: Ctx, runtime: "Runtime", asked: Asked, held: Held | None, connection: Connection, quote: Quote | None
) -> Wish:
    act = act_of(asked.intent)
    currency = await ctx.tx.fetchval(
        "SELECT currency FROM stores WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, connection.id
    )
    if currency is None:
        raise NotFound("store")
    book = runtime.parts["commerce"].book
    acts = frozenset(book.connector(connection).manifest.acts)
    if act == "label":
        carriers = await book.list_all(ctx.tx, ctx.workspace_id, "carrier")
        acts |= {"label"} if carriers else frozenset()
    return Wish(
        intent=asked.intent,
        store_id=connection.id,
        currency=held.target.currency if held else currency,
        role=role_of(asked.actor.kind, asked.role),
        held=held,
        order_id=asked.target if act in ORDER_ACTS else None,
        subscription_id=asked.target if act in SUBSCRIPTION_ACTS else None,
        return_id=asked.return_id,
        quote=quote,
        acts=acts,
    )


async def commit_plan(ctx: Ctx, runtime: "Runtime", plan_id: UUID, key: str) -> Committed:
    """Commits a plan under the caller's key; raises NotFound and Conflict."""
    row = await ctx.tx.fetchrow(
        """SELECT store_id, order_id, subscription_id, intent FROM store_acts
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        plan_id,
    )
    if row is None:
        raise NotFound("plan")
    held: Held | None = None
    if row["order_id"] is not None:
        held = await hold_order(ctx.tx, ctx.workspace_id, row["order_id"])
    elif row["subscription_id"] is not None:
        held = await hold_subscription(ctx.tx, ctx.workspace_id, row["subscription_id"])
    connection = await runtime.parts["commerce"].book.get(ctx.tx, ctx.workspace_id, row["store_id"])
    intent: AnyIntent = msgspec.convert(row["intent"], AnyIntent)
    steps = await build_steps(ctx, runtime, connection, intent, held)
    return await commit_act(ctx, plan_id, key, steps, held.digest if held else None)


async def build_steps(
    ctx: Ctx, runtime: "Runtime", connection: Connection, intent: AnyIntent, held: Held | None
) -> list[tuple[UUID, VendorStep]]:
    """Parts an intent into steps, each with the connection that carries it out; raises Conflict when nobody can."""
    book = runtime.parts["commerce"].book
    if act_of(intent) == "label":
        carrier = await _first(ctx, book, "carrier")
        return [(carrier.id, VendorStep(name="carrier.label", args=msgspec.to_builtins(intent)))]
    try:
        found = book.connector(connection).steps(connection.settings, intent, held.target if held else None)
    except Refused as failure:
        raise Conflict("store_refuses", f"The store cannot do this: {failure.reason}.") from failure
    payments = connection
    if any(step.name.startswith("payments.") for step in found):
        payments = await _first(ctx, book, "payments")
    return [(payments.id if step.name.startswith("payments.") else connection.id, step) for step in found]


async def _first(ctx: Ctx, book: Any, kind: str) -> Connection:
    found: list[Connection] = await book.list_all(ctx.tx, ctx.workspace_id, kind)
    usable = [one for one in found if one.state != "paused"]
    if not usable:
        what = "carrier" if kind == "carrier" else "payment provider"
        raise Conflict("no_connection", f"Connect a {what} first, under settings, stores.")
    return usable[0]
