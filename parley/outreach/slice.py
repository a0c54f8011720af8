"""The outreach slice registers itself."""

from parley.facts.commerce import OrderChanged, OrderPlaced, ShipmentChanged, StockChanged, StoreSynced
from parley.facts.conversations import MessageFailed
from parley.kit.ctx import Ctx
from parley.kit.decisions.executor import decide_and_act
from parley.kit.log.fact import Fact, Recorded
from parley.kit.runtime import Runtime
from parley.kit.slices import Slice
from parley.outreach.acts import register_acts
from parley.outreach.broadcasts.registering import PERMISSIONS, register_broadcasts
from parley.outreach.broadcasts.routes import ROUTES as BROADCAST_ROUTES
from parley.outreach.deciders.order_messages import ORDER_MESSAGES
from parley.outreach.looking import (
    LOOK,
    LOOK_EVERY,
    SEED,
    follow_orders,
    look_at_checks,
    look_for_due_checks,
    seed_checks,
)
from parley.outreach.routes import ROUTES
from parley.outreach.telling import (
    SWEEP_EVERY,
    TELL,
    follow_failures,
    look_for_due_messages,
    tell_shoppers,
)
from parley.outreach.vocabulary import register_vocabulary

READER = "outreach"


def _register(runtime: Runtime) -> None:
    async def ask(ctx: Ctx, fact: Fact, recorded: Recorded) -> None:
        await decide_and_act(runtime.decisions, ctx, ORDER_MESSAGES, fact, recorded)

    register_acts(runtime)
    register_vocabulary(runtime)
    register_broadcasts(runtime)
    runtime.decisions.add_decider(ORDER_MESSAGES)
    runtime.readers.subscribe(READER, ask, *ORDER_MESSAGES.kinds)
    runtime.readers.subscribe(
        "radar", follow_orders, OrderPlaced, OrderChanged, ShipmentChanged, StockChanged, StoreSynced
    )
    runtime.readers.subscribe(READER, follow_failures, MessageFailed)
    runtime.jobs.add(LOOK, look_at_checks, max_attempts=4, max_delay=300, concurrency=2)
    runtime.jobs.add(SEED, seed_checks, max_attempts=6, max_delay=600, concurrency=1)
    runtime.jobs.add(TELL, tell_shoppers, max_attempts=4, max_delay=300, concurrency=2)
    runtime.jobs.every("radar", LOOK_EVERY, look_for_due_checks)
    runtime.jobs.every("order_messages", SWEEP_EVERY, look_for_due_messages)


OUTREACH = Slice(
    "outreach",
    routes=(*ROUTES, *BROADCAST_ROUTES),
    permissions=PERMISSIONS,
    register=_register,
)
