"""The migrations lead to exactly the tables that the slices describe."""

import asyncpg

from parley.app.migrate import newest_revision
from parley.app.tables import TABLES, TENANT_TABLES
from parley.kit.postgres import EmbeddedPostgres


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
