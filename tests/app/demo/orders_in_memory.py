"""A repository of demo orders for tests: a list."""

from collections.abc import Iterable

import msgspec

from parley.app.demo.orders import DemoOrder


class OrdersInMemory:
    """Keeps orders in a list; numbers go on after the highest."""

    def __init__(self, orders: Iterable[DemoOrder] = ()) -> None:
        self.orders = list(orders)

    async def add(self, order: DemoOrder) -> DemoOrder:
        """Store an order under the next number."""
        highest = max((int(known.number.removeprefix("AP-")) for known in self.orders), default=1041)
        stored = msgspec.structs.replace(order, number=f"AP-{highest + 1}")
        self.orders.append(stored)
        return stored

    async def get(self, number: str, email: str) -> DemoOrder | None:
        """The order with this number and address."""
        return next((order for order in await self.list_for(email) if order.number == number), None)

    async def list_for(self, email: str) -> list[DemoOrder]:
        """An address's orders, newest first."""
        mine = [order for order in self.orders if order.email.casefold() == email.casefold()]
        return sorted(mine, key=lambda order: order.placed_at, reverse=True)
