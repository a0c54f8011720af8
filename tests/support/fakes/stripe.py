"""A fake Stripe on this machine: payments, refunds with idempotency keys, and signed events.

It knows only what `parley.commerce.connectors.stripe` asks; tests/contracts/test_stripe.py holds its answers against
the official description. Switches: `faults`, `refuse` (an error of the bank), `refund_status`.
"""

import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from tests.support.fakes.serving import Answer, Faults, Request, build_app, serving

SECRET_KEY = "sk_test_good"
WEBHOOK_SECRET = "whsec_test"
NOW = 1_795_348_800
Node = dict[str, Any]
Observer = Callable[[Request, int, Node], None]


class FakeStripe:
    """The server's inside; `payments` by id (payment intents and charges), `refunds` the newest first."""

    def __init__(self) -> None:
        self.payments: dict[str, Node] = {}
        self.refunds: list[Node] = []
        self.faults = Faults()
        self.refuse: Node | None = None
        self.refund_status = "succeeded"
        self.busy = False
        self.observers: list[Observer] = []
        self.asked: list[tuple[str, str]] = []
        self.url = ""
        self._kept: dict[str, tuple[bytes, Answer]] = {}
        self.app = build_app(self.handle, self.faults, _label, self._throttled)

    def add_payment(self, number: int, amount: int, currency: str = "eur") -> str:
        """Puts a payment in and gives the id of its intent; its charge is `ch_<number>`."""
        charge: Node = {
            "id": f"ch_{number}", "object": "charge", "amount": amount, "amount_captured": amount,
            "amount_refunded": 0, "currency": currency, "created": NOW, "livemode": False, "metadata": {},
            "paid": True, "captured": True, "refunded": False, "disputed": False, "status": "succeeded",
            "payment_intent": f"pi_{number}", "balance_transaction": None,
            "billing_details": {"address": None, "email": None, "name": None, "phone": None},
        }  # fmt: skip
        intent: Node = {
            "id": f"pi_{number}", "object": "payment_intent", "amount": amount, "amount_received": amount,
            "currency": currency, "created": NOW, "livemode": False, "metadata": {}, "status": "succeeded",
            "latest_charge": charge["id"], "capture_method": "automatic", "confirmation_method": "automatic",
            "payment_method_types": ["card"],
        }  # fmt: skip
        self.payments |= {charge["id"]: charge, intent["id"]: intent}
        return str(intent["id"])

    async def handle(self, request: Request) -> Answer:
        """Answers one request."""
        answer = self._answer(request)
        for observer in self.observers:
            observer(request, answer.status, msgspec.json.decode(answer.body))
        return answer

    def _answer(self, request: Request) -> Answer:
        self.asked.append((request.method, request.path))
        if request.headers.get("authorization") != f"Bearer {SECRET_KEY}":
            return _error(401, "invalid_request_error", "Invalid API Key provided: sk_test_****")
        if request.method == "POST" and request.path == "/v1/refunds":
            return self._once(request)
        folder, _, known = request.path.removeprefix("/v1/").partition("/")
        if folder == "refunds" and not known:
            return self._list_refunds(request.query)
        if folder in {"payment_intents", "charges"} and known:
            return _json(self.payments[known]) if known in self.payments else _missing(known)
        if folder == "payment_intents":
            intents = [one for one in self.payments.values() if one["object"] == "payment_intent"]
            return _page(intents, request)
        return _error(404, "invalid_request_error", f"Unrecognized request URL ({request.path}).")

    def _once(self, request: Request) -> Answer:
        """The answer to a key is kept, whatever it was; the same key with another body is an error."""
        key = request.headers.get("idempotency-key", "")
        if self.busy:
            return _error(409, "idempotency_error", "There is another request", code="idempotency_key_in_use")
        if key in self._kept:
            body, answer = self._kept[key]
            if body != request.body:
                message = "Keys for idempotent requests can only be used with the same parameters"
                return _error(400, "idempotency_error", message)
            return answer
        answer = self._refund(dict(parse_qsl(request.body.decode())))
        if key:
            self._kept[key] = (request.body, answer)
        return answer

    def forget_keys(self) -> None:
        """Lets a day pass, after which Stripe knows the keys no more."""
        self._kept.clear()

    def _refund(self, form: dict[str, str]) -> Answer:
        if self.refuse is not None:
            return _error(**self.refuse)
        known = form.get("payment_intent") or form.get("charge") or ""
        if known not in self.payments:
            return _missing(known)
        charge = self.payments[self.payments[known].get("latest_charge", known)]
        amount = int(form["amount"])
        left = charge["amount"] - charge["amount_refunded"]
        if left == 0:
            message = f"Charge {charge['id']} has already been refunded."
            return _error(400, "invalid_request_error", message, code="charge_already_refunded")
        if amount > left:
            message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
            return _error(400, "invalid_request_error", message)
        refund: Node = {
            "id": f"re_{len(self.refunds) + 1}", "object": "refund", "amount": amount, "created": NOW,
            "currency": charge["currency"], "charge": charge["id"], "payment_intent": charge["payment_intent"],
            "metadata": {"parley_key": form["metadata[parley_key]"]} if "metadata[parley_key]" in form else {},
            "reason": form.get("reason"), "status": self.refund_status, "balance_transaction": None,
            "receipt_number": None, "source_transfer_reversal": None, "transfer_reversal": None,
        }  # fmt: skip
        if self.refund_status == "failed":
            refund["failure_reason"] = "expired_or_canceled_card"
        else:
            charge["amount_refunded"] += amount
        self.refunds.insert(0, refund)
        return _json(refund)

    def _list_refunds(self, query: dict[str, str]) -> Answer:
        for name in ("payment_intent", "charge"):
            if name in query and query[name] not in self.payments:
                return _missing(query[name])
        wanted = {name: query[name] for name in ("payment_intent", "charge") if name in query}
        found = [one for one in self.refunds if all(one[name] == value for name, value in wanted.items())]
        return _page(found, query)

    async def _throttled(self, _request: Request) -> Answer:
        return _error(
            429, "invalid_request_error", "Too many requests hit the API too quickly.", code="rate_limit"
        )

    def sign(
        self, topic: str, subject: Node, now: int = NOW, known: str = "evt_1"
    ) -> tuple[dict[str, str], bytes]:
        """An event as Stripe posts it: headers and body."""
        event = {
            "id": known, "object": "event", "api_version": "2023-08-16", "created": NOW, "type": topic,
            "livemode": False, "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None},
            "data": {"object": subject},
        }  # fmt: skip
        body = msgspec.json.encode(event)
        digest = hmac.digest(WEBHOOK_SECRET.encode(), f"{now}.".encode() + body, "sha256").hex()
        return {"Stripe-Signature": f"t={now},v1={digest}"}, body


