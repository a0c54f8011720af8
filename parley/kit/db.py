"""The database: one pool, one transaction per request, the workspace's scope set in the same round trip as BEGIN.

Row security compares `workspace_id` with the setting `parley.workspace`; a transaction without a scope sees no row at all.
"""

import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec
import structlog

from parley.kit.schema import EVERY_WORKSPACE, SCOPE_SETTING

log = structlog.get_logger("db")
Connection = asyncpg.Connection
Row = TypeVar("Row", bound=msgspec.Struct)
Hook = Callable[[], Awaitable[None] | None]


# The server is away or going away; nothing is wrong with what was asked.
AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
)
# Two transactions met, and this one gave way: the same once more may well succeed.
CLASH = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
# What loops that must not end expect of a database.
TROUBLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class NotCommittedError(Exception):
    """Raised at the end of a transaction in which somebody went on after a statement had failed."""


class Transaction:
    """One open transaction: the connection, its scope, and what is to happen after the commit."""

    __slots__ = ("after_commit", "connection", "keyed", "scope")

    def __init__(self, connection: Connection, scope: str, *, keyed: bool = False) -> None:
        self.connection = connection
        self.scope = scope
        self.keyed = keyed
        self.after_commit: list[Hook] = []

    async def fetch(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """Runs one statement and gives all rows."""
        return await self.connection.fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: Any) -> asyncpg.Record | None:
        """Runs one statement and gives the first row or None."""
        return await self.connection.fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: Any) -> Any:
        """Runs one statement and gives the first column of the first row or None."""
        return await self.connection.fetchval(sql, *args)

    async def execute(self, sql: str, *args: Any) -> str:
        """Runs one statement and gives its command tag."""
        return await self.connection.execute(sql, *args)

    async def rescope(self, workspace_id: UUID | None) -> None:
        """Moves the transaction to another workspace; for readers whose batch spans workspaces.

        What was promised by `keyed` ends with the first scope: others write the statements that follow.
        """
        scope = EVERY_WORKSPACE if workspace_id is None else str(workspace_id)
        if scope != self.scope:
            plans = "; SET LOCAL plan_cache_mode = auto" if self.keyed else ""
            await self.connection.execute(f"SET LOCAL {SCOPE_SETTING} = '{scope}'{plans}")
            self.scope, self.keyed = scope, False

    @asynccontextmanager
    async def savepoint(self, name: str = "inner_block") -> AsyncIterator[None]:
        """Undoes the statements of the block alone when it raises; hooks added inside are dropped too."""
        hooks = len(self.after_commit)
        await self.connection.execute(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException:
            del self.after_commit[hooks:]
            await self.connection.execute(f"ROLLBACK TO SAVEPOINT {name}")
            raise
        finally:
            await self.connection.execute(f"RELEASE SAVEPOINT {name}")


async def _no_reset(connection: asyncpg.Connection) -> None:
    """Leaves the session as it is: nothing here changes session state (measured: a reset costs 70 µs a request)."""


async def prepare_connection(connection: asyncpg.Connection) -> None:
    """Teaches a connection jsonb (msgspec both ways) and xid8 (as int)."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + msgspec.json.encode(value),
        decoder=lambda data: msgspec.json.decode(bytes(data)[1:]),
    )
    await connection.set_type_codec("xid8", schema="pg_catalog", format="text", encoder=str, decoder=int)


class Database:
    """The pool of connections; every access is a scoped transaction."""

    sees_own_writes = False

    def __init__(self, pool: asyncpg.Pool, dsn: str) -> None:
        self._pool = pool
        self.dsn = dsn
        self.epoch = 1

    @classmethod
    async def open(cls, dsn: str, *, min_size: int = 1, max_size: int = 10) -> "Database":
        """Opens the pool and reads the log's current epoch; raises OSError or PostgresError when there is no server."""
        pool = await asyncpg.create_pool(
            dsn,
            min_size=min_size,
            max_size=max_size,
            init=prepare_connection,
            reset=_no_reset,
            server_settings={"application_name": "parley", "jit": "off"},
        )
        database = cls(pool, dsn)
        await database.load_epoch()
        return database

    async def load_epoch(self) -> None:
        """Reads the current epoch of the log (see `kit.log`)."""
        async with self._pool.acquire() as connection:
            if await connection.fetchval("SELECT to_regclass('log_epochs') IS NOT NULL"):
                self.epoch = await connection.fetchval("SELECT coalesce(max(epoch), 1) FROM log_epochs")

    async def close(self) -> None:
        """Closes the pool, waiting at most five seconds for statements under way."""
        import asyncio

        try:
            await asyncio.wait_for(self._pool.close(), 5)
        except TimeoutError:
            self._pool.terminate()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Lends a connection without transaction or scope, for LISTEN, COPY and maintenance."""
        async with self._pool.acquire() as connection:
            yield connection  # type: ignore[misc]

    @asynccontextmanager
    async def transaction(
        self, workspace_id: UUID | None, *, keyed: bool = False
    ) -> AsyncIterator[Transaction]:
        """Opens a transaction in the scope of one workspace, or of all of them when None is given.

        Commits when the block ends and rolls back when it raises; hooks run after the commit. Raises OSError
        or an error of asyncpg when the server goes away, also when nobody can know whether it has committed.
        `keyed` promises statements that find their rows by key, whatever the values: PostgreSQL then plans each
        of them once, where it would often do so every time, which costs more than the reading.
        """
        scope = EVERY_WORKSPACE if workspace_id is None else str(workspace_id)
        plans = "; SET LOCAL plan_cache_mode = force_generic_plan" if keyed else ""
        try:
            async with self._pool.acquire() as connection:
                transaction = Transaction(connection, scope, keyed=keyed)  # type: ignore[arg-type]
                try:
                    # Inside, because a cancelled BEGIN may have begun.
                    await connection.execute(f"BEGIN; SET LOCAL {SCOPE_SETTING} = '{scope}'{plans}")
                    yield transaction
                except BaseException:
                    await roll_back(connection)
                    raise
                await commit(connection)
        except asyncpg.InternalClientError as failure:
            # The server's last words arrived between two statements; asyncpg tells that in its own way.
            raise ConnectionError("The connection to the database broke.") from failure
        await run_hooks(transaction.after_commit)


async def commit(connection: Any) -> None:
    """Commits; raises when that did not happen. A connection on which it fails is thrown away."""
    try:
        done = await connection.execute("COMMIT")
    except BaseException:
        throw_away(connection)
        raise
    if done != "COMMIT":
        raise NotCommittedError("A statement had failed, so nothing was committed.")


async def roll_back(connection: Any) -> None:
    """Undoes the transaction; a connection on which that fails is thrown away, never given to the next request."""
    try:
        if not connection.is_closed():
            await connection.execute("ROLLBACK")
    except BaseException as failure:
        throw_away(connection)
        if not isinstance(failure, Exception):
            raise


def throw_away(connection: Any) -> None:
    """Ends a connection at once, unless the pool has taken it back because it was lost."""
    with contextlib.suppress(asyncpg.InterfaceError):
        connection.terminate()


async def run_hooks(hooks: Sequence[Hook]) -> None:
    """Runs what was promised for after the commit, in order.

    The commit stands whatever a hook does, so its failure is logged and not raised.
    """
    for hook in hooks:
        try:
            result = hook()
            if result is not None:
                await result
        except Exception:
            log.exception("a step after the commit failed")


def row_as(kind: type[Row], row: asyncpg.Record) -> Row:
    """Turns a row whose columns carry the field names of `kind` into it; raises TypeError on a mismatch."""
    return kind(**row)


def rows_as(kind: type[Row], rows: Sequence[asyncpg.Record]) -> list[Row]:
    """Turns rows into structs, see `row_as`."""
    return [kind(**row) for row in rows]


def plain_json(value: Any) -> Any:
    """Turns structs, UUIDs and times into plain JSON values."""
    return json.loads(msgspec.json.encode(value))
