"""Reading whole stores: back-fill, resuming, cancelling, comparing; and webhooks from the wire to the mirror."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from parley.commerce.actions.sync_runs import begin_run, end_run, get_run
from parley.commerce.connections import Connection
from parley.commerce.hooks import drain_deliveries
from parley.commerce.jobs import run_refresh, run_sync
from parley.commerce.reading import compare_store, find_store
from parley.kit.clock import FixedClock
from parley.kit.jobs.registry import Job
from tests.commerce.conftest import PLACED, make_order
from tests.support.app import Shop, body_of
from tests.support.paper_store import PaperStore


@pytest.fixture
def paper(shop: Shop) -> PaperStore:
    """The vendor of the store, with five orders."""
    made = PaperStore()
    for number in range(1, 6):
        order = make_order(number)
        made.orders[order.external_id] = order
    shop.runtime.parts["commerce"].book.plugins["demo"] = made
    return made


def job(shop: Shop, name: str, **payload: Any) -> Job:
    """Gives one attempt at a job."""
    return Job(shop.runtime, 1, name, shop.workspace_id, payload, 0, False)


async def connection(shop: Shop, store_id: UUID) -> Connection:
    """Gives the store's connection."""
    return next(one for one in await find_store(shop.runtime, str(store_id)))


async def begin(shop: Shop, store_id: UUID) -> UUID:
    """Begins a back-fill of orders."""
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        return await begin_run(ctx, store_id, "backfill", "order")


async def test_a_back_fill_reads_everything_with_progress(
    shop: Shop, store_id: UUID, paper: PaperStore
) -> None:
    run_id = await begin(shop, store_id)
    await run_sync(job(shop, "commerce.sync", run_id=str(run_id)))
    assert await shop.count("SELECT count(*) FROM orders") == 5
    told = [(f["state"], f["done"], f["total"]) for f in await shop.facts("StoreSynced")]
    assert told == [("running", 2, 5), ("running", 4, 5), ("running", 5, 5), ("done", 5, 5)]
    assert await shop.facts("OrderPlaced") == []


