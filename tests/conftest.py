"""One real PostgreSQL for the whole run, migrated once into a template; each test works in a rolled-back transaction."""

import asyncio
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from parley.app.migrate import migrate
from parley.kit.clock import FixedClock
from parley.kit.db import Database, Transaction, prepare_connection, run_hooks
from parley.kit.postgres import EmbeddedPostgres
from parley.kit.schema import EVERY_WORKSPACE, SCOPE_SETTING

# Their assertions are told in full, like those of tests.
pytest.register_assert_rewrite("tests.support.channel_contract")
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """Starts the embedded server once."""
    with tempfile.TemporaryDirectory(prefix="parley-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = EmbeddedPostgres(Path(folder) / "data", settings=FAST)
        server.start()
        try:
            asyncio.run(migrate(server.dsn))
            yield server
        finally:
            server.stop()


class OneConnection(Database):
    """A database whose every transaction is a savepoint of one connection that is rolled back at the end."""

    sees_own_writes = True

    def __init__(self, connection: Any, dsn: str) -> None:
        self._connection = connection
        self._lock = asyncio.Lock()
        self._owner: asyncio.Task[Any] | None = None
        self.dsn = dsn
        self.epoch = 1
        self.statements: list[str] = []

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        async with self._lock:
            yield self._connection

    @asynccontextmanager
    async def transaction(
        self, workspace_id: UUID | None, *, keyed: bool = False
    ) -> AsyncIterator[Transaction]:
        assert self._owner is not asyncio.current_task(), (
            "a transaction inside a transaction would deadlock in production"
        )
        scope = EVERY_WORKSPACE if workspace_id is None else str(workspace_id)
        async with self._lock:
            self._owner = asyncio.current_task()
            try:
                await self._connection.execute(f"SAVEPOINT request; SET LOCAL {SCOPE_SETTING} = '{scope}'")
                transaction = Transaction(CountingConnection(self._connection, self.statements), scope)  # type: ignore[arg-type]
                try:
                    yield transaction
                except BaseException:
                    await self._connection.execute("ROLLBACK TO SAVEPOINT request")
                    raise
                await self._connection.execute("RELEASE SAVEPOINT request")
            finally:
                self._owner = None
        await run_hooks(transaction.after_commit)

    async def close(self) -> None:
        """Is left to the fixture."""


class CountingConnection:
    """Hands everything on and notes each statement, so that tests can count them."""

    def __init__(self, inner: Any, statements: list[str]) -> None:
        self._inner = inner
        self._statements = statements

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name not in ("fetch", "fetchrow", "fetchval", "execute", "executemany"):
            return found

        async def run(sql: str, *args: Any, **options: Any) -> Any:
            self._statements.append(sql)
            return await found(sql, *args, **options)

        return run


@pytest.fixture
async def db(postgres: EmbeddedPostgres) -> AsyncIterator[OneConnection]:
    """A database inside one transaction that is rolled back when the test ends."""
    connection = await asyncpg.connect(postgres.dsn)
    await prepare_connection(connection)
    await connection.execute("BEGIN")
    made = OneConnection(connection, postgres.dsn)
    try:
        yield made
    finally:
        # Somebody in the background, such as the hub's tail, may be inside still; what comes after finds it closed.
        async with asyncio.timeout(30), made.connection():
            await connection.execute("ROLLBACK")
            await connection.close()


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at a Wednesday morning."""
    return FixedClock(NOW)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closes the way out: tests talk to this machine only."""
    if os.environ.get("PARLEY_TEST_NETWORK"):
        return
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])
            if not (host.startswith("127.") or host in ("::1", "localhost")):
                raise OSError(f"tests do not reach the network: {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
