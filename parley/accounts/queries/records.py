"""Asking for settings records."""

from typing import Any, TypeVar
from uuid import UUID

import msgspec

from parley.accounts.records import Brand, Checklist, CustomField, Hours, Tag, Team, View
from parley.kit.db import Transaction
from parley.kit.errors import NotFound
from parley.kit.http.paging import Page, encode_cursor

Record = TypeVar("Record", bound=msgspec.Struct)

_ARCHIVED = "r.archived_at IS NOT NULL AS archived"
# Kind of record → table, columns.
_SHAPES: dict[type[Any], tuple[str, str]] = {
    Team: (
        "teams",
        f"""r.id, r.name, r.colour, {_ARCHIVED},
            (SELECT coalesce(array_agg(m.agent_id ORDER BY m.agent_id), '{{}}') FROM team_members m
              WHERE m.workspace_id = r.workspace_id AND m.team_id = r.id) AS agent_ids""",
    ),
    Tag: ("tags", f"r.id, r.name, r.colour, {_ARCHIVED}"),
    Brand: (
        "brands",
        f"r.id, r.name, r.colour, r.logo, r.signature_html, r.languages, r.is_default, {_ARCHIVED}",
    ),
    CustomField: ("custom_fields", f"r.id, r.key, r.label, r.type, r.options, r.position, {_ARCHIVED}"),
    Checklist: ("checklists", f"r.id, r.name, r.intent, r.items, r.team_ids, r.tag_ids, {_ARCHIVED}"),
    Hours: ("business_hours", f"r.id, r.name, r.time_zone, r.periods, r.holidays, r.is_default, {_ARCHIVED}"),
    View: ("views", "r.id, r.name, r.owner_id, r.shared, r.position, r.filter, r.sort"),
}


async def get_record(tx: Transaction, workspace_id: UUID, kind: type[Record], record_id: UUID) -> Record:
    """Gives a record, archived or not; raises NotFound."""
    table, columns = _SHAPES[kind]
    row = await tx.fetchrow(
        f"SELECT {columns} FROM {table} r WHERE r.workspace_id = $1 AND r.id = $2", workspace_id, record_id
    )
    if row is None:
        raise NotFound(table.removesuffix("s").replace("_", " "))
    return msgspec.convert(dict(row), kind)


async def list_records(
    tx: Transaction,
    workspace_id: UUID,
    kind: type[Record],
    *,
    archived: bool = False,
    after: UUID | None = None,
    limit: int = 200,
) -> Page[Record]:
    """Lists records in the order in which they were made; with `archived` also those out of use."""
    table, columns = _SHAPES[kind]
    rows = await tx.fetch(
        f"""SELECT {columns} FROM {table} r
            WHERE r.workspace_id = $1 AND ($2::uuid IS NULL OR r.id > $2) AND ($3 OR r.archived_at IS NULL)
            ORDER BY r.id LIMIT $4""",
        workspace_id,
        after,
        archived,
        limit + 1,
    )
    items = [msgspec.convert(dict(row), kind) for row in rows[:limit]]
    return Page(items, encode_cursor(rows[limit - 1]["id"]) if len(rows) > limit else None)
