"""Where the demo store keeps its orders: a table of the demo workspace."""

from uuid import UUID

import msgspec

from parley.app.demo.orders import DemoOrder
from parley.kit.db import Database, Transaction

FIRST_FREE = 2001


async def insert_order(tx: Transaction, workspace_id: UUID, order: DemoOrder) -> DemoOrder:
    """Stores an order under the next free number, or under the number it already has; gives it with the number."""
    serial = _serial(order.number)
    if serial is None:
        await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 3))", str(workspace_id))
        serial = await tx.fetchval(
            "SELECT greatest(max(serial) + 1, $2) FROM demo_orders WHERE workspace_id = $1",
            workspace_id,
            FIRST_FREE,
        )
        order = msgspec.structs.replace(order, number=f"AP-{serial}")
    await tx.execute(
        """INSERT INTO demo_orders (workspace_id, number, serial, email_key, data, placed_at)
           VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING""",
        workspace_id,
        order.number,
        serial,
        order.email.lower(),
        order,
        order.placed_at,
    )
    return order


class TableOrders:
    """Implements `DemoOrders` on the table `demo_orders`."""

    def __init__(self, db: Database, workspace_id: UUID) -> None:
        self._db = db
        self._workspace_id = workspace_id

    async def add(self, order: DemoOrder) -> DemoOrder:
        """Stores an order under the next free number, or under the number it already has."""
        async with self._db.transaction(self._workspace_id) as tx:
            return await insert_order(tx, self._workspace_id, order)

    async def get(self, number: str, email: str) -> DemoOrder | None:
        """Gives an order if it belongs to this address."""
        async with self._db.transaction(self._workspace_id) as tx:
            found = await tx.fetchval(
                "SELECT data FROM demo_orders WHERE workspace_id = $1 AND number = $2 AND email_key = $3",
                self._workspace_id,
                number,
                email.lower(),
            )
        return msgspec.convert(found, DemoOrder) if found else None

    async def list_for(self, email: str) -> list[DemoOrder]:
        """Gives the orders of an address, newest first."""
        async with self._db.transaction(self._workspace_id) as tx:
            rows = await tx.fetch(
                """SELECT data FROM demo_orders WHERE workspace_id = $1 AND email_key = $2
                   ORDER BY placed_at DESC LIMIT 100""",
                self._workspace_id,
                email.lower(),
            )
        return [msgspec.convert(row["data"], DemoOrder) for row in rows]


def _serial(number: str) -> int | None:
    tail = number.rpartition("-")[2]
    return int(tail) if tail.isascii() and tail.isdigit() else None
