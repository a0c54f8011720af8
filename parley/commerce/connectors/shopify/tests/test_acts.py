"""What can be done to orders, and that a crash or a lost answer never does it twice."""

from typing import Any

import pytest

from parley.commerce.connectors.shopify import CONNECTOR
from parley.commerce.connectors.shopify.tests.conftest import Store
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
    RefundOrder,
)
from parley.commerce.model import Address, Pieces
from parley.commerce.ports import Effect
from parley.kit.failures import Misconfigured, Refused, Retry
from tests.support.fakes.shopify_state import Shipment

SHIRT, MUG = "gid://shopify/LineItem/10011", "gid://shopify/LineItem/10012"
LARGE = "gid://shopify/ProductVariant/13"
SMALL = "gid://shopify/ProductVariant/11"
ADDRESS = Address(
    name="Rui Maria Costa", line1="Rua B 2", city="Porto", region="13", postcode="4000-001", country="PT"
)


def send_all(store: Store) -> None:
    """Lets both lines go out in one parcel."""
    order = store.orders[0]
    order.shipments.append(
        Shipment(number=501, at=order.at, pieces=[(line.number, line.quantity) for line in order.lines])
    )


INTENTS: dict[str, AnyIntent] = {
    "edit": EditOrder(quantities=[Pieces(SHIRT, 0)], add=[NewLine(LARGE, 2)]),
    "address": ChangeAddress(address=ADDRESS),
    "cancel": CancelOrder(),
    "refund": RefundOrder(amount=1000, pieces=[Pieces(SHIRT, 1)]),
    "duplicate": DuplicateOrder(),
    "draft": CreateDraft(lines=[NewLine(SMALL, 1)], email="ana@example.com"),
    "discount": CreateDiscount(code="SORRY-1", percent=10),
    "return": OpenReturn(pieces=[Pieces(SHIRT, 1)], reasons={SHIRT: "size too small"}),
}
FINALS = {
    "edit": "EditCommit",
    "address": "OrderUpdate",
    "cancel": "OrderCancel",
    "refund": "RefundCreate",
    "duplicate": "DraftComplete",
    "draft": "DraftCreate",
    "discount": "DiscountCreate",
    "return": "ReturnCreate",
}


def count_effects(store: Store) -> dict[str, Any]:
    """Everything an act could have left behind at the store."""
    shop, order = store.fake.shop, store.orders[0]
    return {
        "orders": len(shop.orders),
        "drafts": len(shop.drafts),
        "discounts": len(shop.discounts),
        "refunds": [one.shares for one in order.refunds],
        "returns": len(order.returns),
        "cancelled": order.cancelled,
        "lines": [(line.variant, order.current_of(line)) for line in order.lines],
        "address": (order.address or {}).get("address1"),
    }


@pytest.mark.parametrize("act", list(INTENTS))
@pytest.mark.parametrize("fault", ["silence_after", "break_after", "break_before", "down", "throttle"])
async def test_a_lost_answer_is_cleared_up_and_nothing_happens_twice(
    store: Store, act: str, fault: Any
) -> None:
    if act == "return":
        send_all(store)
    step = await store.step(INTENTS[act])
    before = count_effects(store)
    assert await store.find(step) is None
    store.fake.faults.add(fault, FINALS[act])
    first: Effect | None = None
    if fault == "throttle":
        first = await store.perform(step)
    else:
        with pytest.raises(Retry) as caught:
            await store.perform(step)
        assert caught.value.uncertain == (fault != "down")
    assert store.fake.faults.happened == [(fault, FINALS[act])]
    found = first or await store.find(step)
    assert (found is not None) == (fault not in {"break_before", "down"})
    if found is None:
        # A replacement may have got as far as its draft, which the next try completes.
        drafts = before["drafts"] + (act == "duplicate")
        assert count_effects(store) == {**before, "drafts": drafts}
        found = await store.perform(step)
    done = count_effects(store)
    assert done != before
    assert await store.find(step) is not None
    if step.again or act in {"refund", "duplicate", "draft", "return", "cancel"}:
        await store.perform(step)
        assert count_effects(store) == done
    else:
        with pytest.raises(Refused, match="unique"):
            await store.perform(step)


async def test_a_refund_is_in_its_parts_and_in_the_note(store: Store) -> None:
    intent = RefundOrder(
        amount=2900,
        pieces=[Pieces(SHIRT, 1), Pieces(MUG, 1)],
        shipping=500,
        restock=True,
        note="Broken mug",
    )
    effect = await store.perform(await store.step(intent), "plan-1:0")
    assert (effect.amount, effect.currency, effect.pending) == (2900, "EUR", False)
    made = store.orders[0].refunds[0]
    assert made.shares == [("shopify_payments", 2400), ("gift_card", 500)]
    assert made.note == "Broken mug [parley:plan-1:0]"
    assert made.pieces == [(10011, 1, "CANCEL"), (10012, 1, "CANCEL")]
    sent = next(asked for name, asked in store.fake.asked if name == "RefundCreate")
    assert sent["key"] == "plan-1:0"
    assert sent["input"]["refundLineItems"][0]["locationId"] == "gid://shopify/Location/1"
    order = await store.order()
    assert order.refunded == 2900
    assert (order.refunds[0].key, order.refunds[0].note) == ("plan-1:0", "Broken mug")
    assert order.refunds[0].pieces == [Pieces(SHIRT, 1, 1000), Pieces(MUG, 1, 700)]
    assert [line.refunded for line in order.lines] == [1, 1]


