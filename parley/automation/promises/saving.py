"""Saving SLAs: every saving is a version; standing promises take it over with the next thing that happens to them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from parley.accounts.actions.records import announce
from parley.automation.promises.model import DEFAULT_HOURS, MAX_NAME, Sla, parse_sla, show_sla
from parley.kit.conditions.catalogue import Catalogue
from parley.kit.ctx import Ctx
from parley.kit.errors import FieldError, Invalid, NotFound
from parley.kit.ids import uuid7

MAX_SLAS = 200
RECORD = "sla"
LOCK = """
SELECT (SELECT count(*) FROM slas WHERE workspace_id = $1 AND archived_at IS NULL) AS there
FROM workspaces WHERE workspace_id = $1 FOR NO KEY UPDATE
"""
INSERT = """
INSERT INTO slas (workspace_id, id, position, name, enabled, version, body, created_at, updated_at)
SELECT $1, $2, coalesce(max(position), 0) + 1, $3, $4, 1, $5, $6, $6 FROM slas WHERE workspace_id = $1
"""
KEEP_VERSION = """
INSERT INTO sla_versions (workspace_id, sla_id, version, name, body, saved_by, at)
SELECT workspace_id, id, version, name, body, $3, $4 FROM slas WHERE workspace_id = $1 AND id = $2
"""
GET = """
SELECT name, body, enabled, version FROM slas WHERE workspace_id = $1 AND id = $2 AND archived_at IS NULL FOR UPDATE
"""
UPDATE = """
UPDATE slas SET name = $3, body = $4, enabled = $5, version = $6, updated_at = $7 WHERE workspace_id = $1 AND id = $2
"""
ORDER = """
UPDATE slas SET position = given.place, updated_at = $3
FROM unnest($2::uuid[]) WITH ORDINALITY AS given(id, place)
WHERE slas.workspace_id = $1 AND slas.id = given.id AND slas.position <> given.place
"""


async def create_sla(
    ctx: Ctx, catalogue: Catalogue, name: str, body: Mapping[str, Any], *, enabled: bool = True
) -> UUID:
    """Stores a new SLA at the end of the order and gives its id; raises Invalid."""
    sla_id = uuid7()
    title = _check_name(name)
    sla = parse_sla(body, catalogue, sla_id, 1, title)
    await _check_hours(ctx, sla)
    if await ctx.tx.fetchval(LOCK, ctx.workspace_id) >= MAX_SLAS:
        raise Invalid("too_many", f"There can be at most {MAX_SLAS} SLAs.")
    shown = show_sla(sla)
    await ctx.tx.execute(INSERT, ctx.workspace_id, sla_id, title, enabled, shown, ctx.now)
    await ctx.tx.execute(KEEP_VERSION, ctx.workspace_id, sla_id, ctx.actor.id, ctx.now)
    await announce(ctx, RECORD, sla_id, "created", {"name": title, "enabled": enabled, "sla": shown})
    return sla_id


async def change_sla(
    ctx: Ctx,
    catalogue: Catalogue,
    sla_id: UUID,
    *,
    name: str | None = None,
    body: Mapping[str, Any] | None = None,
    enabled: bool | None = None,
) -> None:
    """Changes an SLA; another name or body makes a version. Raises NotFound and Invalid."""
    row = await ctx.tx.fetchrow(GET, ctx.workspace_id, sla_id)
    if row is None:
        raise NotFound(RECORD)
    title = row["name"] if name is None else _check_name(name)
    shown = row["body"]
    if body is not None:
        sla = parse_sla(body, catalogue, sla_id, row["version"], title)
        await _check_hours(ctx, sla)
        shown = show_sla(sla)
    on = row["enabled"] if enabled is None else enabled
    renewed = (title, shown) != (row["name"], row["body"])
    if not renewed and on == row["enabled"]:
        return
    version = row["version"] + renewed
    await ctx.tx.execute(UPDATE, ctx.workspace_id, sla_id, title, shown, on, version, ctx.now)
    if renewed:
        await ctx.tx.execute(KEEP_VERSION, ctx.workspace_id, sla_id, ctx.actor.id, ctx.now)
    told = {"name": title, "enabled": on, "version": version, "sla": shown}
    await announce(ctx, RECORD, sla_id, "changed", told)


async def archive_sla(ctx: Ctx, sla_id: UUID) -> None:
    """Takes an SLA out of use; the promises made under it stay in the numbers. Raises NotFound."""
    done = await ctx.tx.fetchval(
        """UPDATE slas SET archived_at = $3, updated_at = $3
           WHERE workspace_id = $1 AND id = $2 AND archived_at IS NULL RETURNING id""",
        ctx.workspace_id,
        sla_id,
        ctx.now,
    )
    if done is None:
        raise NotFound(RECORD)
    await announce(ctx, RECORD, sla_id, "removed", {})


async def order_slas(ctx: Ctx, ids: Sequence[UUID]) -> None:
    """Puts all SLAs into this order; raises Invalid when one is missing or named twice."""
    await ctx.tx.fetchval(LOCK, ctx.workspace_id)
    rows = await ctx.tx.fetch(
        "SELECT id FROM slas WHERE workspace_id = $1 AND archived_at IS NULL", ctx.workspace_id
    )
    if sorted(ids) != sorted(row["id"] for row in rows):
        sentence = "Name every SLA once."
        raise Invalid("bad_order", sentence, FieldError("ids", sentence))
    if ids:
        await ctx.tx.execute(ORDER, ctx.workspace_id, list(ids), ctx.now)
        await announce(ctx, RECORD, ids[0], "ordered", {"ids": [str(one) for one in ids]})


def _check_name(name: str) -> str:
    title = " ".join(name.split())
    if not 1 <= len(title) <= MAX_NAME:
        sentence = f"Give a name of at most {MAX_NAME} characters."
        raise Invalid("bad_sla", sentence, FieldError("name", sentence))
    return title


async def _check_hours(ctx: Ctx, sla: Sla) -> None:
    if sla.hours in (None, DEFAULT_HOURS):
        return
    known = await ctx.tx.fetchval(
        "SELECT true FROM business_hours WHERE workspace_id = $1 AND id = $2 AND archived_at IS NULL",
        ctx.workspace_id,
        UUID(sla.hours),
    )
    if not known:
        sentence = "There are no such business hours."
        raise Invalid("bad_sla", sentence, FieldError("hours", sentence))
