"""A store on paper for every workspace of the world, with something of everything that a store holds."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec

from parley.commerce.actions.mirror_orders import mirror_orders
from parley.commerce.actions.mirror_people import mirror_customers, mirror_subscriptions
from parley.commerce.actions.mirror_products import mirror_products
from parley.commerce.actions.tracking import record_tracking
from parley.commerce.carrying import carry_out_act
from parley.commerce.mirroring import Reading
from parley.commerce.model import (
    Pieces,
    StoreCustomer,
    StoreFulfilment,
    StoreOrder,
    StoreParcel,
    StoreProduct,
    StoreRefund,
    StoreSubscription,
    StoreVariant,
    Tracking,
    TrackingEvent,
)
from parley.kit.ctx import Ctx
from parley.kit.failures import Retry
from parley.kit.ids import uuid7
from parley.kit.jobs.registry import Job
from parley.kit.runtime import Runtime
from tests.commerce.conftest import make_order
from tests.support.app import Shop, body_of
from tests.support.paper_labels import PaperLabels
from tests.support.paper_store import PaperStore
from tests.support.returns import make_terms, read_hidden

EMAIL = "zoe@{}.example"


def put_on_paper(runtime: Runtime, paper: PaperStore) -> None:
    """Gives an installation the vendors on paper."""
    plugins = runtime.parts["commerce"].book.plugins
    plugins["demo"], plugins["paper_labels"] = paper, PaperLabels()


async def open_store(place: Any, paper: PaperStore) -> None:
    """Connects a store and a carrier, and fills them; `place.ids` learns the names of the paths."""
    store = await call(
        place.owner, "/api/v1/stores", {"plugin": "demo", "name": f"{place.marker} store", "backfill": True}
    )
    place.ids["store_id"] = place.ids["shop"] = store["id"]
    place.ids["run_id"] = str(await newest(place, "sync_runs"))
    carrier = {"plugin": "paper_labels", "name": f"{place.marker} carrier"}
    place.ids["connection_id"] = (await call(place.owner, "/api/v1/connections", carrier))["id"]
    order = sell(place, paper)
    async with place.runtime.ctx(place.workspace_id) as ctx:
        await mirror(ctx, place, order)
    for name, table in (("order_id", "orders"), ("subscription_id", "subscriptions")):
        place.ids[name] = str(await newest(place, table))
    order_id = place.ids["order_id"]
    await call(place.owner, f"/api/v1/orders/{order_id}/link", {"customer_id": place.ids["customer_id"]})
    hook = await place.client(**{"x-id": place.marker}).post(
        f"/hooks/{store['id']}", content=order.external_id.encode()
    )
    assert hook.status_code == 200, hook.text
    await promise(place)
    await act(place, paper)


def sell(place: Any, paper: PaperStore, number: int = 1) -> StoreOrder:
    """Sells something at the vendor; it arrived five days ago, and a piece of it has been paid back."""
    now = place.runtime.clock.now()
    slug = slug_of(place)
    parcel = StoreParcel(
        number=f"OUT{slug}{number}",
        status="in_transit",
        shipped_at=now - timedelta(days=7),
        delivered_at=now - timedelta(days=5),
    )
    order = make_order(
        number,
        external_id=f"{slug}-{number}",
        placed_at=now - timedelta(days=8),
        updated_at=now - timedelta(days=5),
        fulfilment="fulfilled",
        email=EMAIL.format(slug),
        name=f"{place.marker} buyer",
        note=f"{place.marker} note",
        refunded=100,
    )
    sent = StoreFulfilment(
        external_id="f1",
        status="success",
        created_at=order.placed_at,
        pieces=[Pieces("l1", 2)],
        parcels=[parcel],
    )
    back = StoreRefund(external_id="r1", created_at=now - timedelta(days=1), amount=100, note=place.marker)
    lines = [
        msgspec.structs.replace(line, fulfilled=line.quantity, product_id="p1", title=f"{place.marker} shirt")
        for line in order.lines
    ]
    order = msgspec.structs.replace(order, fulfilments=[sent], refunds=[back], lines=lines)
    paper.orders[order.external_id] = order
    return order


async def mirror(ctx: Ctx, place: Any, order: StoreOrder) -> None:
    """Writes an order into the mirror, with the product, the account and the subscription of whoever bought it."""
    number = order.external_id.rsplit("-", 1)[1]
    reading = Reading(store_id=UUID(place.ids["store_id"]), read_at=ctx.now - timedelta(minutes=1))
    variants = [
        StoreVariant(external_id=f"v{number}-{size}", title=size, sku=f"SH-{number}-{size}", price=3000)
        for size in "ML"
    ]
    product = StoreProduct(external_id=f"p{number}", title=f"{place.marker} shirt", variants=variants)
    await mirror_products(ctx, [product], reading)
    account = StoreCustomer(external_id=f"c{number}", name=f"{place.marker} buyer", email=order.email)
    await mirror_customers(ctx, [account], reading)
    line = {"id": "s1", "variant": f"v{number}-M", "title": f"{place.marker} shirt", "quantity": 1}
    subscription = StoreSubscription(
        external_id=f"s{number}",
        status="active",
        currency="EUR",
        price=3000,
        unit="month",
        every=1,
        next_at=ctx.now + timedelta(days=9),
        customer_id=f"c{number}",
        email=order.email,
        lines=[line],
    )
    await mirror_subscriptions(ctx, [subscription], reading)
    await mirror_orders(ctx, [order], reading)
    parcel = order.fulfilments[0].parcels[0]
    event = TrackingEvent(at=ctx.now - timedelta(days=5), status="delivered", text=place.marker)
    tracking = Tracking(number=parcel.number, carrier="paper", status="delivered", events=[event])
    await record_tracking(ctx, tracking, told_by="carrier")


async def promise(place: Any) -> None:
    """Publishes a policy, keeps a draft of the next, and has an agent ask for a return that waits."""
    ids = place.ids
    terms = msgspec.to_builtins(make_terms(by_itself=0))
    draft = {"terms": terms, "note": f"{place.marker} policy"}
    first = await call(place.owner, "/api/v1/policies/draft", draft, method="PUT")
    await call(place.owner, f"/api/v1/policies/{first['id']}/publish")
    ids["policy_id"] = (await call(place.owner, "/api/v1/policies/draft", draft, method="PUT"))["id"]
    wanted = {
        "order_id": ids["order_id"],
        "lines": [{"line": "l1", "quantity": 1, "reason": "too_small"}],
        "note": f"{place.marker} return",
    }
    made = await call(place.people["agent"], "/api/v1/returns", wanted)
    assert made["state"] == "requested", made
    ids["return_id"] = made["id"]
    longer = {"days": 30, "reason": place.marker}
    await call(place.owner, f"/api/v1/orders/{ids['order_id']}/window", longer)
    place.shopper = await visit(place)
    ids["request_id"] = str(await newest(place, "portal_sessions"))


async def visit(place: Any) -> httpx.AsyncClient:
    """Gives a browser in which the buyer of the order is signed in at the portal."""
    browser: httpx.AsyncClient = place.client()
    home = f"/returns/{place.ids['store_id']}"
    door = read_hidden((await browser.get(home)).text)
    sent = {**door, "number": "1001", "email": EMAIL.format(slug_of(place))}
    answer = await browser.post(f"{home}/order", data=sent, follow_redirects=True)
    assert f"{place.marker} shirt" in answer.text, answer.text
    return browser


async def act(place: Any, paper: PaperStore) -> None:
    """Has one act done, one waiting for a second person, one of which nobody knows, and one that is only planned."""
    async with place.runtime.ctx(place.workspace_id) as ctx:
        await ctx.tx.execute(
            """INSERT INTO act_limits (workspace_id, role, act, currency, alone)
               VALUES ($1, 'agent', 'refund', 'EUR', 1000)""",
            ctx.workspace_id,
        )
    ids, agent = place.ids, place.people["agent"]
    refunds = f"/api/v1/orders/{ids['order_id']}/refund"
    plain = {"restock": False, "reason": place.marker}
    done = await call(agent, f"{refunds}/plan", {"amount": 100, **plain})
    await commit(place, agent, refunds, done["id"], "done")
    async with place.runtime.ctx(place.workspace_id) as ctx:
        order = paper.orders[f"{slug_of(place)}-1"]
        await mirror_orders(ctx, [order], Reading(store_id=UUID(ids["store_id"]), read_at=ctx.now))
    await write_unknown(place, paper)
    ids["plan_id"] = (await call(place.owner, f"{refunds}/plan", {"amount": 100, **plain}))["id"]
    waiting = await call(agent, f"{refunds}/plan", {"amount": 1100, **plain})
    told = await call(agent, f"{refunds}/commit", {"plan_id": waiting["id"]})
    assert told["state"] == "waiting", told
    ids["act_id"] = told["id"]


async def write_unknown(place: Any, paper: PaperStore) -> None:
    """Has a discount made by a store that gives no answer and no way to know."""
    path = f"/api/v1/stores/{place.ids['store_id']}/discount"
    made = await call(place.owner, f"{path}/plan", {"code": f"{slug_of(place)}-NONE", "percent": 10})
    paper.faults, paper.blind = ["after"], True
    await commit(place, place.owner, path, made["id"], "unknown")
    paper.blind = False
    place.ids["unknown_act_id"] = made["id"]


async def commit(place: Any, client: httpx.AsyncClient, path: str, plan_id: str, state: str) -> None:
    """Commits a plan and carries it out; it must end as said."""
    await call(client, f"{path}/commit", {"plan_id": plan_id})
    for attempt in range(3):
        job = Job(place.runtime, 1, "commerce.act", place.workspace_id, {"act_id": plan_id}, attempt, False)
        try:
            await carry_out_act(job)
        except Retry:
            continue
        break
    shown = body_of(await client.get(f"/api/v1/acts/{plan_id}"))
    assert shown["state"] == state, shown


async def write_rows(place: Any) -> None:
    """Writes what no request makes by itself: a discount that is known, a message that is planned, a check to come."""
    ids = place.ids
    ids["order_message_id"] = str(uuid7())
    async with place.runtime.ctx(place.workspace_id) as ctx:
        given = (ctx.workspace_id, ctx.now + timedelta(days=1))
        store, order = UUID(ids["store_id"]), UUID(ids["order_id"])
        await ctx.tx.execute(
            """INSERT INTO discounts (workspace_id, id, store_id, external_id, code, created_at)
               VALUES ($1, $3, $4, 'd1', $5, $2)""",
            *given,
            uuid7(),
            store,
            place.marker,
        )
        await ctx.tx.execute(
            """INSERT INTO order_messages (workspace_id, id, order_id, key, kind, state, language, due_at, created_at)
               VALUES ($1, $3, $4, 'late:robust', 'late', 'planned', 'en', $2, $2)""",
            *given,
            UUID(ids["order_message_id"]),
            order,
        )
        await ctx.tx.execute(
            """INSERT INTO radar_checks (workspace_id, order_id, kind, subject, store_id, due_at)
               VALUES ($1, $3, 'late', 'robust', $4, $2)""",
            *given,
            order,
            store,
        )


async def call(client: httpx.AsyncClient, path: str, body: Any = None, *, method: str = "POST") -> Any:
    """Makes a request that must succeed, and gives what it says."""
    answer = await client.request(method, path, json=body)
    assert answer.status_code < 300, (method, path, answer.status_code, answer.text)
    return body_of(answer) if answer.content else None


async def newest(place: Shop, table: str) -> Any:
    """Gives the id of the newest row of a table."""
    return await place.count(
        f"SELECT id FROM {table} WHERE workspace_id = $1 ORDER BY id DESC LIMIT 1", place.workspace_id
    )


def slug_of(place: Any) -> str:
    """Gives a place's marker in one word."""
    return str(place.marker).replace(" ", "").lower()
