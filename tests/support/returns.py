"""A shop with a policy, a store and a carrier on paper, and an order that has arrived."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec

from parley.commerce.actions.mirror_orders import mirror_orders
from parley.commerce.actions.mirror_products import mirror_products
from parley.commerce.actions.policies import publish_policy, save_draft
from parley.commerce.carrying import carry_out_act
from parley.commerce.mirroring import Reading
from parley.commerce.model import Pieces, StoreFulfilment, StoreOrder, StoreParcel, StoreProduct, StoreVariant
from parley.commerce.policies.defaults import default_terms
from parley.commerce.policies.terms import Returns, Terms
from parley.commerce.portal.codes import run_send
from parley.commerce.returning import run_return
from parley.kit.clock import FixedClock
from parley.kit.failures import Failure
from parley.kit.ids import uuid7
from parley.kit.jobs.registry import Job
from parley.kit.log.readers import ReaderLoop
from tests.commerce.conftest import make_order
from tests.support.app import Shop
from tests.support.paper_labels import PaperLabels
from tests.support.paper_store import Killed, PaperStore

HERE = {"name": "Store", "line1": "1 Dock", "city": "Ghent", "postcode": "9000", "country": "BE"}
JOBS = {"commerce.act": carry_out_act, "commerce.return": run_return, "commerce.portal_code": run_send}


def make_terms(**changes: Any) -> Terms:
    """Gives terms under which returns up to 100.00 are agreed at once, with a label of the shop for 4.90."""
    terms = default_terms("EUR", "Europe/Brussels")
    rules = {
        "label": "shop",
        "label_fee": 490,
        "by_itself": 10_000,
        "address": HERE,
        "resolutions": ["refund", "exchange", "store_credit"],
        **changes,
    }
    returns: Returns = msgspec.structs.replace(terms.returns, **rules)
    return msgspec.structs.replace(terms, returns=returns)


class Counter:
    """What a test of returns stands at: the shop, its vendors on paper, the clock."""

    def __init__(self, shop: Shop, store_id: UUID, clock: FixedClock) -> None:
        self.shop = shop
        self.store_id = store_id
        self.clock = clock
        self.paper = PaperStore()
        self.carrier = PaperLabels()
        book = shop.runtime.parts["commerce"].book
        book.plugins["demo"] = self.paper
        book.plugins["paper_labels"] = self.carrier

    async def open(self, terms: Terms | None = None) -> "Counter":
        """Publishes the policy and connects the carrier."""
        await self.publish(terms or make_terms())
        async with self.shop.runtime.ctx(self.shop.workspace_id) as ctx:
            await ctx.tx.execute(
                """INSERT INTO connections (workspace_id, id, plugin, kind, name, created_at)
                   VALUES ($1, $2, 'paper_labels', 'carrier', 'Carrier', $3)""",
                ctx.workspace_id,
                uuid7(),
                ctx.now,
            )
        return self

    async def publish(self, terms: Terms) -> None:
        """Puts terms in force."""
        async with self.shop.runtime.ctx(self.shop.workspace_id) as ctx:
            await publish_policy(ctx, await save_draft(ctx, None, terms))

    async def place(self, number: int = 1, *, days_ago: int = 5, **changes: Any) -> str:
        """Places an order that arrived some days ago, at the vendor and in the mirror, and gives its id."""
        now = self.clock.now()
        arrived = now - timedelta(days=days_ago)
        order = make_order(number, fulfilment="fulfilled", placed_at=arrived - timedelta(days=3), **changes)
        pieces = [Pieces(line.external_id, line.quantity) for line in order.lines]
        parcel = StoreParcel(
            number=f"OUT{number}",
            status="delivered",
            shipped_at=arrived - timedelta(days=2),
            delivered_at=arrived,
        )
        sent = StoreFulfilment(
            external_id=f"f{number}",
            status="success",
            created_at=order.placed_at,
            pieces=pieces,
            parcels=[parcel],
        )
        order = msgspec.structs.replace(
            order,
            fulfilments=[sent],
            lines=[msgspec.structs.replace(x, fulfilled=x.quantity, product_id="p1") for x in order.lines],
        )
        return await self.mirror(order)

    async def mirror(self, order: StoreOrder) -> str:
        """Writes an order at the vendor and in the mirror."""
        self.paper.orders[order.external_id] = order
        async with self.shop.runtime.ctx(self.shop.workspace_id) as ctx:
            reading = Reading(store_id=self.store_id, read_at=ctx.now - timedelta(minutes=1))
            return str((await mirror_orders(ctx, [order], reading))[0].order_id)

    async def shelve(self, **stock: int) -> None:
        """Puts the shirt's sizes into the catalogue."""
        product = StoreProduct(
            external_id="p1",
            title="Shirt",
            kind="clothing",
            variants=[
                StoreVariant(external_id=ref, title=ref.upper(), price=3000, stock=n, available=n > 0)
                for ref, n in stock.items()
            ],
        )
        async with self.shop.runtime.ctx(self.shop.workspace_id) as ctx:
            await mirror_products(ctx, [product], Reading(store_id=self.store_id, read_at=ctx.now))

    async def work(self) -> None:
        """Runs readers and jobs until nothing is left, through every failure and every death."""
        for _ in range(80):
            await ReaderLoop(self.shop.runtime).drain()
            jobs = await self._take_jobs()
            if not jobs:
                return
            for name, payload in jobs:
                await self._run(name, payload)
        raise AssertionError("the jobs never end")

    async def _run(self, name: str, payload: dict[str, Any]) -> None:
        for attempt in range(40):
            job = Job(self.shop.runtime, 1, name, self.shop.workspace_id, payload, attempt, False)
            try:
                await JOBS[name](job)
            except Failure:
                self.clock.advance(timedelta(minutes=1))
            except Killed:
                self.clock.advance(timedelta(seconds=40))
            else:
                return
        raise AssertionError(f"{name} never ended")

    async def _take_jobs(self) -> list[tuple[str, dict[str, Any]]]:
        async with self.shop.runtime.db.transaction(None) as tx:
            rows = await tx.fetch(
                "DELETE FROM pgqueuer WHERE entrypoint = ANY($1) RETURNING id, entrypoint, payload",
                [*JOBS, "commerce.refresh"],
            )
        return [
            (row["entrypoint"], msgspec.json.decode(row["payload"]))
            for row in sorted(rows, key=lambda row: row["id"])
            if row["entrypoint"] in JOBS
        ]


class Person:
    """A shopper with a browser without scripts."""

    def __init__(self, counter: Counter, language: str = "en") -> None:
        self.browser = counter.shop.client(**{"accept-language": language})
        self.home = f"/returns/{counter.store_id}"

    async def get(self, path: str = "") -> httpx.Response:
        """Opens a page of the portal."""
        return await self.browser.get(self.home + path)

    async def post(self, path: str, page: httpx.Response, files: Any = None, **fields: str) -> httpx.Response:
        """Sends a form of a page, with its hidden fields, and follows where it leads."""
        hidden = read_hidden(page.text)
        data = {**hidden, **{name.replace("_", "-"): value for name, value in fields.items()}}
        return await self.browser.post(self.home + path, data=data, files=files, follow_redirects=True)

    async def sign_in(self, number: str = "1001", email: str = "zoe@example.com") -> httpx.Response:
        """Signs in by order number and address."""
        return await self.post("/order", await self.get(), number=number, email=email)


def read_hidden(page: str) -> dict[str, str]:
    """Gives the hidden fields of a page; of equal names the last."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: value.replace("&amp;", "&") for name, value in found}
