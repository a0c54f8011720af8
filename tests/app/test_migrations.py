"""The migrations lead to exactly the tables that the slices describe."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from parley.app.migrate import FOLDER, dsn_for_sqlalchemy, migrate, newest_revision
from parley.app.tables import TABLES, TENANT_TABLES
from parley.kit.ids import uuid7
from parley.kit.postgres import EmbeddedPostgres
from parley.kit.schema import EVERY_WORKSPACE, SCOPE_SETTING


async def test_the_schema_is_the_one_described(postgres: EmbeddedPostgres) -> None:
    connection = await asyncpg.connect(postgres.dsn)
    try:
        columns = await connection.fetch(
            """SELECT table_name, column_name, is_nullable = 'YES' AS empty FROM information_schema.columns
               WHERE table_schema = 'public'"""
        )
        indexes = await connection.fetch("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
        secured = await connection.fetch(
            """SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity
               AND relnamespace = 'public'::regnamespace"""
        )
        reached = await connection.fetchval("SELECT version_num FROM alembic_version")
    finally:
        await connection.close()
    assert reached == newest_revision()
    found = {(row["table_name"], row["column_name"], row["empty"]) for row in columns}
    ours = {table.name for table in TABLES.sorted_tables}
    described = {
        (table.name, column.name, bool(column.nullable))
        for table in TABLES.sorted_tables
        for column in table.columns
    }
    assert {row for row in found if row[0] in ours} == described
    named = {str(index.name) for table in TABLES.sorted_tables for index in table.indexes}
    assert named <= {row["indexname"] for row in indexes}
    assert {row["relname"] for row in secured} == {table.name for table in TENANT_TABLES}


async def test_conversations_of_earlier_versions_show_the_last_words_of_a_person(
    postgres: EmbeddedPostgres,
) -> None:
    async with old_database(postgres, "0002") as (connection, dsn):
        workspace, customer, conversation = uuid7(), uuid7(), uuid7()
        said, automatic = uuid7(), uuid7()
        await connection.execute(f"SET {SCOPE_SETTING} = '{EVERY_WORKSPACE}'")
        await connection.execute(
            """INSERT INTO customers (workspace_id, id, avatar_colour, created_at) VALUES ($1, $2, 'rose', now())""",
            workspace,
            customer,
        )
        await connection.execute(
            """INSERT INTO conversations (workspace_id, id, number, customer_id, channel_id, channel_kind, status,
                                          last_message_id, last_message_at, created_at)
               VALUES ($1, $2, 1, $3, $2, 'email', 'open', $4, now(), now())""",
            workspace,
            conversation,
            customer,
            automatic,
        )
        for message, written_by_program in ((said, False), (automatic, True)):
            await connection.execute(
                """INSERT INTO messages (workspace_id, id, conversation_id, channel_kind, kind, direction, author_kind,
                                         state, automatic, created_at)
                   VALUES ($1, $2, $3, 'email', 'message', 'in', 'customer', 'received', $4, now())""",
                workspace,
                message,
                conversation,
                written_by_program,
            )
        assert await migrate(dsn) == newest_revision()
        shown = await connection.fetchval("SELECT preview_message_id FROM conversations")
    assert shown == said


@asynccontextmanager
async def old_database(
    postgres: EmbeddedPostgres, revision: str
) -> AsyncIterator[tuple[asyncpg.Connection, str]]:
    """Creates a database as an earlier version left it, and drops it at the end."""
    name = f"test_{uuid7().hex[-12:]}"
    admin = await asyncpg.connect(postgres.admin_dsn)
    try:
        await admin.execute(f"CREATE DATABASE {name} OWNER parley")
        dsn = postgres.dsn.replace("/parley?", f"/{name}?")
        engine = create_async_engine(dsn_for_sqlalchemy(dsn), poolclass=NullPool)
        async with engine.connect() as connection:
            await connection.run_sync(upgrade_to, revision)
        await engine.dispose()
        own = await asyncpg.connect(dsn)
        try:
            yield own, dsn
        finally:
            await own.close()
    finally:
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await admin.close()


def upgrade_to(connection: Connection, revision: str) -> None:
    """Runs the migrations up to a revision."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    connection.commit()
