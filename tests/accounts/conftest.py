"""A shop, and a second one next door that must never notice anything."""

from collections.abc import AsyncIterator

import pytest
from argon2 import PasswordHasher
from litestar import Litestar

from parley.accounts import passwords
from parley.accounts.slice import ACCOUNTS
from parley.kit.clock import FixedClock
from parley.kit.db import Database
from parley.kit.outbound import OutboundClient
from parley.kit.runtime import Runtime
from tests.support.app import Shop, build_test_app, build_test_runtime, open_shop
from tests.support.receiver import Receiver, receiving


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes hashing cheap; the strength of argon2 is not what is tested here."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._decoy.cache_clear()


@pytest.fixture
def runtime(db: Database, clock: FixedClock) -> Runtime:
    """A runtime with the accounts slice."""
    return build_test_runtime(db, clock, (ACCOUNTS,))


@pytest.fixture
def app(runtime: Runtime) -> Litestar:
    """The application with the accounts slice."""
    return build_test_app(runtime, (ACCOUNTS,))


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
async def receiver() -> AsyncIterator[Receiver]:
    """Somebody's server."""
    async with receiving() as running:
        yield running


@pytest.fixture
async def hooked(db: Database, clock: FixedClock) -> AsyncIterator[Shop]:
    """A workspace that may call this machine."""
    http = OutboundClient(allow=("127.0.0.1",), clock=clock)
    runtime = build_test_runtime(db, clock, (ACCOUNTS,), http=http)
    made = await open_shop(runtime, build_test_app(runtime, (ACCOUNTS,)))
    yield made
    await made.close()
    await http.close()
