"""A shop with a store, an e-mail channel and a clock that can be moved."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from litestar import Litestar

from parley.app.slices import SLICES
from parley.commerce.actions.mirror_orders import mirror_orders
from parley.commerce.mirroring import Reading
from parley.commerce.model import StoreOrder
from parley.kit.clock import FixedClock
from parley.kit.db import Database
from parley.kit.decisions.executor import save_config
from parley.kit.files.store import LocalStore
from parley.kit.ids import uuid7
from parley.kit.log.readers import ReaderLoop
from parley.kit.runtime import Runtime
from parley.outreach.deciders.order_messages import ORDER_MESSAGES
from parley.outreach.looking import LOOK, SEED, look_for_due_checks
from parley.outreach.telling import TELL, look_for_due_messages
from tests.commerce.conftest import insert_connection
from tests.support.app import Shop, build_test_app, build_test_runtime, open_shop
from tests.support.jobs import run_jobs
from tests.support.mailroom import Mailroom
from tests.support.smtp import Mailbox, mail_server


@pytest.fixture
def runtime(db: Database, clock: FixedClock, tmp_path: Path) -> Runtime:
    """A runtime with all slices."""
    return build_test_runtime(db, clock, SLICES, files=LocalStore(tmp_path / "files"), data=tmp_path)


@pytest.fixture
def app(runtime: Runtime) -> Litestar:
    """The application with all slices."""
    return build_test_app(runtime, SLICES)


@pytest.fixture
async def shop(runtime: Runtime, app: Litestar) -> AsyncIterator[Shop]:
    """A workspace to test in."""
    made = await open_shop(runtime, app)
    yield made
    await made.close()


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[int, Mailbox]]:
    """A real SMTP server that keeps what it is given: its port and its mailbox."""
    with mail_server() as (url, mailbox):
        yield urlsplit(url).port or 0, mailbox


class Outlook:
    """A store whose orders are mirrored as a webhook brings them, and what becomes of them."""

    def __init__(self, room: Mailroom, store_id: UUID, outbox: Mailbox) -> None:
        self.room = room
        self.runtime = room.runtime
        self.workspace_id = room.workspace_id
        self.store_id = store_id
        self.outbox = outbox

    async def set(self, **values: Any) -> None:
        """Sets values of the decider."""
        async with self.room.ctx() as ctx:
            await save_config(ctx, ORDER_MESSAGES, enabled=True, values=values)

    async def mirror(self, *orders: StoreOrder, quiet: bool = False) -> list[UUID]:
        """Takes orders in as a webhook (or, quietly, a back-fill) brings them; gives their ids."""
        async with self.room.ctx() as ctx:
            reading = Reading(store_id=self.store_id, read_at=ctx.now, quiet=quiet)
            done = await mirror_orders(ctx, orders, reading)
        return [one.order_id for one in done if one.order_id is not None]

    async def read(self) -> None:
        """Lets the readers catch up."""
        await ReaderLoop(self.runtime).drain()

    async def work(self) -> None:
        """Lets everything happen that is due now: readers, radar, messages, mails."""
        await self.read()
        await run_jobs(self.runtime, SEED)
        await look_for_due_checks(self.runtime)
        await run_jobs(self.runtime, LOOK)
        await self.read()
        await look_for_due_messages(self.runtime)
        await run_jobs(self.runtime, TELL)
        await self.room.deliver()
        await self.read()

    async def messages(self) -> list[dict[str, Any]]:
        """Gives the rows of the order messages."""
        return await self.room.rows("SELECT * FROM order_messages WHERE workspace_id = $1 ORDER BY id")

    async def checks(self) -> list[dict[str, Any]]:
        """Gives the rows of the radar."""
        return await self.room.rows(
            "SELECT * FROM radar_checks WHERE workspace_id = $1 ORDER BY order_id, kind, subject"
        )


@pytest.fixture
async def outlook(shop: Shop, post: tuple[int, Mailbox]) -> Outlook:
    """A store and a mail channel of the shop, connected well before the clock's time."""
    room = Mailroom(shop.runtime, shop.workspace_id, post[0])
    post[1].mails.clear()
    await room.add_channel()
    store_id = uuid7()
    async with room.ctx() as ctx:
        await insert_connection(ctx, store_id)
        await ctx.tx.execute(
            "UPDATE stores SET created_at = $3, time_zone = 'Europe/London', country = 'GB'"
            " WHERE workspace_id = $1 AND id = $2",
            ctx.workspace_id, store_id, ctx.now.replace(year=2026, month=1, day=1),
        )  # fmt: skip
    return Outlook(room, store_id, post[1])
