"""The panel beside a conversation: a round trip per section, never a word with the store, and how fresh it is."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from parley.commerce.jobs import run_refresh
from parley.commerce.mirroring import Reading
from parley.commerce.model import StoreSubscription
from parley.commerce.syncing import REFRESH, mirror
from parley.customers.actions.identify import identify_customer
from parley.kit.clock import FixedClock
from parley.kit.jobs.registry import Job
from tests.commerce.conftest import PLACED, make_order
from tests.conftest import NOW
from tests.support.app import Shop, body_of
from tests.support.paper_store import PaperStore

OLD = timedelta(minutes=16)
QUEUED = f"SELECT count(*) FROM pgqueuer WHERE entrypoint = '{REFRESH}'"
SUBSCRIPTION = StoreSubscription(
    external_id="s1", updated_at=PLACED, status="active", currency="EUR", price=1500, unit="month", every=1,
    email="zoe@example.com", next_at=NOW, lines=[{"line": "1", "variant": "v1", "title": "Wax", "quantity": 1}],
)  # fmt: skip


class Watched(PaperStore):
    """A store that notes what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    async def fetch(self, link: Any, settings: Any, kind: Any, external_id: str) -> Any:
        """Gives what it holds."""
        self.asked.append(f"{kind} {external_id}")
        return SUBSCRIPTION if kind == "subscription" else self.orders.get(external_id)


@pytest.fixture
def paper(shop: Shop) -> Watched:
    """The vendor, with three orders."""
    made = Watched()
    made.orders = {one.external_id: one for one in (make_order(n, placed_at=NOW) for n in (1, 2, 3))}
    shop.runtime.parts["commerce"].book.plugins["demo"] = made
    return made


@pytest.fixture
async def customer_id(shop: Shop, store_id: UUID, paper: Watched) -> UUID:
    """Somebody who has bought all of it and subscribed; read just now."""
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        who = await identify_customer(ctx, "email", "zoe@example.com", reason="wrote")
        reading = Reading(store_id=store_id, read_at=ctx.now)
        await mirror(ctx, "order", list(paper.orders.values()), reading)
        await mirror(ctx, "subscription", [SUBSCRIPTION], reading)
    return who.customer_id


@pytest.fixture
async def agent(shop: Shop) -> httpx.AsyncClient:
    """Whoever has the panel open."""
    return await shop.signed_in("agent")


def sections(customer_id: UUID, order_id: str) -> dict[str, str]:
    """Gives what the panel asks for, by section."""
    return {
        "orders": f"customers/{customer_id}/orders?limit=5",
        "shopping": f"customers/{customer_id}/shopping",
        "subscriptions": f"subscriptions?customer_id={customer_id}&limit=50",
        "returns": f"returns?order_id={order_id}&limit=25",
        "acts": f"acts?order_id={order_id}&limit=10",
    }


async def look(shop: Shop, agent: httpx.AsyncClient, path: str) -> tuple[Any, list[str]]:
    """Asks for a section; gives it and the statements beyond letting in and the queue."""
    shop.statements.clear()
    answer = body_of(await agent.get(f"/api/v1/{path}"))
    return answer, [one for one in shop.statements if "sessions" not in one and "pgqueuer" not in one]


async def test_a_section_is_one_statement_however_old_it_is(
    shop: Shop, customer_id: UUID, paper: Watched, agent: httpx.AsyncClient, clock: FixedClock
) -> None:
    mine, _ = await look(shop, agent, f"customers/{customer_id}/orders")
    for _ in ("fresh", "old"):
        for name, path in sections(customer_id, mine["items"][0]["id"]).items():
            _, statements = await look(shop, agent, path)
            assert len(statements) == 1, (name, statements)
        clock.advance(OLD)
    assert paper.asked == []


async def test_what_is_old_is_shown_at_once_and_reads_itself_anew(
    shop: Shop, customer_id: UUID, paper: Watched, agent: httpx.AsyncClient, clock: FixedClock
) -> None:
    paths = [f"customers/{customer_id}/orders", f"subscriptions?customer_id={customer_id}"]

    async def stale() -> list[set[bool]]:
        shown = [body_of(await agent.get(f"/api/v1/{path}"))["items"] for path in paths]
        return [{one["stale"] for one in items} for items in shown]

    assert await stale() == [{False}, {False}]
    assert await shop.count(QUEUED) == 0
    clock.advance(OLD)
    assert await stale() == [{True}, {True}]
    assert await stale() == [{True}, {True}]
    assert (paper.asked, await shop.count(QUEUED)) == ([], 4)
    async with shop.runtime.db.transaction(None) as tx:
        jobs = await tx.fetch("SELECT payload FROM pgqueuer WHERE entrypoint = $1", REFRESH)
    for row in jobs:
        payload = msgspec.json.decode(row["payload"])
        await run_refresh(Job(shop.runtime, 1, REFRESH, shop.workspace_id, payload, 0, False))
    assert sorted(paper.asked) == ["order ext-1", "order ext-2", "order ext-3", "subscription s1"]
    assert await stale() == [{False}, {False}]


async def test_what_cannot_change_any_more_is_left_alone(
    shop: Shop, store_id: UUID, customer_id: UUID, clock: FixedClock
) -> None:
    clock.advance(timedelta(days=121))
    agent = await shop.signed_in("agent")
    ended = msgspec.structs.replace(SUBSCRIPTION, status="cancelled", updated_at=NOW)
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        await mirror(ctx, "subscription", [ended], Reading(store_id=store_id, read_at=ctx.now))
    clock.advance(OLD)
    for path in (f"customers/{customer_id}/orders", f"subscriptions?customer_id={customer_id}"):
        assert not any(one["stale"] for one in body_of(await agent.get(f"/api/v1/{path}"))["items"])
    assert await shop.count(QUEUED) == 0
