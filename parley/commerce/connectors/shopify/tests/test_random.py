"""Any order of refunds, credits and edits, under any faults and kills: money moves once, and the sums agree."""

import random
from typing import Any

import pytest

from parley.commerce.connectors.shopify.tests.conftest import Store
from parley.commerce.intents import AnyIntent, DuplicateOrder, EditOrder, NewLine, RefundOrder
from parley.commerce.ports import Effect, VendorStep
from parley.kit.failures import Refused, Retry
from tests.support.fakes.shopify_store import number

FAULTS: tuple[Any, ...] = ("down", "break_before", "break_after", "silence_after")
VARIANTS = [f"gid://shopify/ProductVariant/{known}" for known in (11, 12, 13, 21)]


async def carry_out(store: Store, step: VendorStep, key: str, chance: random.Random) -> Effect | None:
    """Does what a runner does: performs, and after doubt or a kill looks before it performs again."""
    doubtful = False
    for _ in range(12):
        try:
            if doubtful:
                found = await store.find(step, key)
                if found is not None:
                    return found
            doubtful = True
            effect = await store.perform(step, key)
        except Retry:
            continue
        except Refused:
            return None
        if chance.random() < 0.7:
            return effect
        # Killed after the call, before its result was written down.
    return await store.find(step, key)


def draw(chance: random.Random) -> AnyIntent:
    """One thing somebody wants."""
    kind = chance.randrange(4)
    if kind == 0:
        return EditOrder(add=[NewLine(chance.choice(VARIANTS), chance.randint(1, 2))])
    if kind == 1:
        return DuplicateOrder(lines=[NewLine(chance.choice(VARIANTS), 1)])
    if kind == 2:
        return RefundOrder(amount=chance.randint(1, 300), destination="store_credit")
    return RefundOrder(amount=chance.randint(1, 900))


@pytest.mark.parametrize("seed", range(6))
async def test_money_moves_once(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    store.fake.faults.seconds = 0.5
    order = store.orders[0]
    paid, replaced = 0, 0
    for at in range(10):
        intent = draw(chance)
        step = await store.step(intent)
        pieces = sum(order.current_of(line) for line in order.lines)
        for _ in range(chance.randrange(4)):
            store.fake.faults.add(chance.choice(FAULTS))
        effect = await carry_out(store, step, f"plan-{seed}:{at}", chance)
        store.fake.faults.waiting.clear()
        if effect is None:
            assert isinstance(intent, RefundOrder)
            assert intent.amount > order.paid - order.refunded or intent.destination == "original"
            continue
        if isinstance(intent, RefundOrder):
            assert effect.amount == intent.amount
            paid += effect.amount
        elif isinstance(intent, DuplicateOrder):
            assert number(effect.external_id) in store.fake.shop.orders
            replaced += 1
        elif isinstance(intent, EditOrder):
            now = sum(order.current_of(line) for line in order.lines)
            assert now == pieces + intent.add[0].quantity
    assert order.refunded == paid
    assert (await store.order()).refunded == paid
    keys = [refund.key for refund in (await store.order()).refunds]
    assert len(keys) == len(set(keys))
    assert len(store.fake.shop.orders) == 1 + replaced
