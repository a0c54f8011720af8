"""A shop with an inbox, an assistant that understands and everything that decides."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from litestar import Litestar

from parley.accounts.slice import ACCOUNTS
from parley.assistant.slice import ASSISTANT
from parley.automation.slice import AUTOMATION
from parley.commerce.slice import COMMERCE
from parley.conversations.slice import CONVERSATIONS
from parley.customers.slice import CUSTOMERS
from parley.kit.clock import FixedClock
from parley.kit.db import Database
from parley.kit.files.links import FileLinks
from parley.kit.files.store import LocalStore
from parley.kit.log.readers import ReaderLoop
from parley.kit.runtime import Runtime
from tests.support.app import Shop, build_test_app, build_test_runtime, open_shop
from tests.support.inbox import AnyChannel, Inbox

SLICES = (ACCOUNTS, CUSTOMERS, COMMERCE, CONVERSATIONS, AUTOMATION, ASSISTANT)
Settle = Callable[[], Awaitable[None]]


@pytest.fixture
def runtime(db: Database, clock: FixedClock, tmp_path: Path) -> Runtime:
    """A runtime with the slices up to the assistant."""
    made = build_test_runtime(db, clock, SLICES, files=LocalStore(tmp_path))
    made.parts["channel_port"] = AnyChannel()
    made.parts["file_links"] = FileLinks(b"key of the tests")
    return made


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


@pytest.fixture
def inbox(shop: Shop) -> Inbox:
    """The inbox of the shop."""
    return Inbox(shop.runtime, shop.workspace_id)


@pytest.fixture
def settle(runtime: Runtime) -> Settle:
    """Lets the readers read all there is, with all that follows from it."""
    return ReaderLoop(runtime).drain
