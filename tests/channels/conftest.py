"""A shop with channels."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from litestar import Litestar

from parley.app.slices import SLICES
from parley.kit.clock import FixedClock
from parley.kit.db import Database
from parley.kit.files.store import LocalStore
from parley.kit.runtime import Runtime
from tests.support.app import Shop, build_test_app, build_test_runtime, open_shop
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


@pytest.fixture
async def neighbour(runtime: Runtime, app: Litestar) -> AsyncIterator[Shop]:
    """Another workspace of the same installation."""
    made = await open_shop(runtime, app, "Neighbour")
    yield made
    await made.close()


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[int, Mailbox]]:
    """A real SMTP server that keeps what it is given: its port and its mailbox."""
    with mail_server() as (url, mailbox):
        yield urlsplit(url).port or 0, mailbox


@pytest.fixture
async def room(shop: Shop, post: tuple[int, Mailbox]) -> Mailroom:
    """The shop's mail, with one e-mail channel."""
    made = Mailroom(shop.runtime, shop.workspace_id, post[0])
    post[1].mails.clear()
    await made.add_channel()
    return made


@pytest.fixture
def outbox(post: tuple[int, Mailbox]) -> Mailbox:
    """What has left."""
    return post[1]
