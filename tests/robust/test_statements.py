"""Every SQL statement of the product is prepared once against the migrated schema: a misspelt column fails in seconds."""

import re
from pathlib import Path

import asyncpg
import pytest

from parley.kit.db import prepare_connection
from parley.kit.postgres import EmbeddedPostgres
from tests.robust.statements import ROOT, Statement, list_modules, list_statements

# Files that compose statements while they run, and the test that runs them.
COMPOSED = {
    "parley/accounts/actions/records.py": "tests/accounts/test_records.py",
    "parley/accounts/actions/teams.py": "tests/accounts/test_records.py",
    "parley/accounts/cleaning.py": "tests/accounts",
    "parley/accounts/queries/records.py": "tests/accounts/test_records.py",
    "parley/app/demo/loading.py": "tests/app/test_demo_start.py",
    "parley/app/demo/macros.py": "tests/app/test_demo_start.py",
    "parley/app/housekeeping.py": "tests/app",
    "parley/automation/macros/saving.py": "tests/automation/macros/test_macros.py",
    "parley/automation/rules/references.py": "tests/automation/rules/test_saving.py",
    "parley/commerce/actions/linking.py": "tests/commerce/test_mirror_orders.py",
    "parley/commerce/actions/merging.py": "tests/commerce/test_merging.py",
    "parley/commerce/actions/mirror_people.py": "tests/commerce/test_mirror_people.py",
    "parley/commerce/actions/returns.py": "tests/commerce/test_returns.py",
    "parley/commerce/actions/sync_runs.py": "tests/commerce/test_reading.py",
    "parley/commerce/carrying.py": "tests/commerce/test_acts.py",
    "parley/commerce/reading.py": "tests/commerce/test_reading.py",
    "parley/commerce/syncing.py": "tests/commerce/test_reading.py",
    "parley/conversations/actions/bulk.py": "tests/conversations",
    "parley/conversations/actions/bulk_values.py": "tests/conversations",
    "parley/conversations/actions/carrying.py": "tests/conversations/test_joining.py",
    "parley/conversations/actions/changing.py": "tests/conversations/test_fold.py",
    "parley/conversations/actions/splitting.py": "tests/conversations/test_splitting.py",
    "parley/conversations/queries/lists.py": "tests/conversations",
    "parley/conversations/queries/search.py": "tests/conversations",
    "parley/conversations/sweeping.py": "tests/conversations/test_sweeping.py",
    "parley/customers/actions/changing.py": "tests/customers/test_merging.py",
    "parley/customers/actions/editing.py": "tests/conversations/test_fold.py",
    "parley/customers/queries/customers.py": "tests/customers",
    "parley/kit/db.py": "tests/kit/test_log.py",
    "parley/kit/files/actions.py": "tests/kit/test_files_store.py",
    "parley/kit/log/read.py": "tests/kit/test_log.py",
    "parley/kit/log/readers.py": "tests/kit/test_log.py",
    "parley/outreach/broadcasts/records.py": "tests/outreach/broadcasts/test_telling.py",
}


async def prepare(connection: asyncpg.Connection, statement: Statement) -> str | None:
    """Prepares a statement; gives what is wrong with it."""
    assert statement.sql is not None
    try:
        await connection.prepare(statement.sql)
    except asyncpg.PostgresSyntaxError as failure:
        # A constant may be the beginning of a statement or a pattern; the whole one is found where it is run.
        if ":" not in statement.where and any(end in str(failure) for end in ("end of input", 'near "{"')):
            return None
        return f"{statement.where}: {failure}"
    except asyncpg.PostgresError as failure:
        return f"{statement.where}: {failure}"
    return None


async def test_every_statement_fits_the_schema(postgres: EmbeddedPostgres) -> None:
    known = {s.sql: s for s in list_statements() if s.sql is not None}
    assert len(known) > 300, "the statements are no longer found"
    connection = await asyncpg.connect(postgres.dsn)
    try:
        await prepare_connection(connection)
        wrong = [said for s in known.values() if (said := await prepare(connection, s)) is not None]
    finally:
        await connection.close()
    assert not wrong, "\n".join(wrong)


def test_statements_composed_at_run_time_are_run_by_a_test() -> None:
    """A file that composes SQL names, in `COMPOSED`, the test that runs what it composes."""
    composed = {s.where.split(":")[0] for s in list_statements() if s.sql is None}
    assert composed <= set(COMPOSED), sorted(composed - set(COMPOSED))
    assert all((ROOT / test).exists() for test in COMPOSED.values())


@pytest.mark.parametrize(
    "sql",
    ["SELECT nmae FROM workspaces", "UPDATE agents SET nam = 1", "DELETE FROM messages WHERE thread = $1"],
)
async def test_a_misspelt_column_is_found(postgres: EmbeddedPostgres, sql: str) -> None:
    connection = await asyncpg.connect(postgres.dsn)
    try:
        said = await prepare(connection, Statement(f"{Path(__file__).name}:1 here", sql))
    finally:
        await connection.close()
    assert said is not None
    assert "does not exist" in said


# These have no row security (docs/decisions/0005), so that nothing but the statement itself keeps workspaces apart.
OPEN_TABLES = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO)\s+(?:search|customer|commerce)_documents\b")
SCOPED = re.compile(
    r"\bFROM\s+(?:search|customer|commerce)_documents(?:\s+(?P<alias>(?!WHERE\b)\w+))?\s+WHERE\s+"
    r"(?(alias)(?P=alias)\.)workspace_id = \$1\b"
    r"|\bINTO\s+(?:search|customer|commerce)_documents\s*\(workspace_id,"
    r"|\bUPDATE\s+(?:search|customer|commerce)_documents\s+SET\s+[\w\s=$,]+?\s+WHERE\s+workspace_id = \$1\b"
)


def test_statements_on_tables_without_row_security_name_the_workspace() -> None:
    used = 0
    for path, _ in list_modules():
        source = path.read_text(encoding="utf-8")
        found = len(OPEN_TABLES.findall(source))
        assert found == len(list(SCOPED.finditer(source))), f"{path}: a search table without its workspace"
        used += found
    assert used >= 8, "the statements are no longer found"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 FROM search_documents WHERE message_id = $1",
        "SELECT 1 FROM search_documents d WHERE e.workspace_id = $1",
        "DELETE FROM customer_documents",
        "UPDATE search_documents SET conversation_id = $2 WHERE message_id = $1",
        "SELECT 1 FROM messages m JOIN search_documents d ON true",
        "INSERT INTO customer_documents (customer_id, workspace_id)",
    ],
)
def test_one_that_forgets_the_workspace_is_found(sql: str) -> None:
    assert len(OPEN_TABLES.findall(sql)) == 1
    assert not SCOPED.search(sql)