def _label(request: Request) -> str:
    return f"{request.method} {request.path.removeprefix('/v1/')}"


def _page(nodes: list[Node], query: Request | dict[str, str]) -> Answer:
    asked = query.query if isinstance(query, Request) else query
    ids = [one["id"] for one in nodes]
    start = ids.index(asked["starting_after"]) + 1 if "starting_after" in asked else 0
    some = nodes[start : start + int(asked.get("limit", "10"))]
    more = start + len(some) < len(nodes)
    url = "/v1/refunds" if not isinstance(query, Request) else query.path
    return _json({"object": "list", "data": some, "has_more": more, "url": url})


def _missing(known: str) -> Answer:
    return _error(404, "invalid_request_error", f"No such payment: '{known}'", code="resource_missing")


def _json(body: Node, status: int = 200) -> Answer:
    return Answer(status, msgspec.json.encode(body), {"content-type": "application/json"})


def _error(status: int, kind: str, message: str, code: str | None = None) -> Answer:
    said = {"type": kind, "message": message, **({"code": code} if code else {})}
    return _json({"error": said}, status)


@asynccontextmanager
async def stripe() -> AsyncIterator[FakeStripe]:
    """Runs a fake Stripe."""
    fake = FakeStripe()
    async with serving(fake.app) as url:
        fake.url = url
        yield fake
