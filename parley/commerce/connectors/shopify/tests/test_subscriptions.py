"""Subscription contracts: each act brings about its end once, and is found by it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from parley.commerce.connectors.shopify import CONNECTOR
from parley.commerce.connectors.shopify.tests.conftest import Store
from parley.commerce.intents import (
    AnyIntent,
    ChangeDate,
    EndSubscription,
    PauseSubscription,
    ResumeSubscription,
    SkipDelivery,
    SwapVariant,
)
from parley.kit.failures import Refused, Retry

LINE = "gid://shopify/SubscriptionLine/1"
LARGE, MEDIUM = "gid://shopify/ProductVariant/13", "gid://shopify/ProductVariant/12"
DAY = datetime(2026, 12, 15, 9, tzinfo=UTC)
INTENTS: list[tuple[AnyIntent, str]] = [
    (SkipDelivery(at=DAY), "CycleSkip"),
    (PauseSubscription(), "ContractPause"),
    (EndSubscription(reason="Too much coffee"), "ContractCancel"),
    (ChangeDate(at=DAY), "ContractDate"),
    (SwapVariant(line=LINE, variant=LARGE, quantity=3), "ContractDraftCommit"),
]


@pytest.mark.parametrize(("intent", "operation"), INTENTS)
@pytest.mark.parametrize("fault", ["silence_after", "break_before", None])
async def test_acts_happen_once(store: Store, intent: AnyIntent, operation: str, fault: Any) -> None:
    step = await store.step(intent, await store.contract())
    assert step.again
    assert await store.find(step) is None
    if fault:
        store.fake.faults.add(fault, operation)
        with pytest.raises(Retry) as caught:
            await store.perform(step)
        assert caught.value.uncertain
        assert (await store.find(step) is not None) == (fault == "silence_after")
    await store.perform(step)
    assert await store.find(step) is not None
    done = await store.contract()
    await store.perform(step)
    again = await store.contract()
    assert (again.status, again.next_at, again.lines) == (done.status, done.next_at, done.lines)


async def test_ends_are_as_wanted(store: Store) -> None:
    for intent, _ in INTENTS:
        if not isinstance(intent, EndSubscription):
            await store.perform(await store.step(intent, await store.contract()))
    contract = await store.contract()
    assert (contract.status, contract.next_at) == ("paused", DAY)
    assert store.fake.shop.skipped == {(1, "2026-12")}
    # The list price rises from 10.00 to 12.00, the subscriber's from 9.00 to 10.80.
    assert contract.lines[0]["variant"] == LARGE
    assert (contract.lines[0]["quantity"], contract.lines[0]["price"]) == (3, 1080)
    assert contract.price == 3 * 1080 + 400
    await store.perform(await store.step(ResumeSubscription(), contract))
    assert (await store.contract()).status == "active"


async def test_a_swap_at_the_same_price_leaves_the_price(store: Store) -> None:
    intent = SwapVariant(line=LINE, variant=MEDIUM, quantity=2)
    await store.perform(await store.step(intent, await store.contract()))
    sent = next(asked for name, asked in store.fake.asked if name == "ContractDraftLine")
    assert sent["input"] == {"productVariantId": MEDIUM, "quantity": 2}
    missing = SwapVariant(line=LINE, variant="gid://shopify/ProductVariant/99", quantity=2)
    step = await store.step(missing, await store.contract())
    with pytest.raises(Refused, match="no such variant"):
        await store.perform(step)


async def test_what_cannot_be_is_refused(store: Store) -> None:
    contract = await store.contract()
    await store.perform(await store.step(EndSubscription(), contract))
    with pytest.raises(Refused, match="terminated"):
        await store.perform(await store.step(ResumeSubscription(), contract))
    with pytest.raises(Refused, match="no such line"):
        await store.step(SwapVariant(line="x", variant=LARGE, quantity=1), contract)
    with pytest.raises(Refused, match="none was given"):
        CONNECTOR.steps(store.settings, PauseSubscription(), await store.order())
