"""Rehearsals over HTTP."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.http.access import needs
from parley.kit.http.paging import Page, check_limit, decode_id_cursor, encode_cursor
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime
from parley.rehearsal.actions import cancel_rehearsal, order_rehearsal

REHEARSALS = "/api/v1/rehearsals"
READ, WRITE = needs("automation:read"), needs("rehearsals:write")
COLUMNS = """id, title, change, from_at AS "from", to_at AS "to", state, done, total, error, created_by, created_at,
  started_at, finished_at"""


class RehearsalBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, rename={"from_": "from"}):
    """A change (a part for each decider that is tried) and the period to try it on."""

    change: dict[str, Any]
    from_: datetime
    to: datetime
    title: str = ""


class RehearsalRow(msgspec.Struct, kw_only=True, rename={"from_": "from"}):
    """A rehearsal; `state` is queued, running, done, failed or cancelled, `done` and `total` count facts."""

    id: UUID
    title: str
    change: dict[str, Any]
    from_: datetime
    to: datetime
    state: str
    done: int
    total: int
    error: str | None
    created_by: UUID | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class RehearsalView(RehearsalRow, kw_only=True):
    """A rehearsal with its report, once there is one."""

    report: dict[str, Any] | None


@route("GET", REHEARSALS, READ)
async def get_rehearsals(ctx: Ctx, limit: int = 50, after: str | None = None) -> Page[RehearsalRow]:
    """Lists rehearsals, the newest first."""
    size = check_limit(limit)
    rows = await ctx.tx.fetch(
        f"""SELECT {COLUMNS} FROM rehearsals WHERE workspace_id = $1 AND ($3::uuid IS NULL OR id < $3)
            ORDER BY id DESC LIMIT $2""",
        ctx.workspace_id,
        size + 1,
        decode_id_cursor(after),
    )
    items = [msgspec.convert(dict(row), RehearsalRow) for row in rows[:size]]
    return Page(items, encode_cursor(items[-1].id) if len(rows) > size else None)


@route("POST", REHEARSALS, WRITE)
async def post_rehearsal(data: RehearsalBody, ctx: Ctx, runtime: Runtime) -> RehearsalView:
    """Orders a rehearsal."""
    rehearsal_id = await order_rehearsal(ctx, runtime, data.title, data.change, data.from_, data.to)
    return await _view(ctx, rehearsal_id)


@route("GET", f"{REHEARSALS}/{{rehearsal_id:uuid}}", READ)
async def get_rehearsal(rehearsal_id: UUID, ctx: Ctx) -> RehearsalView:
    """Gives a rehearsal with its report."""
    return await _view(ctx, rehearsal_id)


@route("POST", f"{REHEARSALS}/{{rehearsal_id:uuid}}/cancel", WRITE)
async def post_cancel(rehearsal_id: UUID, ctx: Ctx) -> RehearsalView:
    """Stops a rehearsal that waits or runs."""
    await cancel_rehearsal(ctx, rehearsal_id)
    return await _view(ctx, rehearsal_id)


async def _view(ctx: Ctx, rehearsal_id: UUID) -> RehearsalView:
    row = await ctx.tx.fetchrow(
        f"SELECT {COLUMNS}, report FROM rehearsals WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        rehearsal_id,
    )
    if row is None:
        raise NotFound("rehearsal")
    return msgspec.convert(dict(row), RehearsalView)


ROUTES = (get_rehearsals, post_rehearsal, get_rehearsal, post_cancel)
