"""Our Stripe connector and its fake against Stripe's own description and fixtures."""

import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from parley.commerce.connectors.stripe import CONNECTOR
from parley.commerce.connectors.stripe.refunds import _effect_of
from parley.commerce.connectors.stripe.settings import API_VERSION, StripeSettings
from parley.commerce.connectors.stripe.tests.conftest import Bank, TestLink
from parley.commerce.ports import BadSignatureError
from parley.kit.failures import Failure
from tests.contracts.test_webhook_vectors import at, load_vectors, read_body
from tests.support.conforming import check_request, check_value, find_operation, load_spec
from tests.support.fakes.serving import Request
from tests.support.fakes.stripe import FakeStripe, stripe

pytestmark = pytest.mark.contracts
SPEC = "stripe/stripe_spec3_2023-08-16.trim.collapsed.json"


class Judge:
    """Holds every exchange between the connector and the fake against the description."""

    def __init__(self, spec: Any) -> None:
        self.spec = spec
        self.wrong: list[str] = []
        self.seen: set[tuple[str, int]] = set()

    def __call__(self, request: Request, status: int, answer: dict[str, Any]) -> None:
        """Notes what is wrong."""
        found = check_request(self.spec, request, request.path)
        responses = find_operation(self.spec, request.method, request.path)["responses"]
        schema = responses["200" if status == 200 else "default"]["content"]["application/json"]["schema"]
        found += check_value(self.spec, schema, answer)
        if request.headers.get("stripe-version") != API_VERSION:
            found.append("another version of the API")
        if request.method == "POST" and not request.headers.get("idempotency-key"):
            found.append("no idempotency key")
        self.wrong += [f"{request.method} {request.path}: {one}" for one in found]
        folder = request.path.split("/")[2]
        self.seen.add((f"{request.method} {folder}", status))


@pytest.fixture
async def judged(contracts: Path) -> AsyncIterator[tuple[Bank, Judge]]:
    """A fake whose every exchange is judged."""
    judge = Judge(load_spec(contracts, SPEC))
    async with stripe() as fake:
        link = TestLink(patience=20)
        fake.observers.append(judge)
        try:
            yield Bank(fake, link), judge
        finally:
            await link.http.close()
        assert not judge.wrong, "\n".join(sorted(set(judge.wrong)))


async def test_all_that_is_sent_and_answered_fits(judged: tuple[Bank, Judge]) -> None:
    bank, judge = judged
    assert [step async for step in CONNECTOR.test(bank.link, bank.settings)]
    await bank.refund(100, "a:0")
    await bank.refund(100, "b:0", "ch_1")
    await bank.find("b:0", "ch_1")
    for status in ("pending", "failed"):
        bank.fake.refund_status = status
        with suppress(Failure):
            await bank.refund(100, f"{status}:0")
    bank.fake.refund_status = "succeeded"
    for amount, key, reference in ((9999, "c:0", ""), (1, "d:0", "pi_404"), (1, "d:1", "ch_404")):
        with pytest.raises(Failure):
            await bank.refund(amount, key, reference)
    bank.fake.refuse = {"status": 402, "kind": "card_error", "message": "Your card was declined."}
    with pytest.raises(Failure):
        await bank.refund(1, "e:0")
    bank.fake.busy = True
    with pytest.raises(Failure):
        await bank.refund(1, "f:0")
    bank.settings.secret_key = "sk_test_other"
    with pytest.raises(Failure):
        await bank.refund(1, "g:0")
    assert judge.seen == {
        ("GET payment_intents", 200),
        ("GET payment_intents", 404),
        ("GET charges", 200),
        ("GET charges", 404),
        ("GET refunds", 200),
        ("GET refunds", 401),
        ("GET refunds", 404),
        ("POST refunds", 200),
        ("POST refunds", 400),
        ("POST refunds", 402),
        ("POST refunds", 409),
    }


async def test_a_judge_is_not_lenient(contracts: Path) -> None:
    spec = load_spec(contracts, SPEC)
    refund = {"id": "re_1", "object": "refund", "amount": 1, "currency": "eur", "created": 1}
    headers = {"content-type": "application/x-www-form-urlencoded", "stripe-version": API_VERSION}
    keyed = {**headers, "idempotency-key": "k"}

    def judge(request: Request, answer: dict[str, Any]) -> list[str]:
        found = Judge(spec)
        found(request, 200, answer)
        return found.wrong

    right = b"amount=1&payment_intent=pi_1&metadata%5Bparley_key%5D=a&reason=requested_by_customer"
    assert judge(Request("POST", "/v1/refunds", {}, keyed, right), refund) == []
    for sent in (headers, {**keyed, "stripe-version": "2020-08-27"}):
        assert judge(Request("POST", "/v1/refunds", {}, sent, right), refund)
    for body in (b"amount=1.5", b"sum=1", b"reason=because"):
        assert judge(Request("POST", "/v1/refunds", {}, keyed, body), refund)
    for answer in ({**refund, "more": 1}, {**refund, "amount": "1"}, {"id": "re_1"}):
        assert judge(Request("POST", "/v1/refunds", {}, keyed, right), answer)
    assert judge(Request("GET", "/v1/refunds", {"payment": "pi_1"}, headers, b""), _page())


def _page() -> dict[str, Any]:
    return {"object": "list", "data": [], "has_more": False, "url": "/v1/refunds"}


@pytest.mark.parametrize("name", ["stripe_fixtures3_2023-09-12.json", "stripe_fixtures3_current.json"])
def test_stripes_own_fixtures_are_read(contracts: Path, name: str) -> None:
    fixtures = json.loads((contracts / "stripe" / name).read_bytes())["resources"]
    effect = _effect_of(fixtures["refund"])
    assert effect.external_id == fixtures["refund"]["id"]
    assert (effect.amount, effect.currency) == (fixtures["refund"]["amount"], "USD")
    assert effect.details["status"] == "succeeded"
    # Every field of our fake's refund is one of theirs.
    fake = FakeStripe()
    fake.add_payment(1, 100)
    body = b"amount=1&payment_intent=pi_1"
    fake._once(Request("POST", "/v1/refunds", {}, {"idempotency-key": "k"}, body))
    assert fake.refunds[0].keys() <= fixtures["refund"].keys()


def test_the_vector_of_stripes_sdk_passes_and_one_changed_byte_is_refused(contracts: Path) -> None:
    vector = next(one for one in load_vectors(contracts) if one.id == "stripe-v1")
    settings = StripeSettings(secret_key="sk_test_x", webhook_secret=vector.inputs["secret"])
    body, now = read_body(vector, contracts), at(vector.inputs["timestamp"])
    # The event of the vector is a stump: it proves genuine and is then refused for what it lacks.
    with pytest.raises(BadSignatureError, match="no event"):
        CONNECTOR.verify(settings, {"Stripe-Signature": vector.expected}, body, now)
    for place in range(0, len(body), 7):
        forged = bytearray(body)
        forged[place] ^= 1
        with pytest.raises(BadSignatureError, match="signature"):
            CONNECTOR.verify(settings, {"Stripe-Signature": vector.expected}, bytes(forged), now)
