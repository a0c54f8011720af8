"""Writes the SQL that creates tables from their descriptions: `python -m scripts.write_migration 0002_commerce parley.commerce`.

Takes every table described in modules below the named packages. A migration that has been released is never
written anew; later changes are migrations of their own.
"""

import importlib
import pkgutil
import sys
from pathlib import Path

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from parley.app.tables import TABLES

VERSIONS = Path(__file__).parent.parent / "parley/app/migrations/versions"
SEPARATOR = "\n-- ;\n"
SCOPE = "current_setting('parley.workspace', true)"
POLICY = f"""CREATE POLICY scope ON {{table}}
    USING ((SELECT {SCOPE} = 'all') OR workspace_id = (SELECT nullif(nullif({SCOPE}, ''), 'all')::uuid))"""


def list_tables(packages: list[str]) -> list[Table]:
    """Gives the tables that the packages describe, in an order in which they can be created."""
    names: set[str] = set()
    for package in packages:
        root = importlib.import_module(package)
        inner = pkgutil.walk_packages(getattr(root, "__path__", []), f"{package}.")
        found = [package, *(module.name for module in inner)]
        for module in (importlib.import_module(name) for name in found if name.endswith("tables")):
            names |= {value.name for value in vars(module).values() if isinstance(value, Table)}
    return [table for table in TABLES.sorted_tables if table.name in names]


def create_statements(tables: list[Table]) -> list[str]:
    """Gives the statements that create tables, indexes and row security."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    found: list[str] = []
    for table in tables:
        found.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        found += [str(CreateIndex(index).compile(dialect=dialect)).strip() for index in indexes]
    for table in tables:
        if table.info.get("tenant"):
            found.append(f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY")
            found.append(f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY")
            found.append(POLICY.format(table=table.name))
    return found


if __name__ == "__main__":
    target = VERSIONS / f"{sys.argv[1]}.sql"
    target.write_text(SEPARATOR.join(create_statements(list_tables(sys.argv[2:]))) + "\n", encoding="utf-8")