async def test_store_credit_goes_to_the_account(store: Store) -> None:
    step = await store.step(RefundOrder(amount=500, destination="store_credit"))
    effect = await store.perform(step)
    assert effect.details["destination"] == "store_credit"
    assert store.orders[0].refunds[0].shares == [("shopify_store_credit", 500)]
    assert (await store.order()).refunds[0].destination == "store_credit"


async def test_refused_refunds_say_why_and_leave_nothing(store: Store) -> None:
    step = await store.step(RefundOrder(amount=500))
    store.fake.acts.refuse_refunds = True
    with pytest.raises(Refused, match="The bank does not allow refunds"):
        await store.perform(step)
    assert await store.find(step) is None
    store.fake.acts.refuse_refunds = False
    with pytest.raises(Refused, match=r"hold only 30\.00 EUR"):
        await store.perform(await store.step(RefundOrder(amount=3001)))
    with pytest.raises(Refused, match="only 2 can be refunded"):
        await store.step(RefundOrder(amount=1, pieces=[Pieces(SHIRT, 3)]))
    assert store.orders[0].refunds == []


async def test_a_refund_that_the_bank_refuses_later_is_none(store: Store) -> None:
    step = await store.step(RefundOrder(amount=500))
    store.fake.acts.refund_status = "PENDING"
    assert (await store.perform(step)).pending
    found = await store.find(step)
    assert found is not None
    assert found.pending
    store.orders[0].refunds[0].status = "FAILURE"
    assert await store.find(step) is None
    store.fake.shop.idempotent.clear()
    store.fake.acts.refund_status = "FAILURE"
    with pytest.raises(Refused, match="provider refused"):
        await store.perform(step, "key-2")


async def test_a_quote_says_what_the_store_reckons(store: Store) -> None:
    intent = RefundOrder(amount=900, pieces=[Pieces(SHIRT, 1)])
    quote = await CONNECTOR.quote(store.link, store.settings, intent, await store.order())
    assert quote is not None
    assert (quote.amount, quote.details["maximum"]) == (1000, 3000)
    assert quote.warnings == ["Shopify reckons 10.00 EUR for this."]
    quote = await CONNECTOR.quote(store.link, store.settings, RefundOrder(amount=9999), await store.order())
    assert quote is not None
    assert quote.warnings == ["Only 30.00 EUR can be refunded."]
    quote = await CONNECTOR.quote(store.link, store.settings, INTENTS["edit"], await store.order())
    assert quote is not None
    assert (quote.amount, quote.details["outstanding"]) == (-400, 400)
    assert store.fake.count("EditCommit") == 0


async def test_an_edit_changes_the_size(store: Store) -> None:
    step = await store.step(INTENTS["edit"])
    effect = await store.perform(step)
    assert effect.details == {"changed": True, "total": 3400, "outstanding": 400}
    order = await store.order()
    assert [(line.variant_id, line.ordered, line.quantity) for line in order.lines] == [
        (SMALL, 2, 0),
        ("gid://shopify/ProductVariant/21", 1, 1),
        (LARGE, 2, 2),
    ]
    again = await store.perform(step)
    assert again.details["changed"] is False
    assert store.fake.count("EditCommit") == 1


async def test_an_edit_that_cannot_be_is_refused(store: Store) -> None:
    with pytest.raises(Refused, match="no such line"):
        await store.step(EditOrder(quantities=[Pieces("gid://shopify/LineItem/1", 1)]))
    with pytest.raises(Refused, match="Variant does not exist"):
        await store.perform(await store.step(EditOrder(add=[NewLine("gid://shopify/ProductVariant/99", 1)])))
    send_all(store)
    with pytest.raises(Refused, match="2 of Shirt have been sent"):
        await store.step(EditOrder(quantities=[Pieces(SHIRT, 1)]))
    assert store.fake.count("EditCommit") == 0


async def test_an_address_is_found_however_it_is_spelt(store: Store) -> None:
    address = Address(
        name="Rui Maria Costa", line1="Rua B 2", city="Porto", region="13", postcode="4000-001a", country="PT"
    )
    step = await store.step(ChangeAddress(address=address))
    await store.perform(step)
    order = await store.order()
    assert order.address is not None
    assert (order.address.name, order.address.postcode) == ("Rui Maria Costa", "4000-001A")
    assert await store.find(step) is not None
    with pytest.raises(Refused, match="zip can't be blank"):
        await store.perform(await store.step(ChangeAddress(address=Address(line1="x", country="PT"))))


