"""Idempotency keys of what asks the store in between: connecting, removing, planning."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from parley.kit.clock import FixedClock
from parley.kit.failures import Retry
from tests.commerce.test_acts import place
from tests.support.app import Shop, body_of
from tests.support.paper_store import Killed, PaperStore

KEY = {"Idempotency-Key": "k-1"}
STORE = {"plugin": "demo", "name": "Paper"}
HOW_MANY = "SELECT count(*) FROM connections WHERE deleted_at IS NULL"


@pytest.fixture
def paper(shop: Shop) -> PaperStore:
    """The vendor of the store."""
    made = PaperStore()
    shop.runtime.parts["commerce"].book.plugins["demo"] = made
    return made


def same(first: httpx.Response, again: httpx.Response) -> bool:
    """Says whether a second answer is the first one once more."""
    replayed = again.headers.get("idempotency-replayed") == "true"
    return replayed and (again.status_code, again.content) == (first.status_code, first.content)


async def test_a_store_is_connected_once_per_key(shop: Shop, paper: PaperStore) -> None:
    owner = await shop.signed_in("owner")
    first = await owner.post("/api/v1/stores", json=STORE, headers=KEY)
    assert first.status_code == 201, first.text
    assert same(first, await owner.post("/api/v1/stores", json=STORE, headers=KEY))
    assert await shop.count(HOW_MANY) == 1
    other = await owner.post("/api/v1/stores", json={**STORE, "name": "Other"}, headers=KEY)
    assert (other.status_code, body_of(other)["code"]) == (422, "idempotency_key_reused")
    assert (await owner.post("/api/v1/stores", json=STORE)).status_code == 201
    assert await shop.count(HOW_MANY) == 2


async def test_a_removed_store_stays_removed_and_is_not_missed(shop: Shop, paper: PaperStore) -> None:
    owner = await shop.signed_in("owner")
    path = f"/api/v1/stores/{body_of(await owner.post('/api/v1/stores', json=STORE))['id']}"
    first = await owner.delete(path, headers=KEY)
    assert first.status_code == 204
    assert same(first, await owner.delete(path, headers=KEY))
    assert (await owner.delete(path)).status_code == 404


async def test_a_plan_is_made_once_per_key_and_person(shop: Shop, store_id: UUID, paper: PaperStore) -> None:
    path = f"/api/v1/orders/{await place(shop, store_id, paper)}/refund/plan"
    agent, colleague = await shop.signed_in(), await shop.signed_in(name="Bo")
    first = await agent.post(path, json={"amount": 100}, headers=KEY)
    assert first.status_code == 200
    assert same(first, await agent.post(path, json={"amount": 100}, headers=KEY))
    assert (
        body_of(await colleague.post(path, json={"amount": 100}, headers=KEY))["id"] != body_of(first)["id"]
    )
    assert await shop.count("SELECT count(*) FROM store_acts") == 2


async def test_what_failed_may_be_tried_again_under_its_key(
    shop: Shop, paper: PaperStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await shop.signed_in("owner")

    async def describe(*_: Any) -> None:
        raise Retry(None, "asleep")

    with monkeypatch.context() as asleep:
        asleep.setattr(paper, "describe", describe)
        refused = await owner.post("/api/v1/stores", json=STORE, headers=KEY)
    assert (refused.status_code, body_of(refused)["code"]) == (422, "store_unreachable")
    assert (await owner.post("/api/v1/stores", json=STORE, headers=KEY)).status_code == 201


async def test_a_second_request_does_not_overtake_the_first(
    shop: Shop, paper: PaperStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, asked, go = await shop.signed_in("owner"), asyncio.Event(), asyncio.Event()
    describe = paper.describe

    async def slowly(*args: Any) -> Any:
        asked.set()
        await go.wait()
        return await describe(*args)

    monkeypatch.setattr(paper, "describe", slowly)
    first = asyncio.create_task(owner.post("/api/v1/stores", json=STORE, headers=KEY))
    await asked.wait()
    early = await owner.post("/api/v1/stores", json=STORE, headers=KEY)
    assert (early.status_code, body_of(early)["code"]) == (409, "request_under_way")
    go.set()
    assert same(await first, await owner.post("/api/v1/stores", json=STORE, headers=KEY))
    assert await shop.count(HOW_MANY) == 1


async def test_a_death_after_the_effect_does_not_repeat_it(
    shop: Shop, paper: PaperStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await shop.signed_in("owner")

    async def die(*_: Any) -> None:
        raise Killed

    monkeypatch.setattr(paper, "subscribe", die)
    with pytest.raises(Killed):
        await owner.post("/api/v1/stores", json=STORE, headers=KEY)
    again = await owner.post("/api/v1/stores", json=STORE, headers=KEY)
    assert (again.status_code, body_of(again)["name"]) == (201, "Paper")
    assert await shop.count(HOW_MANY) == 1


async def test_a_claim_that_a_dead_process_left_is_taken_over(
    shop: Shop, paper: PaperStore, clock: FixedClock
) -> None:
    owner = await shop.signed_in("owner")
    assert (await owner.post("/api/v1/stores", json=STORE, headers=KEY)).status_code == 201
    left = "UPDATE idempotency_keys SET status = NULL, body = NULL RETURNING 1"
    assert await shop.count(left) == 1
    assert (await owner.post("/api/v1/stores", json=STORE, headers=KEY)).status_code == 409
    clock.advance(timedelta(minutes=11))
    assert (await owner.post("/api/v1/stores", json=STORE, headers=KEY)).status_code == 201
