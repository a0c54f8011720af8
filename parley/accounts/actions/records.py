"""What all settings records have in common: stored, changed, archived; told on the log and in the audit."""

from typing import Any
from uuid import UUID

from parley.accounts.actions.auditing import write_audit
from parley.facts.accounts import SettingsChanged
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.ids import uuid7

# Record → table. Statements are built from these names and from column names in code, never from input.
TABLES = {
    "team": "teams",
    "tag": "tags",
    "brand": "brands",
    "custom_field": "custom_fields",
    "view": "views",
    "checklist": "checklists",
    "business_hours": "business_hours",
}
_DELETED = ("view",)


async def store_record(ctx: Ctx, record: str, values: dict[str, Any]) -> UUID:
    """Inserts a record and gives its id."""
    record_id = uuid7()
    columns = list(values)
    places = ", ".join(f"${i}" for i in range(4, 4 + len(columns)))
    await ctx.tx.execute(
        f"INSERT INTO {TABLES[record]} (workspace_id, id, created_at, {', '.join(columns)}) VALUES ($1, $2, $3, {places})",
        ctx.workspace_id,
        record_id,
        ctx.now,
        *values.values(),
    )
    await announce(ctx, record, record_id, "created", values)
    return record_id


async def update_record(ctx: Ctx, record: str, record_id: UUID, values: dict[str, Any]) -> None:
    """Changes columns of a living record; raises NotFound. Nothing to change is fine."""
    sets = ", ".join(f"{column} = ${i}" for i, column in enumerate(values, 3)) or "id = id"
    alive = "" if record in _DELETED else " AND archived_at IS NULL"
    done = await ctx.tx.fetchval(
        f"UPDATE {TABLES[record]} SET {sets} WHERE workspace_id = $1 AND id = $2{alive} RETURNING id",
        ctx.workspace_id,
        record_id,
        *values.values(),
    )
    if done is None:
        raise NotFound(record.replace("_", " "))
    if values:
        await announce(ctx, record, record_id, "changed", values)


async def archive_record(ctx: Ctx, record: str, record_id: UUID) -> None:
    """Takes a record out of use; what refers to it stays readable. Raises NotFound."""
    if record in _DELETED:
        statement = f"DELETE FROM {TABLES[record]} WHERE workspace_id = $1 AND id = $2 RETURNING id"
        done = await ctx.tx.fetchval(statement, ctx.workspace_id, record_id)
    else:
        done = await ctx.tx.fetchval(
            f"""UPDATE {TABLES[record]} SET archived_at = $3
                WHERE workspace_id = $1 AND id = $2 AND archived_at IS NULL RETURNING id""",
            ctx.workspace_id,
            record_id,
            ctx.now,
        )
    if done is None:
        raise NotFound(record.replace("_", " "))
    await announce(ctx, record, record_id, "removed", {})


async def make_default(ctx: Ctx, record: str, record_id: UUID) -> None:
    """Makes a record the only default one of its kind."""
    await ctx.tx.execute(
        f"UPDATE {TABLES[record]} SET is_default = (id = $2) WHERE workspace_id = $1 AND is_default <> (id = $2)",
        ctx.workspace_id,
        record_id,
    )


async def announce(ctx: Ctx, record: str, record_id: UUID, act: str, values: dict[str, Any]) -> None:
    """Tells of a change, on the log without its content and in the audit with it."""
    ctx.emit(SettingsChanged(record=record, record_id=record_id, act=act))
    await write_audit(ctx, f"{record}_{act}", record, record_id, **({"values": values} if values else {}))
