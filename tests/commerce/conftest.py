"""Stores to test with."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from litestar import Litestar

from parley.accounts.slice import ACCOUNTS
from parley.commerce.actions.connections import save_store
from parley.commerce.model import Address, StoreInfo, StoreLine, StoreOrder
from parley.commerce.slice import COMMERCE
from parley.customers.slice import CUSTOMERS
from parley.kit.clock import FixedClock
from parley.kit.ctx import Ctx
from parley.kit.db import Database
from parley.kit.files.store import LocalStore
from parley.kit.ids import uuid7
from parley.kit.runtime import Runtime
from tests.support.app import Shop, build_test_app, build_test_runtime, open_shop

PLACED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


SLICES = (ACCOUNTS, CUSTOMERS, COMMERCE)


@pytest.fixture
def runtime(db: Database, clock: FixedClock, tmp_path: Path) -> Runtime:
    """A runtime with the slices up to commerce."""
    return build_test_runtime(db, clock, SLICES, files=LocalStore(tmp_path))


@pytest.fixture
def app(runtime: Runtime) -> Litestar:
    """The application with these slices."""
    return build_test_app(runtime, SLICES)


@pytest.fixture
async def shop(runtime: Runtime, app: Litestar) -> AsyncIterator[Shop]:
    """A workspace to test in."""
    made = await open_shop(runtime, app)
    yield made
    await made.close()


@pytest.fixture
async def neighbour(runtime: Runtime, app: Litestar) -> AsyncIterator[Shop]:
    """Another workspace of the same installation."""
    made = await open_shop(runtime, app, "Neighbour")
    yield made
    await made.close()


def make_order(number: int = 1, **changes: Any) -> StoreOrder:
    """Gives an order of two shirts for 60.00 and 5.00 shipping."""
    order = StoreOrder(
        external_id=f"ext-{number}",
        updated_at=PLACED,
        number=f"#{1000 + number}",
        placed_at=PLACED,
        currency="EUR",
        payment="paid",
        fulfilment="unfulfilled",
        subtotal=6000,
        discount=0,
        shipping=500,
        tax=1083,
        total=6500,
        email="zoe@example.com",
        name="Zoë Pike",
        address=Address(name="Zoë Pike", line1="1 High St", city="Leeds", postcode="LS1 1AA", country="GB"),
        lines=[
            StoreLine(
                external_id="l1",
                title="Shirt",
                variant_title="M",
                sku="SH-M",
                variant_id="v1",
                ordered=2,
                quantity=2,
                unit_price=3000,
                total=6000,
            )
        ],
    )
    return msgspec.structs.replace(order, **changes)


@pytest.fixture
async def store_id(shop: Shop) -> UUID:
    """Gives a store that is kept by no connector's hand."""
    made = uuid7()
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        await insert_connection(ctx, made)
    return made


async def insert_connection(ctx: Ctx, store_id: UUID) -> None:
    """Writes the rows of a store."""
    await ctx.tx.execute(
        """INSERT INTO connections (workspace_id, id, plugin, kind, name, created_at)
           VALUES ($1, $2, 'demo', 'store', 'Store', $3)""",
        ctx.workspace_id,
        store_id,
        ctx.now,
    )
    await save_store(ctx, store_id, "Store", StoreInfo(name="Store", domain="s.example", currency="EUR"))
