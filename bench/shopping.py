"""Orders as a big store has them, made on the way: nothing of them is kept."""

import random
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from parley.commerce.model import (
    Address,
    Kind,
    Pieces,
    StoreFulfilment,
    StoreLine,
    StoreOrder,
    StoreParcel,
    StoreRefund,
)
from parley.commerce.ports import ConnectorManifest, Page

BEGAN = datetime(2023, 1, 1, tzinfo=UTC)
PAGE = 1_000


def make_orders(count: int, *, start: int = 0) -> Iterator[StoreOrder]:
    """Gives orders of one to four lines; most are sent, some refunded."""
    for number in range(start, start + count):
        yield make_order(number)


def make_order(number: int) -> StoreOrder:
    """Gives the order of this number, always the same one."""
    dice = random.Random(number)
    at = BEGAN + timedelta(seconds=number * 60)
    lines = [_line(dice, place) for place in range(dice.choice((1, 1, 2, 2, 3, 4)))]
    subtotal = sum(line.total for line in lines)
    sent, refunded = dice.random() < 0.95, dice.random() < 0.06
    back = lines[0].total if refunded else 0
    buyer = number % 300_000
    return StoreOrder(
        external_id=f"gid://shop/Order/{number}",
        updated_at=at + timedelta(days=2),
        number=f"#{number + 1000}",
        placed_at=at,
        currency="EUR",
        payment="partially_refunded" if refunded else "paid",
        fulfilment="fulfilled" if sent else "unfulfilled",
        subtotal=subtotal,
        discount=0,
        shipping=590,
        tax=subtotal // 6,
        total=subtotal + 590,
        refunded=back,
        email=f"buyer{buyer}@example.com",
        name=f"Buyer {buyer}",
        customer_id=str(buyer),
        language="en",
        address=Address(
            name=f"Buyer {buyer}",
            line1=f"{number % 200} High Street",
            city="Leeds",
            postcode="LS1",
            country="GB",
        ),
        lines=lines,
        fulfilments=[_fulfilment(number, at, lines)] if sent else [],
        refunds=[StoreRefund(external_id=f"r{number}", created_at=at + timedelta(days=9), amount=back)]
        if refunded
        else [],
    )


def _line(dice: random.Random, place: int) -> StoreLine:
    quantity, product = dice.choice((1, 1, 1, 2, 3)), dice.randrange(5_000)
    price = 900 + product % 97 * 100
    return StoreLine(
        external_id=str(place + 1),
        title=f"Product {product}",
        variant_title="M",
        sku=f"SKU-{product}-M",
        product_id=str(product),
        variant_id=f"{product}-M",
        ordered=quantity,
        quantity=quantity,
        unit_price=price,
        total=price * quantity,
    )


def _fulfilment(number: int, at: datetime, lines: list[StoreLine]) -> StoreFulfilment:
    parcel = StoreParcel(
        number=f"1Z{number:014}", carrier="UPS", status="delivered", shipped_at=at + timedelta(days=1),
        delivered_at=at + timedelta(days=2),
    )  # fmt: skip
    pieces = [Pieces(line.external_id, line.quantity) for line in lines]
    return StoreFulfilment(
        external_id=f"f{number}",
        status="success",
        created_at=at + timedelta(days=1),
        pieces=pieces,
        parcels=[parcel],
    )


class NoSettings(msgspec.Struct):
    """There is nothing to set."""


class BigStore:
    """As much of a store's connector as a back-fill needs."""

    manifest = ConnectorManifest(
        slug="demo", kind="store", title="Big", description="Big", settings=NoSettings, kinds=("order",)
    )

    def __init__(self, count: int) -> None:
        self.count = count

    async def pages(
        self,
        _link: Any,
        _settings: Any,
        _kind: Kind,
        *,
        position: dict[str, Any] | None,
        since: datetime | None,
    ) -> AsyncIterator[Page]:
        """Gives the orders, a thousand at a time, from a position."""
        assert since is None
        at = (position or {}).get("at", 0)
        while at < self.count:
            size = min(PAGE, self.count - at)
            items: list[Any] = list(make_orders(size, start=at))
            at += size
            yield Page(items=items, position={"at": at} if at < self.count else None, total=self.count)
