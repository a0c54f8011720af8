"""The shared SQLAlchemy metadata, with the conventions that every table of Parley follows.

SQLAlchemy only describes the schema, for Alembic; statements are SQL text on asyncpg.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR, UUID

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

SCOPE_SETTING = "parley.workspace"
EVERY_WORKSPACE = "all"


def workspace_table(
    name: str, *items: Any, key: tuple[str, ...] = ("id",), info: dict[str, Any] | None = None
) -> Table:
    """Describes a table whose primary key begins with `workspace_id`; `key` names the rest of the key.

    Row security is put on every such table by the migrations (`info["tenant"]`).
    """
    return Table(
        name,
        metadata,
        Column("workspace_id", UUID(as_uuid=True), nullable=False),
        *items,
        PrimaryKeyConstraint("workspace_id", *key),
        info={"tenant": True, **(info or {})},
    )


def reference(column: str, table: str, *, on_delete: str | None = None) -> ForeignKeyConstraint:
    """Describes a foreign key inside the workspace, so that no row can point into another one."""
    return ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{table}.workspace_id", f"{table}.id"],
        ondelete=on_delete,
    )


def uid(name: str, *, null: bool = False) -> Column[Any]:
    """Describes a UUID column."""
    return Column(name, UUID(as_uuid=True), nullable=null)


def txt(name: str, *, null: bool = False, default: str | None = None) -> Column[Any]:
    """Describes a text column; `default` is a value, not an SQL expression."""
    return Column(name, Text, nullable=null, server_default=default)


def when(name: str, *, null: bool = False, now: bool = False) -> Column[Any]:
    """Describes a UTC time column."""
    return Column(name, DateTime(timezone=True), nullable=null, server_default=text("now()") if now else None)


def num(name: str, *, null: bool = False, default: int | None = None) -> Column[Any]:
    """Describes a 32-bit integer column."""
    return Column(name, Integer, nullable=null, server_default=None if default is None else str(default))


def big(name: str, *, null: bool = False, default: int | None = None) -> Column[Any]:
    """Describes a 64-bit integer column."""
    return Column(name, BigInteger, nullable=null, server_default=None if default is None else str(default))


def small(name: str, *, null: bool = False, default: int | None = None) -> Column[Any]:
    """Describes a 16-bit integer column."""
    return Column(name, SmallInteger, nullable=null, server_default=None if default is None else str(default))


def flag(name: str, *, default: bool = False) -> Column[Any]:
    """Describes a boolean column, never null."""
    return Column(name, Boolean, nullable=False, server_default=text("true" if default else "false"))


def doc(name: str, *, null: bool = False, default: str | None = "{}") -> Column[Any]:
    """Describes a jsonb column."""
    return Column(name, JSONB, nullable=null, server_default=None if null else default)


def binary(name: str, *, null: bool = False) -> Column[Any]:
    """Describes a bytea column."""
    return Column(name, LargeBinary, nullable=null)


def uids(name: str) -> Column[Any]:
    """Describes an array of UUIDs, empty by default."""
    return Column(name, ARRAY(UUID(as_uuid=True)), nullable=False, server_default="{}")


def texts(name: str) -> Column[Any]:
    """Describes an array of texts, empty by default."""
    return Column(name, ARRAY(Text), nullable=False, server_default="{}")


def lexemes(name: str) -> Column[Any]:
    """Describes a tsvector column."""
    return Column(name, TSVECTOR, nullable=False)
