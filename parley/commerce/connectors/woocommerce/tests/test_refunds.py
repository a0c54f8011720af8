"""Refunds: who gives the money back, what of it belongs where, and what a refusal leaves behind."""

from typing import Any

import pytest

from parley.commerce.connectors.woocommerce import CONNECTOR
from parley.commerce.connectors.woocommerce.tests.conftest import NOW, Store
from parley.commerce.connectors.woocommerce.tests.test_acts import FINALS, shirt_of
from parley.commerce.intents import CancelOrder, RefundOrder
from parley.commerce.model import Pieces
from parley.kit.failures import Refused, Retry


async def test_a_refund_says_what_of_it_belongs_where(store: Store) -> None:
    shirt = shirt_of(store)
    step = await store.step(
        RefundOrder(amount=1400, pieces=[Pieces(shirt, 1)], shipping=500, restock=True, note="Broken")
    )
    effect = await store.perform(step, "plan-1:0")
    assert (effect.amount, effect.currency) == (1400, "EUR")
    sent = next(
        body for method, path, _, body in store.fake.asked if (method, path[-7:]) == ("POST", "refunds")
    )
    assert sent == {
        "amount": "14.00",
        "reason": "Broken",
        "api_refund": True,
        "api_restock": True,
        "meta_data": [{"key": "_parley_key", "value": "plan-1:0"}],
        "line_items": [
            {"id": int(shirt), "quantity": 1, "refund_total": 9.0},
            {"id": store.orders[0]["shipping_lines"][0]["id"], "quantity": 0, "refund_total": 5.0},
        ],
    }
    order = await store.order()
    assert order.refunds[0].key == "plan-1:0"
    assert order.refunds[0].pieces == [Pieces(shirt, 1, 900)]
    assert (order.refunded, order.refunds[0].shipping) == (1400, 500)


@pytest.mark.parametrize(("fault", "once"), [("silence_after", 1), ("break_after", 1)])
async def test_the_same_refund_under_another_key_is_another_one(store: Store, fault: Any, once: int) -> None:
    step = await store.step(RefundOrder(amount=500))
    store.fake.faults.add(fault, FINALS["refund"])
    with pytest.raises(Retry):
        await store.perform(step, "a:0")
    assert len(store.fake.acts.given_back) == once
    later = await store.step(RefundOrder(amount=500))
    assert await store.find(later, "b:0") is None
    await store.perform(later, "b:0")
    assert len(store.fake.acts.given_back) == 2


async def test_a_refund_that_lost_its_key_is_never_made_again(store: Store) -> None:
    step = await store.step(RefundOrder(amount=500))
    store.fake.acts.crash_before_meta = True
    store.fake.shop.now = NOW
    with pytest.raises(Retry) as caught:
        await store.perform(step)
    assert caught.value.uncertain
    # For a while it may still be under way …
    found = await store.find(step)
    assert found is not None
    assert found.pending
    assert (await store.perform(step)).pending
    # … and then only a person can tell.
    store.fake.shop.refunds[1001][0]["date_created_gmt"] = "2026-11-22T11:00:00"
    with pytest.raises(Refused, match="nobody can tell"):
        await store.find(step)
    with pytest.raises(Refused, match="nobody can tell"):
        await store.perform(step)
    assert len(store.fake.acts.given_back) == 1


async def test_refused_refunds_say_why_and_leave_nothing(store: Store) -> None:
    step = await store.step(RefundOrder(amount=500))
    store.fake.acts.refuse_refunds = "The bank &#8211; says <b>no</b>."
    with pytest.raises(Refused, match=r"^The bank – says no\.$"):
        await store.perform(step)
    assert await store.find(step) is None
    store.orders[0]["payment_method"] = "bacs"
    with pytest.raises(Refused, match="does not support automatic refunds"):
        await store.perform(step)
    with pytest.raises(Refused, match=r"Only 30\.00 EUR are left"):
        await store.perform(await store.step(RefundOrder(amount=3001)))
    with pytest.raises(Refused, match="only 2 can be refunded"):
        await store.step(RefundOrder(amount=1, pieces=[Pieces(shirt_of(store), 3)]))
    with pytest.raises(Refused, match="no store credit"):
        await store.step(RefundOrder(amount=1, destination="store_credit"))
    assert store.fake.acts.given_back == []
    assert store.fake.shop.refunds[1001] == []


