"""Brings the schema of a database to the newest version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

FOLDER = Path(__file__).parent / "migrations"
# Two processes that start together must not migrate at once.
LOCK = 7_261_532_390_112


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


def newest_revision() -> str:
    """Gives the revision that this version of Parley needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None  # noqa: S101 - there is always a first migration
    return head


def _upgrade(connection: Connection) -> str:
    connection.exec_driver_sql(f"SELECT pg_advisory_lock({LOCK})")
    connection.commit()
    try:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
        return MigrationContext.configure(connection).get_current_revision() or ""
    finally:
        connection.rollback()
        connection.exec_driver_sql(f"SELECT pg_advisory_unlock({LOCK})")
        connection.commit()


async def migrate(dsn: str) -> str:
    """Runs the missing migrations and gives the revision reached; raises OSError when there is no server."""
    engine = create_async_engine(dsn_for_sqlalchemy(dsn), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def dsn_for_sqlalchemy(dsn: str) -> str:
    """Turns a libpq URL into SQLAlchemy's spelling."""
    return "postgresql+asyncpg://" + dsn.split("://", 1)[1]
