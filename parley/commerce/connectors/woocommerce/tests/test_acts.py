"""What can be done to orders, and that a crash or a lost answer never does it twice."""

from typing import Any

import pytest

from parley.commerce.connectors.woocommerce.tests.conftest import NOW, Store
from parley.commerce.intents import (
    AnyIntent,
    CancelOrder,
    ChangeAddress,
    CreateDiscount,
    CreateDraft,
    DuplicateOrder,
    EditOrder,
    NewLine,
    OpenReturn,
    PauseSubscription,
    RefundOrder,
)
from parley.commerce.model import Address, Pieces
from parley.commerce.ports import Effect
from parley.kit.failures import Refused, Retry
from parley.kit.ids import uuid7

ADDRESS = Address(
    name="Rui Maria Costa", line1="Rua B 2", city="Porto", region="PT-13", postcode="4000-001", country="PT"
)


def shirt_of(store: Store) -> str:
    return str(store.orders[0]["line_items"][0]["id"])


def intents(store: Store) -> dict[str, AnyIntent]:
    shirt = shirt_of(store)
    return {
        "edit": EditOrder(quantities=[Pieces(shirt, 0)], add=[NewLine("12", 1)]),
        "address": ChangeAddress(address=ADDRESS),
        "cancel": CancelOrder(refund=False),
        "refund": RefundOrder(amount=900, pieces=[Pieces(shirt, 1)]),
        "duplicate": DuplicateOrder(),
        "draft": CreateDraft(lines=[NewLine("11", 1)], email="ana@example.com"),
        "discount": CreateDiscount(code="SORRY-1", percent=10),
        "return": OpenReturn(pieces=[Pieces(shirt, 1)], reasons={shirt: "size too small"}),
    }


FINALS = {
    "edit": "PUT orders/1001",
    "address": "PUT orders/1001",
    "cancel": "PUT orders/1001",
    "refund": "POST orders/1001/refunds",
    "duplicate": "POST orders",
    "draft": "POST orders",
    "discount": "POST coupons",
    "return": "POST orders/1001/notes",
}


def count_effects(store: Store) -> dict[str, Any]:
    """Everything an act could have left behind at the store."""
    shop, order = store.fake.shop, store.orders[0]
    return {
        "orders": len(shop.orders),
        "coupons": len(shop.coupons),
        "refunds": [one["amount"] for one in shop.refunds[1001]],
        "given back": list(store.fake.acts.given_back),
        "notes": len(shop.notes[1001]),
        "status": order["status"],
        "lines": [(one["variation_id"] or one["product_id"], one["quantity"]) for one in order["line_items"]],
        "address": order["shipping"]["address_1"],
    }


@pytest.mark.parametrize("act", list(FINALS))
@pytest.mark.parametrize("fault", ["silence_after", "break_after", "break_before", "down", "throttle"])
async def test_a_lost_answer_is_cleared_up_and_nothing_happens_twice(
    store: Store, act: str, fault: Any
) -> None:
    step = await store.step(intents(store)[act])
    before = count_effects(store)
    assert await store.find(step) is None
    store.fake.faults.add(fault, FINALS[act])
    with pytest.raises(Retry) as caught:
        await store.perform(step)
    assert caught.value.uncertain == (fault not in {"down", "throttle"})
    happened = fault in {"silence_after", "break_after"}
    found = await store.find(step)
    assert (found is not None) == happened
    if found is None:
        assert count_effects(store) == before
        found = await store.perform(step)
    done = count_effects(store)
    assert done != before
    again = await store.perform(step)
    assert (again.external_id, again.amount) == (found.external_id, found.amount)
    assert count_effects(store) == done


async def test_an_edit_changes_the_size(store: Store) -> None:
    shirt = shirt_of(store)
    step = await store.step(EditOrder(quantities=[Pieces(shirt, 0)], add=[NewLine("12", 1)]))
    effect = await store.perform(step)
    assert effect.details == {"changed": True, "total": 2200, "outstanding": 0}
    order = await store.order()
    assert [(line.variant_id, line.quantity) for line in order.lines] == [("2", 1), ("12", 1)]
    assert (await store.perform(step)).details["changed"] is False
    assert store.fake.count("PUT", "orders/1001") == 1


async def test_a_smaller_quantity_keeps_its_price(store: Store) -> None:
    shirt = shirt_of(store)
    await store.perform(await store.step(EditOrder(quantities=[Pieces(shirt, 1)])))
    line = (await store.order()).lines[0]
    assert (line.quantity, line.unit_price, line.total, line.discount) == (1, 1000, 900, 100)


async def test_an_edit_that_cannot_be_is_refused(store: Store) -> None:
    with pytest.raises(Refused, match="no such line"):
        await store.step(EditOrder(quantities=[Pieces("1", 1)]))
    with pytest.raises(Refused, match="Invalid ID"):
        await store.perform(await store.step(EditOrder(add=[NewLine("99", 1)])))
    with pytest.raises(Refused, match=r"cost 12\.00 EUR more"):
        await store.perform(await store.step(EditOrder(add=[NewLine("13", 1)])))
    step = await store.step(EditOrder(quantities=[Pieces(shirt_of(store), 1)]))
    store.orders[0]["status"] = "completed"
    with pytest.raises(Refused, match="completed"):
        await store.perform(step)
    with pytest.raises(Refused, match="completed"):
        await store.step(EditOrder(add=[NewLine("11", 1)]))
    assert store.fake.count("PUT", "orders/1001") == 0