async def test_a_refund_that_went_out_meanwhile_is_refused_by_the_store(store: Store) -> None:
    """Between our look and the call somebody else refunds: the answer is a 500 that says no."""
    step = await store.step(RefundOrder(amount=2000))

    def race(path: str) -> None:
        if path == "orders/1001/refunds" and store.fake.asked[-1][0] == "POST":
            store.fake.before_answer = lambda _: None
            store.fake.acts.create_refund(store.orders[0], {"amount": "20.00"})

    store.fake.before_answer = race
    with pytest.raises(Refused, match="Invalid refund amount"):
        await store.perform(step)
    assert len(store.fake.acts.given_back) == 1


async def test_by_hand_it_is_only_recorded(store: Store) -> None:
    store.settings.api_refund = False
    effect = await store.perform(await store.step(RefundOrder(amount=500)))
    assert (effect.amount, effect.details["by"]) == (500, "hand")
    assert store.fake.acts.given_back == []
    assert store.fake.shop.refunds[1001][0]["refunded_payment"] is False


async def test_through_stripe_the_store_is_asked_first_and_records_last(store: Store) -> None:
    store.settings.stripe_refund = True
    steps = await store.steps(RefundOrder(amount=900, pieces=[Pieces(shirt_of(store), 1)]))
    assert [one.name for one in steps] == ["check", "payments.refund", "refund"]
    assert steps[1].args == {"reference": "ch_1001", "amount": 900, "currency": "EUR"}
    looked = await store.perform(steps[0], "a:0")
    assert looked.amount == 0
    assert await store.find(steps[0], "a:0") is None
    recorded = await store.perform(steps[2], "a:2")
    assert (recorded.amount, recorded.details["recorded"]) == (0, 900)
    assert store.fake.acts.given_back == []
    assert (await store.order()).refunded == 900
    with pytest.raises(Refused, match="are left"):
        await store.perform((await store.steps(RefundOrder(amount=2101)))[0], "b:0")
    store.orders[0]["transaction_id"] = "PAYPAL-1"
    assert [one.name for one in await store.steps(RefundOrder(amount=900))] == ["refund"]


async def test_what_a_plug_in_of_the_store_has_recorded_is_not_recorded_again(store: Store) -> None:
    store.settings.stripe_refund = True
    step = (await store.steps(RefundOrder(amount=700)))[2]
    store.fake.acts.create_refund(store.orders[0], {"amount": "7.00", "api_refund": False})
    effect = await store.perform(step, "a:2")
    assert (effect.amount, effect.details["recorded"]) == (0, 700)
    assert len(store.fake.shop.refunds[1001]) == 1


async def test_what_stripe_gave_back_and_the_store_refuses_to_record_is_a_note(store: Store) -> None:
    store.settings.stripe_refund = True
    step = (await store.steps(RefundOrder(amount=2000)))[2]
    store.fake.acts.create_refund(store.orders[0], {"amount": "15.00", "api_refund": False})
    assert await store.find(step, "a:2") is None
    effect = await store.perform(step, "a:2")
    assert (effect.amount, effect.details["recorded"]) == (0, 0)
    note = store.fake.shop.notes[1001][0]["note"]
    assert note.startswith(
        "20.00 EUR went back through Stripe and could not be recorded as a refund: Only 15.00"
    )
    assert await store.find(step, "a:2") is not None
    await store.perform(step, "a:2")
    assert len(store.fake.shop.notes[1001]) == 1
    assert len(store.fake.shop.refunds[1001]) == 1


async def test_a_cancellation_gives_the_money_back_first(store: Store) -> None:
    steps = await store.steps(CancelOrder(note="Changed his mind"))
    assert [one.name for one in steps] == ["refund", "cancel"]
    assert (await store.perform(steps[0], "a:0")).amount == 3000
    assert store.orders[0]["status"] == "refunded"
    await store.perform(steps[1], "a:1")
    order = await store.order()
    assert order.cancelled_at is not None
    assert (order.payment, order.refunded) == ("refunded", 3000)
    assert [one.name for one in await store.steps(CancelOrder())] == ["cancel"]


async def test_a_quote_says_what_the_store_allows(store: Store) -> None:
    async def quote(amount: int) -> Any:
        order = await store.order()
        return await CONNECTOR.quote(store.link, store.settings, RefundOrder(amount=amount), order)

    assert (await quote(900)).warnings == []
    found = await quote(9999)
    assert (found.amount, found.details) == (3000, {"maximum": 3000})
    assert found.warnings == ["Only 30.00 EUR can be refunded."]
    store.orders[0]["payment_method"] = "bacs"
    assert "cannot give money back" in (await quote(900)).warnings[0]
    store.settings.api_refund = False
    assert "only recorded" in (await quote(900)).warnings[0]
    order = await store.order()
    assert await CONNECTOR.quote(store.link, store.settings, CancelOrder(), order) is None
