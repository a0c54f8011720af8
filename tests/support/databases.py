"""A database of a test's own, with real commits: for sockets, several connections, and rows that stay."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg

from parley.app.migrate import migrate
from parley.kit.db import Database
from parley.kit.postgres import EmbeddedPostgres


@asynccontextmanager
async def open_own_database(server: EmbeddedPostgres, *, max_size: int = 8) -> AsyncIterator[Database]:
    """Creates a migrated database on the test's server, opens it, and drops it at the end."""
    name = f"test_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(server.admin_dsn)
    try:
        await admin.execute(f"CREATE DATABASE {name} OWNER parley")
        dsn = server.dsn.replace("/parley?", f"/{name}?")
        await migrate(dsn)
        database = await Database.open(dsn, max_size=max_size)
        try:
            yield database
        finally:
            await database.close()
    finally:
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await admin.close()
