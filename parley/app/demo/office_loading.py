"""Opens the demo store's back office and connects it to its workspace, as an owner would connect a store."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from parley.app.build import DEMO_HOST
from parley.app.demo.cart import CartLine
from parley.app.demo.catalogue import load_catalogue
from parley.app.demo.office_store import TELL, Office, run_tell
from parley.app.demo.orders import PastEvent, PastOrder, build_past_order
from parley.app.demo.people import load_customers
from parley.app.demo.store import TableOrders
from parley.commerce.actions.connections import NewConnection, change_connection, create_connection
from parley.commerce.actions.sync_runs import begin_run
from parley.commerce.model import StoreInfo, StoreSubscription
from parley.kit.decisions.executor import save_config
from parley.kit.ids import make_token
from parley.kit.runtime import Runtime
from parley.outreach.deciders.order_messages import ORDER_MESSAGES
from parley.outreach.settings import STATUS_KINDS

PLUGIN = "demo"
CARRIER = "demo_carrier"
# The demo store sends no mails of its own, and whoever tries it at night is to see them too.
MESSAGES = {**dict.fromkeys(STATUS_KINDS, True), "quiet_from": "00:00", "quiet_to": "00:00"}
# Who has something sent again and again: customer, SKU, months between, days until the next one, status.
SUBSCRIBED = (
    ("rosalind-pike", "WSC-OAT", 3, 9, "active"),
    ("emma-hughes", "SEM-PIN", 2, 24, "active"),
)
# A parcel that nobody has asked after yet, and that its carrier has just put off: what the delay radar is for.
PUT_OFF = PastOrder(
    number="",
    customer="priya-nair",
    placed=100.5,
    lines=[CartLine("RRS-TID-S", 1), CartLine("SEM-PIN", 1)],
    shipping="standard",
    events=[
        PastEvent(kind="packed", hours_ago=80),
        PastEvent(kind="shipped", hours_ago=76, place="Ljubljana, SI"),
        PastEvent(kind="in_transit", hours_ago=30, place="Köln, DE"),
        PastEvent(kind="delayed", hours_ago=2, place="East Midlands, GB"),
    ],
    tracking="1ZAP20014256813307",
)


async def open_office(runtime: Runtime, workspace_id: UUID) -> Office:
    """Gives the office; connects the store at the first start, and tells it where it is at every other."""
    book = runtime.parts["commerce"].book
    url = f"http://{DEMO_HOST}:{runtime.settings.port}/demo/api"
    async with runtime.ctx(workspace_id) as ctx:
        known = [one for one in await book.list_all(ctx.tx, workspace_id) if one.plugin == PLUGIN]
        if known:
            token, secret, connection_id = known[0].settings.token, known[0].settings.secret, known[0].id
            await change_connection(ctx, book, connection_id, settings={"url": url})
        else:
            token, secret = make_token("demo", 24), make_token("sign", 24)
            info = StoreInfo(
                name="Alder & Pine", domain="", currency="EUR", time_zone="Europe/Ljubljana", country="SI"
            )
            settings: dict[str, Any] = {"url": url, "token": token, "secret": secret}
            wanted = NewConnection(plugin=PLUGIN, name="Alder & Pine", settings=settings)
            connection_id = await create_connection(ctx, book, wanted, info)
            await save_config(ctx, ORDER_MESSAGES, enabled=True, values=MESSAGES)
            for kind in book.plugins[PLUGIN].manifest.kinds:
                await begin_run(ctx, connection_id, "backfill", kind)
            if CARRIER in book.plugins:
                carrier = NewConnection(
                    plugin=CARRIER, name="Demo carrier", settings={"url": url, "token": token}
                )
                await create_connection(ctx, book, carrier)
    office = Office(runtime, workspace_id, connection_id, token, secret)
    runtime.parts["demo_office"] = office
    runtime.jobs.add(TELL, run_tell, max_attempts=8, max_delay=60)
    return office


async def load_put_off(runtime: Runtime, workspace_id: UUID, now: datetime) -> None:
    """Writes the order whose parcel is put off into the store's books, under a number of its own."""
    customer = load_customers()[PUT_OFF.customer]
    order = build_past_order(PUT_OFF, customer, load_catalogue(), now)
    await TableOrders(runtime.db, workspace_id).add(order)


async def load_subscriptions(runtime: Runtime, workspace_id: UUID, now: datetime) -> None:
    """Writes the few subscriptions of the store into its books."""
    catalogue, customers = load_catalogue(), load_customers()
    async with runtime.ctx(workspace_id) as ctx:
        for number, (key, sku, months, days, status) in enumerate(SUBSCRIBED, 1):
            variant, customer = catalogue.variants[sku], customers[key]
            one = StoreSubscription(
                external_id=f"SUB-{number}",
                updated_at=now - timedelta(days=30),
                status=status,  # type: ignore[arg-type]
                currency="EUR",
                price=variant.prices["EUR"],
                unit="month",
                every=months,
                next_at=(now + timedelta(days=days)).replace(hour=6, minute=0, second=0, microsecond=0),
                customer_id=customer.email.lower(),
                email=customer.email,
                lines=[
                    {
                        "line": "1",
                        "variant": sku,
                        "title": catalogue.products[variant.product].title["en"],
                        "quantity": 1,
                    }
                ],
            )
            await ctx.tx.execute(
                "INSERT INTO demo_records (workspace_id, kind, id, data, at) VALUES ($1, 'subscription', $2, $3, $4)",
                workspace_id,
                one.external_id,
                one,
                now,
            )
