"""Refunds through Stripe: once per key, whatever gets lost."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.commerce.connectors.stripe import CONNECTOR
from parley.commerce.connectors.stripe.client import failure_of
from parley.commerce.connectors.stripe.refunds import from_stripe, to_stripe
from parley.commerce.connectors.stripe.tests.conftest import Bank
from parley.kit.failures import Misconfigured, Refused, Retry
from tests.support.fakes.serving import Request


async def test_a_refund_is_made_and_found(bank: Bank) -> None:
    assert await bank.find() is None
    effect = await bank.refund(1250)
    assert (effect.amount, effect.currency, effect.pending) == (1250, "EUR", False)
    assert effect.details == {"status": "succeeded", "charge": "ch_1"}
    assert await bank.find() == effect
    assert await bank.find("act-2:0") is None
    assert bank.fake.refunds[0]["metadata"] == {"parley_key": "act-1:0"}
    assert bank.fake.refunds[0]["reason"] == "requested_by_customer"


@pytest.mark.parametrize("reference", ["pi_1", "ch_1"])
@pytest.mark.parametrize("fault", ["silence_after", "break_after", "break_before", "down", "throttle"])
async def test_a_lost_answer_never_moves_money_twice(bank: Bank, fault: Any, reference: str) -> None:
    bank.fake.faults.add(fault, "POST refunds")
    with pytest.raises(Retry) as caught:
        await bank.refund(1000, reference=reference)
    assert caught.value.uncertain == (fault not in {"down", "throttle"})
    happened = fault in {"silence_after", "break_after"}
    assert bank.given_back == (1000 if happened else 0)
    assert (await bank.find(reference=reference) is not None) == happened
    await bank.refund(1000, reference=reference)
    bank.fake.forget_keys()
    await bank.refund(1000, reference=reference)
    assert bank.given_back == 1000
    assert len(bank.fake.refunds) == 1


async def test_reading_is_never_uncertain(bank: Bank) -> None:
    bank.fake.faults.add("break_before", "GET refunds")
    with pytest.raises(Retry) as caught:
        await bank.find()
    assert not caught.value.uncertain


async def test_the_key_alone_would_do(bank: Bank) -> None:
    """Two workers at once: neither has found anything, and Stripe itself keeps the second from refunding."""
    await bank.refund(1000)
    bank.fake.refunds[0]["metadata"] = {}
    again = await bank.refund(1000)
    assert again.external_id == "re_1"
    assert bank.given_back == 1000
    with pytest.raises(Refused, match="same parameters"):
        await bank.refund(999)


async def test_what_stripe_refuses_is_refused(bank: Bank) -> None:
    with pytest.raises(Refused, match="greater than unrefunded"):
        await bank.refund(3001)
    await bank.refund(3000, "act-2:0")
    with pytest.raises(Refused, match="already been refunded"):
        await bank.refund(1, "act-3:0")
    with pytest.raises(Refused, match="No such payment"):
        await bank.refund(1, "act-4:0", "pi_404")
    with pytest.raises(Refused, match="not paid through Stripe"):
        await bank.refund(1, "act-5:0", "PAYPAL-1")
    with pytest.raises(Refused, match="payment was in EUR"):
        await bank.refund(1, "act-6:0", currency="USD")
    assert bank.given_back == 3000


async def test_a_refund_that_fails_is_none_and_is_not_tried_again(bank: Bank) -> None:
    bank.fake.refund_status = "failed"
    with pytest.raises(Refused, match="expired_or_canceled_card"):
        await bank.refund(500)
    assert await bank.find() is None
    bank.fake.refund_status = "succeeded"
    with pytest.raises(Refused, match="expired_or_canceled_card"):
        await bank.refund(500)
    assert bank.given_back == 0


async def test_a_refund_on_its_way_counts_as_made(bank: Bank) -> None:
    bank.fake.refund_status = "pending"
    effect = await bank.refund(500)
    assert (effect.pending, effect.details["status"]) == (False, "pending")


async def test_a_card_that_is_declined_and_a_call_still_under_way(bank: Bank) -> None:
    bank.fake.refuse = {"status": 402, "kind": "card_error", "message": "Your card was declined."}
    with pytest.raises(Refused, match="declined"):
        await bank.refund(500)
    bank.fake.busy = True
    with pytest.raises(Retry) as caught:
        await bank.refund(500, "act-2:0")
    assert caught.value.uncertain
    assert caught.value.after == timedelta(seconds=5)


async def test_a_refund_is_found_behind_many_others(bank: Bank) -> None:
    first = await bank.refund(1)
    for number in range(230):
        await bank.fake.handle(_another(number))
    assert await bank.find() == first
    assert len(bank.fake.refunds) == 231


def _another(number: int) -> Any:
    headers = {"authorization": "Bearer sk_test_good", "idempotency-key": f"other-{number}"}
    return Request("POST", "/v1/refunds", {}, headers, b"amount=1&payment_intent=pi_1")


async def test_the_connection_test_tells_test_from_live(bank: Bank) -> None:
    steps = [step async for step in CONNECTOR.test(bank.link, bank.settings)]
    assert [(step.name, step.ok) for step in steps] == [("payments", True), ("refunds", True), ("mode", True)]
    assert "no real money" in steps[-1].detail
    bank.settings.secret_key = "sk_live_other"
    steps = [step async for step in CONNECTOR.test(bank.link, bank.settings)]
    assert [(step.name, step.ok) for step in steps] == [("payments", False)]
    with pytest.raises(Misconfigured) as caught:
        await bank.refund(1)
    assert caught.value.field == "secret_key"


@pytest.mark.parametrize(
    ("status", "error", "kind", "uncertain"),
    [
        (400, {"type": "invalid_request_error", "code": "parameter_missing"}, Refused, None),
        (402, {"type": "card_error", "code": "card_declined"}, Refused, None),
        (400, {"type": "idempotency_error"}, Refused, None),
        (409, {"type": "idempotency_error", "code": "idempotency_key_in_use"}, Retry, True),
        (400, {"type": "invalid_request_error", "code": "rate_limit"}, Retry, False),
        (400, {"type": "invalid_request_error", "code": "lock_timeout"}, Retry, False),
        (400, {"type": "api_error"}, Retry, True),
        (403, {"type": "invalid_request_error"}, Misconfigured, None),
        (404, {}, Refused, None),
    ],
)
def test_errors(status: int, error: dict[str, str], kind: type[Exception], uncertain: bool | None) -> None:
    failure = failure_of(status, error)
    assert isinstance(failure, kind)
    assert getattr(failure, "uncertain", None) is uncertain


def test_units_of_odd_currencies() -> None:
    assert (to_stripe(1250, "EUR"), to_stripe(500, "JPY"), to_stripe(1000, "KWD")) == (1250, 500, 1000)
    assert (to_stripe(5, "ISK"), to_stripe(5, "UGX")) == (500, 500)
    assert to_stripe(500, "MGA") == 5
    with pytest.raises(Refused, match="whole units"):
        to_stripe(501, "MGA")


@given(st.integers(1, 10**12), st.sampled_from(["EUR", "JPY", "ISK", "UGX", "KWD", "MGA"]))
def test_units_come_back_as_they_went(amount: int, currency: str) -> None:
    amount = amount * 100 if currency == "MGA" else amount
    assert from_stripe(to_stripe(amount, currency), currency) == amount