async def test_an_order_that_is_not_paid_may_become_dearer(store: Store) -> None:
    store.orders[0].update(status="on-hold", date_paid=None, date_paid_gmt=None)
    effect = await store.perform(await store.step(EditOrder(add=[NewLine("13", 1)])))
    assert effect.details == {"changed": True, "total": 4200, "outstanding": 1200}


async def test_an_address_is_found_however_it_is_spelt(store: Store) -> None:
    step = await store.step(ChangeAddress(address=ADDRESS))
    await store.perform(step)
    order = await store.order()
    assert order.address is not None
    assert (order.address.name, order.address.postcode) == ("Rui Maria Costa", "4000-001")
    store.orders[0]["shipping"]["postcode"] = "4000 - 001"
    assert await store.find(step) is not None
    store.orders[0]["shipping"]["city"] = "Braga"
    assert await store.find(step) is None


async def test_a_replacement_costs_nothing_and_goes_out(store: Store) -> None:
    effect = await store.perform(await store.step(DuplicateOrder()), f"{uuid7()}:0")
    made = await store.fetch_order(effect.external_id)
    assert (made.total, made.payment, made.customer_id, made.email) == (0, "paid", "1", "ana@example.com")
    assert [(line.variant_id, line.quantity) for line in made.lines] == [("11", 2), ("2", 1)]
    assert made.address == (await store.order()).address
    assert store.fake.shop.notes[int(effect.external_id)][0]["note"] == "Again: #1001"


async def test_a_copy_to_be_paid_says_where(store: Store) -> None:
    intent = DuplicateOrder(free=False, lines=[NewLine("13", 1)], email="other@example.com", address=ADDRESS)
    effect = await store.perform(await store.step(intent))
    assert effect.details["invoice_url"].startswith("https://shop.example/checkout/")
    made = await store.fetch_order(effect.external_id)
    assert (made.total, made.payment, made.email) == (1700, "pending", "other@example.com")
    assert made.status_url == effect.details["invoice_url"]


@pytest.mark.parametrize("fault", ["break_after", "break_before"])
async def test_a_draft_whose_discount_was_interrupted_is_completed(store: Store, fault: Any) -> None:
    step = await store.step(CreateDraft(lines=[NewLine("13", 3)], percent_off=15, customer="2", note="VIP"))
    store.fake.faults.add(fault, "PUT orders")
    with pytest.raises(Retry):
        await store.perform(step)
    assert (await store.find(step) is None) == (fault == "break_before")
    effect: Effect = await store.perform(step)
    assert len(store.fake.shop.orders) == 2
    made = await store.fetch_order(effect.external_id)
    assert (made.total, made.discount, made.customer_id) == (3060, 540, "2")


async def test_a_key_is_found_behind_many_new_orders(store: Store) -> None:
    # A key tells when it was made, and the store's clock stands still.
    made = int(store.fake.shop.now.timestamp() * 1000)
    key = f"{uuid7(made)}:0"
    step = await store.step(DuplicateOrder())
    effect = await store.perform(step, key)
    for number in range(7001, 7230):
        store.fake.shop.add_order(number)
    assert await store.find(step, key) == effect
    assert await store.find(step, f"{uuid7(made)}:0") is None


@pytest.mark.parametrize(
    ("intent", "sent"),
    [
        (CreateDiscount(code="P", percent=15), {"discount_type": "percent", "amount": "15"}),
        (CreateDiscount(code="A", amount=550, uses=None), {"discount_type": "fixed_cart", "amount": "5.50"}),
        (CreateDiscount(code="F", free_shipping=True, least_subtotal=2000), {"minimum_amount": "20.00"}),
        (
            CreateDiscount(code="E", percent=1, ends_at=NOW, once_per_customer=False),
            {"date_expires_gmt": "2026-11-22T12:00:00"},
        ),
    ],
)
async def test_discounts(store: Store, intent: CreateDiscount, sent: dict[str, Any]) -> None:
    step = await store.step(intent)
    effect = await store.perform(step)
    assert await store.find(step) == effect
    assert await store.find(step, "another-key") is None
    with pytest.raises(Refused, match="already exists"):
        await store.perform(step, "another-key")
    body = next(body for method, path, _, body in store.fake.asked if (method, path) == ("POST", "coupons"))
    assert sent.items() <= body.items()
    assert body["free_shipping"] is intent.free_shipping


async def test_a_return_is_a_note_at_the_order(store: Store) -> None:
    shirt = shirt_of(store)
    intent = OpenReturn(
        pieces=[Pieces(shirt, 1)], reasons={shirt: "too small"}, exchange=[NewLine("12", 1)], note="Hurry"
    )
    step = await store.step(intent)
    assert step.name == "note"
    await store.perform(step, "a:0")
    note = store.fake.shop.notes[1001][0]
    assert note["note"].splitlines() == [
        "Return:",
        "1 x Shirt (S): too small",
        "-> 1 x 12",
        "Hurry",
        "[parley:a:0]",
    ]
    assert note["customer_note"] is False


async def test_what_the_store_does_not_know_is_refused(store: Store) -> None:
    with pytest.raises(Refused, match="cannot do this: pause"):
        await store.steps(PauseSubscription())
    store.orders[0]["status"] = "cancelled"
    for intent in (EditOrder(add=[NewLine("11", 1)]), ChangeAddress(address=ADDRESS)):
        with pytest.raises(Refused, match="cancelled"):
            await store.steps(intent)
