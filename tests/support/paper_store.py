"""A store on paper: the smallest vendor there is, with the faults that real ones have, for the engine's own tests."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from parley.commerce.intents import (
    ORDER_ACTS,
    STORE_ACTS,
    SUBSCRIPTION_ACTS,
    AnyIntent,
    CancelOrder,
    ChangeAddress,
    RefundOrder,
    act_of,
)
from parley.commerce.model import AnySnapshot, Kind, StoreInfo, StoreOrder, StoreRefund, StoreSubscription
from parley.commerce.ports import (
    Change,
    ConnectorManifest,
    Delivery,
    Effect,
    Link,
    Page,
    Quote,
    Step,
    VendorStep,
)
from parley.kit.failures import Refused, Retry

FAULTS = ("none", "before", "after", "refuse", "killed before", "killed after")


class Killed(BaseException):
    """The process died here."""


class PaperSettings(msgspec.Struct):
    """There is nothing to set."""


class PaperStore:
    """Keeps orders in memory. `faults` are used up one per call with an effect; `knows` says whether it takes keys."""

    manifest = ConnectorManifest(
        slug="demo",
        kind="store",
        title="Paper",
        description="A store for tests.",
        settings=PaperSettings,
        acts=frozenset({*ORDER_ACTS, *STORE_ACTS, *SUBSCRIPTION_ACTS}),
        kinds=("order",),
    )

    def __init__(self) -> None:
        self.orders: dict[str, StoreOrder] = {}
        self.effects: dict[str, Effect] = {}
        self.calls = 0
        self.faults: list[str] = []
        self.blind = False

    async def describe(self, _link: Link, _settings: Any) -> StoreInfo:
        """Gives the store."""
        return StoreInfo(name="Paper", domain="paper.example", currency="EUR")

    async def test(self, _link: Link, _settings: Any) -> AsyncIterator[Step]:
        """All is well."""
        yield Step("connect", True, "It is paper.")

    async def subscribe(self, _link: Link, _settings: Any) -> list[str]:
        """Nothing to subscribe to."""
        return []

    async def unsubscribe(self, _link: Link, _settings: Any) -> None:
        """Nothing to end."""

    def verify(self, _s: Any, headers: Mapping[str, str], _body: bytes, _now: datetime) -> Delivery | None:
        """Believes everybody."""
        return Delivery(key=headers["x-id"], topic="order")

    def read(self, _settings: Any, _delivery: Delivery, body: bytes) -> list[Change]:
        """The body is an order's id."""
        return [Change(kind="order", external_id=body.decode())]

    def answer(self, _s: Any, _headers: Mapping[str, str], _body: bytes) -> None:
        """Asks for no answer of its own."""

    async def pages(
        self, _link: Link, _s: Any, _kind: Kind, *, position: dict[str, Any] | None, since: datetime | None
    ) -> AsyncIterator[Page]:
        """Gives two orders a page."""
        start = (position or {}).get("at", 0)
        found = sorted(self.orders.values(), key=lambda order: order.external_id)
        while start < len(found) or start == 0:
            more = start + 2 < len(found)
            items: list[AnySnapshot] = list(found[start : start + 2])
            yield Page(items=items, position={"at": start + 2} if more else None, total=len(found))
            start += 2

    async def fetch(self, _link: Link, _s: Any, _kind: Kind, external_id: str) -> AnySnapshot | None:
        """Gives an order."""
        return self.orders.get(external_id)

    async def quote(self, _link: Link, _s: Any, _intent: AnyIntent, _target: Any) -> Quote | None:
        """Has no word of its own."""
        return None

    def steps(
        self, _s: Any, intent: AnyIntent, target: StoreOrder | StoreSubscription | None
    ) -> list[VendorStep]:
        """One step an act; a cancellation with money is two, the first of which can be taken back."""
        args = {"order": target.external_id if target else "", "intent": msgspec.to_builtins(intent)}
        if isinstance(intent, CancelOrder):
            hold = VendorStep(name="hold", args=args, undo=VendorStep(name="unhold", args=args))
            return [hold, VendorStep(name="cancel", args=args)]
        return [VendorStep(name=act_of(intent), args=args)]

    async def perform(self, _link: Link, _s: Any, step: VendorStep, key: str) -> Effect:
        """Carries a step out with the next fault; a key it has seen brings nothing about a second time."""
        fault = self.faults.pop(0) if self.faults else "none"
        self.calls += 1
        if fault == "killed before":
            raise Killed
        if fault == "before":
            raise Retry(None, "busy")
        if fault == "refuse":
            raise Refused("the store says no")
        if key in self.effects:
            raise AssertionError(f"{key} was carried out twice")
        effect = self._apply(step, key)
        self.effects[key] = effect
        if fault == "killed after":
            raise Killed
        if fault == "after":
            raise Retry(None, "no answer came", uncertain=True)
        return effect

    async def find_effect(self, _link: Link, _s: Any, _step: VendorStep, key: str) -> Effect | None:
        """Looks a key up; a blind store cannot."""
        if self.blind:
            raise Refused("the store gives no way to know")
        return self.effects.get(key)

    def _apply(self, step: VendorStep, key: str) -> Effect:
        order = self.orders.get(step.args["order"])
        intent = step.args["intent"]
        if step.name == "refund" and order is not None:
            wanted = msgspec.convert(intent, RefundOrder)
            if wanted.amount > order.total - order.refunded:
                raise Refused("more than was paid")
            refund = StoreRefund(external_id=key, created_at=order.placed_at, amount=wanted.amount, key=key)
            self.orders[order.external_id] = msgspec.structs.replace(
                order, refunded=order.refunded + wanted.amount, refunds=[*order.refunds, refund]
            )
            return Effect(external_id=key, amount=wanted.amount, currency=order.currency)
        if step.name == "address" and order is not None:
            address = msgspec.convert(intent, ChangeAddress).address
            self.orders[order.external_id] = msgspec.structs.replace(order, address=address)
        if step.name == "cancel" and order is not None:
            self.orders[order.external_id] = msgspec.structs.replace(order, cancelled_at=order.placed_at)
        return Effect(external_id=key)