async def test_a_cancellation_is_pending_until_its_job_is_done(store: Store) -> None:
    store.fake.acts.jobs_wait = True
    step = await store.step(CancelOrder(note="Changed his mind"))
    started = await store.perform(step)
    assert started.pending
    assert await store.find(step) == started
    assert await store.perform(step) == started
    assert store.fake.count("OrderCancel") == 1
    store.fake.acts.finish_jobs()
    done = await store.find(step)
    assert done is not None
    assert (done.pending, done.amount, done.currency) == (False, 3000, "EUR")
    order = await store.order()
    assert order.cancelled_at is not None
    assert order.payment == "refunded"


async def test_a_cancellation_whose_job_fails_has_not_happened(store: Store) -> None:
    store.fake.acts.jobs_wait = store.fake.acts.jobs_fail = True
    step = await store.step(CancelOrder(refund=False))
    await store.perform(step)
    store.fake.acts.finish_jobs()
    assert await store.find(step) is None
    with pytest.raises(Refused, match="could not"):
        await store.perform(step)
    assert store.fake.count("OrderCancel") == 1


async def test_a_replacement_costs_nothing_and_is_made_once(store: Store) -> None:
    step = await store.step(DuplicateOrder())
    # The draft is there, its completion is not: another try goes on with it.
    store.fake.faults.add("break_before", "DraftComplete")
    with pytest.raises(Retry):
        await store.perform(step)
    assert await store.find(step) is None
    effect = await store.perform(step)
    assert len(store.fake.shop.drafts) == 1
    made = store.fake.shop.find_order(effect.external_id)
    assert made is not None
    assert made.total == 0
    assert [(line.variant, line.quantity) for line in made.lines] == [(11, 2), (21, 1)]


async def test_a_draft_says_where_to_pay(store: Store) -> None:
    step = await store.step(DuplicateOrder(free=False, lines=[NewLine(LARGE, 1)]))
    effect = await store.perform(step)
    assert effect.details["invoice_url"].startswith("https://shop.example/invoices/")
    assert await store.find(step) == effect
    asked = next(iter(store.fake.shop.drafts.values()))["asked"]
    assert asked["purchasingEntity"] == {"customerId": "gid://shopify/Customer/1"}
    assert asked["shippingAddress"]["provinceCode"] == "PT-11"


@pytest.mark.parametrize(
    ("intent", "sent"),
    [
        (CreateDiscount(code="P", percent=15), {"value": {"percentage": 0.15}, "items": {"all": True}}),
        (
            CreateDiscount(code="A", amount=550),
            {
                "value": {"discountAmount": {"amount": "5.50", "appliesOnEachItem": False}},
                "items": {"all": True},
            },
        ),
        (CreateDiscount(code="F", free_shipping=True, least_subtotal=2000), None),
    ],
)
async def test_discounts(store: Store, intent: CreateDiscount, sent: Any) -> None:
    step = await store.step(intent)
    effect = await store.perform(step)
    assert await store.find(step) == effect
    assert await store.find(step, "another-key") is None
    asked = store.fake.shop.discounts[intent.code]["asked"]
    assert asked.get("customerGets") == sent
    assert asked["startsAt"] == "2026-11-22T12:00:00Z"
    assert asked["usageLimit"] == 1


async def test_a_return_takes_pieces_from_several_parcels(store: Store) -> None:
    order = store.orders[0]
    order.shipments += [
        Shipment(number=501, at=order.at, pieces=[(10011, 1), (10012, 1)]),
        Shipment(number=502, at=order.at, pieces=[(10011, 1)]),
    ]
    intent = OpenReturn(
        pieces=[Pieces(SHIRT, 2)],
        reasons={SHIRT: "Size_too-SMALL"},
        exchange=[NewLine(LARGE, 2)],
        note="long " * 100,
    )
    step = await store.step(intent)
    effect = await store.perform(step)
    assert effect.details == {"number": "#1001-R1", "status": "open"}
    made = order.returns[0]
    assert [(line, count, reason) for line, count, _, reason in made.items] == [
        (10011, 1, "Size too small"),
        (10011, 1, "Size too small"),
    ]
    assert all(len(note) <= 255 and note.endswith("[parley:key-1]") for _, _, note, _ in made.items)
    assert made.exchange == [(LARGE, 2)]
    back = (await store.order()).returns[0]
    assert (back.status, back.lines[0].line, back.lines[0].reason) == ("approved", SHIRT, "Size too small")
    assert "parley:" not in back.lines[0].note
    with pytest.raises(Refused, match="only 2 have been sent"):
        await store.step(OpenReturn(pieces=[Pieces(SHIRT, 3)]))
    with pytest.raises(Refused, match="does not take so many"):
        await store.perform(step, "another-key")


async def test_a_store_that_does_not_let_in_is_misconfigured(store: Store) -> None:
    step = await store.step(INTENTS["refund"])
    store.fake.tokens.clear()
    store.settings.client_id = ""
    with pytest.raises(Misconfigured) as caught:
        await store.perform(step)
    assert caught.value.field == "access_token"
