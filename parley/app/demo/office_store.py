"""The demo store's back office: reads its books, carries steps out once per key, posts its webhooks."""

import hashlib
import hmac
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.app.build import DEMO_HOST
from parley.app.demo.catalogue import load_catalogue
from parley.app.demo.office import DEEDS, Impossible
from parley.app.demo.office_extras import MAKERS
from parley.app.demo.orders import DemoOrder
from parley.app.demo.people import load_people
from parley.app.demo.showing import show_customer, show_order, show_product
from parley.app.demo.store import TableOrders
from parley.commerce.model import AnySnapshot, Kind, StoreSubscription
from parley.commerce.ports import Effect, VendorStep
from parley.kit.ctx import Ctx
from parley.kit.db import Transaction
from parley.kit.failures import Refused
from parley.kit.ids import uuid7
from parley.kit.jobs.registry import Job
from parley.kit.runtime import Runtime

TELL = "demo.tell"
PAGE = 50


class Office:
    """The store's own side. `token` opens its interface, `secret` signs its webhooks."""

    def __init__(
        self, runtime: Runtime, workspace_id: UUID, connection_id: UUID, token: str, secret: str
    ) -> None:
        self.runtime = runtime
        self.workspace_id = workspace_id
        self.connection_id = connection_id
        self.token = token
        self._secret = secret

    @property
    def origin(self) -> str:
        """Where customers find the shop."""
        return str(self.runtime.settings.origin)

    async def page(
        self, kind: Kind, after: str, since: datetime | None
    ) -> tuple[list[AnySnapshot], str | None]:
        """Gives some of a kind, and after which to go on."""
        async with self.runtime.db.transaction(self.workspace_id) as tx:
            every = await self._every(tx, kind)
        found = sorted((one for one in every if one.external_id > after), key=lambda one: one.external_id)
        if since is not None:
            found = [one for one in found if one.updated_at is None or one.updated_at >= since]
        more = len(found) > PAGE
        return found[:PAGE], found[PAGE - 1].external_id if more else None

    async def find(self, kind: Kind, external_id: str) -> AnySnapshot | None:
        """Gives one thing as it is."""
        async with self.runtime.db.transaction(self.workspace_id) as tx:
            if kind == "order":
                order = await self.find_order(tx, external_id)
                return show_order(order, self.origin) if order else None
            return next((one for one in await self._every(tx, kind) if one.external_id == external_id), None)

    async def find_order(self, tx: Transaction, number: str) -> DemoOrder | None:
        """Gives an order from the books."""
        found = await tx.fetchval(
            "SELECT data FROM demo_orders WHERE workspace_id = $1 AND number = $2", self.workspace_id, number
        )
        return msgspec.convert(found, DemoOrder) if found else None

    async def find_by_tracking(self, number: str) -> DemoOrder | None:
        """Gives the order whose parcel has this number."""
        async with self.runtime.db.transaction(self.workspace_id) as tx:
            found = await tx.fetchval(
                "SELECT data FROM demo_orders WHERE workspace_id = $1 AND data ->> 'tracking' = $2",
                self.workspace_id,
                number,
            )
        return msgspec.convert(found, DemoOrder) if found else None

    async def find_effect(self, key: str) -> Effect | None:
        """Gives what a key has brought about."""
        async with self.runtime.db.transaction(self.workspace_id) as tx:
            found = await self.record(tx, "effect", key)
        return msgspec.convert(found, Effect) if found else None

    async def perform(self, step: VendorStep, key: str) -> Effect:
        """Carries a step out, once per key; raises Refused with the shop's reason."""
        async with self.runtime.ctx(self.workspace_id) as ctx:
            await ctx.tx.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 15))", key)
            known = await self.record(ctx.tx, "effect", key)
            if known:
                return msgspec.convert(known, Effect)
            try:
                effect = await self._do(ctx, step, key)
            except (Impossible, msgspec.ValidationError, KeyError) as failure:
                raise Refused(str(failure)) from failure
            await self.keep(ctx, "effect", key, effect)
            return effect

    async def _do(self, ctx: Ctx, step: VendorStep, key: str) -> Effect:
        if step.name in MAKERS:
            return await MAKERS[step.name](self, ctx, step.args, key)
        kind, deed = DEEDS[step.name]
        order = await self.find_order(ctx.tx, step.args["order"])
        if order is None:
            raise Impossible("there is no such order")
        after, effect = deed(order, msgspec.convert(step.args["intent"], kind), key, ctx.now)
        await self.write_order(ctx, after)
        return effect

    async def write_order(self, ctx: Ctx, order: DemoOrder) -> None:
        """Writes an order back into the books and tells of it."""
        await ctx.tx.execute(
            "UPDATE demo_orders SET data = $3 WHERE workspace_id = $1 AND number = $2",
            self.workspace_id,
            order.number,
            order,
        )
        self.tell(ctx, "order", order.number)

    def tell(self, ctx: Ctx, kind: str, external_id: str) -> None:
        """Has a webhook posted after the commit."""
        ctx.defer(TELL, {"kind": kind, "external_id": external_id})

    async def record(self, tx: Transaction, kind: str, key: str) -> Any:
        """Gives something from the books."""
        return await tx.fetchval(
            "SELECT data FROM demo_records WHERE workspace_id = $1 AND kind = $2 AND id = $3",
            self.workspace_id,
            kind,
            key,
        )

    async def keep(self, ctx: Ctx, kind: str, key: str, value: Any) -> None:
        """Writes something into the books."""
        await ctx.tx.execute(
            """INSERT INTO demo_records (workspace_id, kind, id, data, at) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (workspace_id, kind, id) DO UPDATE SET data = excluded.data, at = excluded.at""",
            self.workspace_id,
            kind,
            key,
            value,
            ctx.now,
        )

    async def post_webhook(self, kind: str, external_id: str) -> None:
        """Posts a signed webhook with a copy of what has changed; raises the failures of `kit.failures`."""
        found = await self.find(kind, external_id)  # type: ignore[arg-type]
        body = msgspec.json.encode({"kind": kind, "external_id": external_id, "snapshot": found})
        signature = hmac.new(self._secret.encode(), body, hashlib.sha256).hexdigest()
        await self.runtime.http.request(
            "POST",
            f"http://{DEMO_HOST}:{self.runtime.settings.port}/hooks/{self.connection_id}",
            content=body,
            headers={
                "content-type": "application/json",
                "x-demo-signature": f"sha256={signature}",
                "x-demo-delivery": uuid7().hex,
                "x-demo-topic": f"{kind}.changed",
            },
        )

    async def _every(self, tx: Transaction, kind: Kind) -> list[AnySnapshot]:
        if kind == "product":
            catalogue = load_catalogue()
            return [show_product(product, catalogue, self.origin) for product in catalogue.products.values()]
        if kind == "subscription":
            rows = await tx.fetch(
                "SELECT data FROM demo_records WHERE workspace_id = $1 AND kind = 'subscription'",
                self.workspace_id,
            )
            return [msgspec.convert(row["data"], StoreSubscription) for row in rows]
        rows = await tx.fetch("SELECT data FROM demo_orders WHERE workspace_id = $1", self.workspace_id)
        orders = [msgspec.convert(row["data"], DemoOrder) for row in rows]
        if kind == "order":
            return [show_order(order, self.origin) for order in orders]
        now = self.runtime.clock.now()
        return [
            show_customer(one, [o for o in orders if o.email.lower() == one.email.lower()], now)
            for one in load_people().customers
        ]


class ToldOrders(TableOrders):
    """The shop's orders; a new one is told to whoever follows the store."""

    def __init__(self, runtime: Runtime, workspace_id: UUID, office: Office) -> None:
        super().__init__(runtime.db, workspace_id)
        self._office = office

    async def add(self, order: DemoOrder) -> DemoOrder:
        """Stores an order and has its webhook posted."""
        stored = await super().add(order)
        async with self._office.runtime.ctx(self._office.workspace_id) as ctx:
            self._office.tell(ctx, "order", stored.number)
        return stored


async def run_tell(job: Job) -> None:
    """Posts a webhook; tried again while nobody takes it."""
    office: Office | None = job.runtime.parts.get("demo_office")
    if office is not None:
        await office.post_webhook(job.payload["kind"], job.payload["external_id"])