async def test_a_back_fill_goes_on_where_it_was_cut_off(
    shop: Shop, store_id: UUID, paper: PaperStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = await begin(shop, store_id)
    real, asked = PaperStore.pages, []

    async def cut(self: PaperStore, *args: Any, position: Any, **rest: Any) -> Any:
        asked.append(position)
        number = 0
        async for page in real(self, *args, position=position, **rest):
            number += 1
            if number == 2 and len(asked) == 1:
                raise ConnectionError("the process died")
            yield page

    monkeypatch.setattr(PaperStore, "pages", cut)
    with pytest.raises(ConnectionError):
        await run_sync(job(shop, "commerce.sync", run_id=str(run_id)))
    assert await shop.count("SELECT count(*) FROM orders") == 2
    await run_sync(job(shop, "commerce.sync", run_id=str(run_id)))
    assert asked == [None, {"at": 2}]
    assert await shop.count("SELECT count(*) FROM orders") == 5
    assert await shop.count("SELECT done FROM sync_runs") == 5


async def test_a_cancelled_back_fill_ends_and_keeps_what_it_read(
    shop: Shop, store_id: UUID, paper: PaperStore
) -> None:
    run_id = await begin(shop, store_id)
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        await end_run(ctx, run_id, "cancelled")
    await run_sync(job(shop, "commerce.sync", run_id=str(run_id)))
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        assert (await get_run(ctx, run_id)).state == "cancelled"
    assert await shop.count("SELECT count(*) FROM orders") == 0


async def test_two_back_fills_at_once_are_refused(shop: Shop, store_id: UUID, paper: PaperStore) -> None:
    owner = await shop.signed_in("owner")
    first = await owner.post(f"/api/v1/stores/{store_id}/backfill")
    again = await owner.post(f"/api/v1/stores/{store_id}/backfill")
    assert (first.status_code, again.status_code, body_of(again)["code"]) == (202, 409, "sync_running")


async def test_a_comparison_finds_and_repairs_what_webhooks_lost(
    shop: Shop, store_id: UUID, paper: PaperStore, clock: FixedClock
) -> None:
    await compare_store(shop.runtime, await connection(shop, store_id), "backfill")
    clock.advance(timedelta(hours=1))
    later = PLACED + timedelta(hours=2)
    paper.orders["ext-2"] = make_order(2, updated_at=later, payment="refunded", refunded=6500)
    paper.orders["ext-9"] = make_order(9, updated_at=later)
    del paper.orders["ext-4"]
    found = (await compare_store(shop.runtime, await connection(shop, store_id), "reconcile"))[0]
    assert (found.checked, found.missing, found.different, found.gone) == (5, 1, 1, 1)
    clock.advance(timedelta(hours=1))
    again = (await compare_store(shop.runtime, await connection(shop, store_id), "reconcile"))[0]
    assert (again.checked, again.missing, again.different, again.gone) == (5, 0, 0, 0)
    assert len(await shop.facts("OrderPlaced")) == 1
    assert [f["changes"]["payment"] for f in await shop.facts("OrderChanged")] == ["refunded"]


async def test_a_webhook_is_stored_once_and_read(shop: Shop, store_id: UUID, paper: PaperStore) -> None:
    sender = shop.client()
    for _ in range(2):
        answer = await sender.post(f"/hooks/{store_id}", content=b"ext-3", headers={"x-id": "d1"})
        assert answer.status_code == 200
    assert await shop.count("SELECT count(*) FROM store_deliveries") == 1
    await drain_deliveries(job(shop, "commerce.deliveries", connection_id=str(store_id)))
    assert await shop.count("SELECT state FROM store_deliveries") == "done"
    payload = msgspec.json.decode(
        await shop.count("SELECT payload FROM pgqueuer WHERE entrypoint = 'commerce.refresh'")
    )
    await run_refresh(job(shop, "commerce.refresh", **payload))
    assert await shop.count("SELECT number FROM orders") == "#1003"


async def test_a_webhook_nobody_can_read_is_set_aside_and_the_rest_go_on(
    shop: Shop, store_id: UUID, paper: PaperStore
) -> None:
    sender = shop.client()
    await sender.post(f"/hooks/{store_id}", content=b"\xff\xff", headers={"x-id": "bad"})
    await sender.post(f"/hooks/{store_id}", content=b"ext-1", headers={"x-id": "good"})
    await drain_deliveries(job(shop, "commerce.deliveries", connection_id=str(store_id)))
    states = await shop.count(
        "SELECT string_agg(key || ' ' || state, ', ' ORDER BY key) FROM store_deliveries"
    )
    assert states == "bad failed, good done"


async def test_hooks_of_nobody_are_404(shop: Shop, paper: PaperStore) -> None:
    answer = await shop.client().post(f"/hooks/{shop.workspace_id}", content=b"x", headers={"x-id": "1"})
    assert answer.status_code == 404


async def test_connecting_a_store_asks_it_who_it_is(shop: Shop, paper: PaperStore) -> None:
    owner = await shop.signed_in("owner")
    made = await owner.post("/api/v1/stores", json={"plugin": "demo", "settings": {}})
    store = body_of(made)
    assert (made.status_code, store["name"], store["currency"]) == (201, "Paper", "EUR")
    assert [(one["purpose"], one["kind"], one["state"]) for one in store["syncs"]] == [
        ("backfill", "order", "running")
    ]
    agent = await shop.signed_in("agent")
    assert (await agent.post("/api/v1/stores", json={"plugin": "demo", "settings": {}})).status_code == 403
    assert (await owner.delete(f"/api/v1/stores/{store['id']}")).status_code == 204
    assert body_of(await owner.get("/api/v1/stores"))["items"] == []
