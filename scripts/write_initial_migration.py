"""Writes the SQL of the first migration from the table descriptions (used until the first release only)."""

from pathlib import Path

from pgqueuer.adapters.persistence.schema_ddl import render_install
from pgqueuer.domain.settings import DBSettings
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from parley.app.tables import TABLES, TENANT_TABLES

TARGET = Path(__file__).parent.parent / "parley/app/migrations/versions/0001_foundation.sql"
SEPARATOR = "\n-- ;\n"
SCOPE = "current_setting('parley.workspace', true)"
POLICY = f"""CREATE POLICY scope ON {{table}}
    USING ((SELECT {SCOPE} = 'all') OR workspace_id = (SELECT nullif(nullif({SCOPE}, ''), 'all')::uuid))"""


def statements() -> list[str]:
    """Gives every statement in order."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    found: list[str] = []
    for table in TABLES.sorted_tables:
        found.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        found += [
            str(CreateIndex(index).compile(dialect=dialect)).strip()
            for index in sorted(table.indexes, key=lambda i: str(i.name))
        ]
    for table in TENANT_TABLES:
        found.append(f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY")
        found.append(f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY")
        found.append(POLICY.format(table=table.name))
    found.append("INSERT INTO log_epochs (epoch, reason) VALUES (1, 'installation')")
    install = render_install(DBSettings())
    body = "\n".join(line for line in install.splitlines() if not line.startswith("--"))
    found += split_statements(body)
    found.append("ALTER TABLE pgqueuer DISABLE TRIGGER tg_pgqueuer_changed")
    return found


def split_statements(body: str) -> list[str]:
    """Splits at blank lines, but never inside a dollar-quoted function body."""
    found: list[str] = []
    for part in body.split("\n\n"):
        if found and found[-1].count("$$") % 2:
            found[-1] += "\n\n" + part
        elif part.strip():
            found.append(part.strip())
    return [part.rstrip().rstrip(";") for part in found]


if __name__ == "__main__":
    TARGET.write_text(SEPARATOR.join(statements()) + "\n", encoding="utf-8")
