"""SLAs and promises over HTTP."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.automation.promises.numbers import DEFAULT_DAYS, PromiseNumbers, count_promises
from parley.automation.promises.queries import get_sla, list_promises, list_sla_versions, list_slas
from parley.automation.promises.saving import archive_sla, change_sla, create_sla, order_slas
from parley.conversations.queries.timeline import check_conversation
from parley.kit.ctx import Ctx
from parley.kit.http.access import needs
from parley.kit.http.paging import Page, cut_page
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

SLAS = "/api/v1/slas"
READ, WRITE = needs("automation:read"), needs("automation:write")


class SlaBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An SLA: `sla` holds `if`, `targets`, `hours`, `pause`, `warn_minutes`, `automatic_replies`, `escalate`."""

    name: str
    sla: dict[str, Any]
    enabled: bool = True


class SlaChanges(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is to change; what is left out stays."""

    name: str | None = None
    sla: dict[str, Any] | None = None
    enabled: bool | None = None


class SlaOrder(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """All SLAs in the order in which they are asked."""

    ids: list[UUID]


class SlaView(msgspec.Struct, kw_only=True):
    """An SLA in its newest version."""

    id: UUID
    position: int
    name: str
    enabled: bool
    version: int
    sla: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class SlaVersionView(msgspec.Struct, kw_only=True):
    """An SLA as it was saved at a time."""

    version: int
    name: str
    sla: dict[str, Any]
    saved_by: UUID | None
    at: datetime


class PromiseView(msgspec.Struct, kw_only=True):
    """A promise: `kind` is first_reply, next_reply or resolution; `state` running, paused, broken, met or dropped.

    It stands while `ended_at` is null. `due_at` is null while it is paused.
    """

    id: UUID
    kind: str
    sla_id: UUID
    sla_name: str | None
    sla_version: int
    state: str
    paused: bool
    target_minutes: int
    started_at: datetime
    due_at: datetime | None
    warned_at: datetime | None
    broken_at: datetime | None
    met_at: datetime | None
    ended_at: datetime | None


@route("GET", SLAS, READ)
async def get_slas(ctx: Ctx, limit: int = 200, after: str | None = None) -> Page[SlaView]:
    """Lists the SLAs in the order in which they are asked."""
    rows = [msgspec.convert(row, SlaView) for row in await list_slas(ctx)]
    return cut_page(rows, lambda sla: str(sla.id), limit, after)


@route("POST", SLAS, WRITE)
async def post_sla(data: SlaBody, ctx: Ctx, runtime: Runtime) -> SlaView:
    """Stores a new SLA at the end of the order."""
    sla_id = await create_sla(ctx, runtime.catalogue, data.name, data.sla, enabled=data.enabled)
    return msgspec.convert(await get_sla(ctx, sla_id), SlaView)


@route("PUT", f"{SLAS}/order", WRITE)
async def put_sla_order(data: SlaOrder, ctx: Ctx) -> Page[SlaView]:
    """Puts the SLAs into another order."""
    await order_slas(ctx, data.ids)
    return Page([msgspec.convert(row, SlaView) for row in await list_slas(ctx)])


@route("GET", f"{SLAS}/numbers", needs("numbers:read"))
async def get_sla_numbers(ctx: Ctx, days: int = DEFAULT_DAYS) -> PromiseNumbers:
    """Counts the promises kept and broken, by SLA and kind, that began within the last days (at most 92)."""
    return await count_promises(ctx, days)


@route("GET", SLAS + "/{sla_id:uuid}", READ)
async def get_one_sla(ctx: Ctx, sla_id: UUID) -> SlaView:
    """Gives one SLA."""
    return msgspec.convert(await get_sla(ctx, sla_id), SlaView)


@route("PATCH", SLAS + "/{sla_id:uuid}", WRITE)
async def patch_sla(data: SlaChanges, ctx: Ctx, runtime: Runtime, sla_id: UUID) -> SlaView:
    """Changes an SLA; another name or body makes a version."""
    await change_sla(ctx, runtime.catalogue, sla_id, name=data.name, body=data.sla, enabled=data.enabled)
    return msgspec.convert(await get_sla(ctx, sla_id), SlaView)


@route("DELETE", SLAS + "/{sla_id:uuid}", WRITE)
async def delete_sla(ctx: Ctx, sla_id: UUID) -> None:
    """Takes an SLA out of use."""
    await archive_sla(ctx, sla_id)


@route("GET", SLAS + "/{sla_id:uuid}/versions", READ)
async def get_sla_versions(
    ctx: Ctx, sla_id: UUID, limit: int = 50, after: str | None = None
) -> Page[SlaVersionView]:
    """Lists the versions of an SLA, the newest first."""
    rows = [msgspec.convert(row, SlaVersionView) for row in await list_sla_versions(ctx, sla_id)]
    return cut_page(rows, lambda version: str(version.version), limit, after)


@route("GET", "/api/v1/conversations/{conversation_id:uuid}/promises", needs("conversations:read"))
async def get_conversation_promises(
    ctx: Ctx, conversation_id: UUID, limit: int = 50, after: str | None = None
) -> Page[PromiseView]:
    """Lists the promises of a conversation: those that stand, then the past ones, the newest first."""
    rows = [msgspec.convert(row, PromiseView) for row in await list_promises(ctx, conversation_id)]
    if not rows:
        await check_conversation(ctx.tx, ctx.workspace_id, conversation_id)
    return cut_page(rows, lambda promise: str(promise.id), limit, after)


ROUTES = (
    get_slas,
    post_sla,
    put_sla_order,
    get_sla_numbers,
    get_one_sla,
    patch_sla,
    delete_sla,
    get_sla_versions,
    get_conversation_promises,
)
