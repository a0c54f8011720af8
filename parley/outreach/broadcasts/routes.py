"""Broadcasts over HTTP: written, looked at, started, followed."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar.params import QueryParameter
from msgspec import UNSET

from parley.kit.ctx import Ctx
from parley.kit.http.access import Principal, needs
from parley.kit.http.paging import (
    Page,
    check_limit,
    cut_page,
    decode_cursor,
    decode_id_cursor,
    encode_cursor,
)
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime
from parley.outreach.broadcasts.actions import (
    approve_broadcast,
    cancel_broadcast,
    change_broadcast,
    create_broadcast,
    delete_broadcast,
    pause_broadcast,
    resume_broadcast,
    retry_targets,
    start_broadcast,
)
from parley.outreach.broadcasts.model import SECTIONS, VARIABLES, Of, list_fields
from parley.outreach.broadcasts.previewing import BroadcastPreview, look_at
from parley.outreach.broadcasts.queries import list_broadcasts, list_targets, name_targets
from parley.outreach.broadcasts.records import Broadcast, get_broadcast
from parley.outreach.broadcasts.schemas import (
    BroadcastChange,
    BroadcastField,
    BroadcastRetried,
    BroadcastRetry,
    BroadcastRow,
    BroadcastStart,
    BroadcastTarget,
    BroadcastView,
    NewBroadcast,
    TargetState,
)

BROADCASTS = "/api/v1/broadcasts"
ONE = f"{BROADCASTS}/{{broadcast_id:uuid}}"
READ, WRITE = needs("automation:read"), needs("broadcasts:write")


def _values(broadcast: Broadcast) -> dict[str, Any]:
    kept = {name: getattr(broadcast, name) for name in BroadcastRow.__struct_fields__ if name != "of"}
    return {**kept, "of": broadcast.selection.of}


async def _view(ctx: Ctx, broadcast_id: UUID) -> BroadcastView:
    broadcast = await get_broadcast(ctx, broadcast_id)
    return BroadcastView(
        **_values(broadcast),
        selection=broadcast.selection,
        texts=broadcast.texts,
        variables=list(VARIABLES),
    )


def _changes(data: BroadcastChange) -> dict[str, Any]:
    given = {name: getattr(data, name) for name in BroadcastChange.__struct_fields__}
    return {name: value for name, value in given.items() if value is not UNSET}


@route("GET", BROADCASTS, READ)
async def get_broadcasts(ctx: Ctx, limit: int = 50, after: str | None = None) -> Page[BroadcastRow]:
    """Lists broadcasts, the newest first."""
    size = check_limit(limit)
    found = await list_broadcasts(ctx, size + 1, decode_id_cursor(after))
    items = [BroadcastRow(**_values(one)) for one in found[:size]]
    return Page(items, encode_cursor(items[-1].id) if len(found) > size else None)


@route("GET", f"{BROADCASTS}/fields", READ)
async def get_broadcast_fields(
    runtime: Runtime, of: Of = "conversations", limit: int = 200, after: str | None = None
) -> Page[BroadcastField]:
    """Lists what a selection may test."""
    known = list_fields(of, runtime.catalogue).values()
    found = [
        BroadcastField(
            name=one.name, kind=one.kind, options=list(one.options), source=one.source, unit=one.unit
        )
        for one in sorted(known, key=lambda one: SECTIONS[of].index(one.section))
    ]
    return cut_page(found, lambda one: one.name, limit, after)


@route("POST", BROADCASTS, WRITE)
async def post_broadcast(ctx: Ctx, runtime: Runtime, data: NewBroadcast) -> BroadcastView:
    """Stores a draft: who is affected, and what they are told."""
    broadcast_id = await create_broadcast(ctx, data.name)
    await change_broadcast(ctx, runtime, broadcast_id, _changes(data))
    return await _view(ctx, broadcast_id)


@route("GET", ONE, READ)
async def get_broadcast_route(ctx: Ctx, broadcast_id: UUID) -> BroadcastView:
    """Gives one broadcast with how far it is."""
    return await _view(ctx, broadcast_id)


@route("PATCH", ONE, WRITE)
async def patch_broadcast(
    ctx: Ctx, runtime: Runtime, broadcast_id: UUID, data: BroadcastChange
) -> BroadcastView:
    """Changes a draft."""
    await change_broadcast(ctx, runtime, broadcast_id, _changes(data))
    return await _view(ctx, broadcast_id)


@route("DELETE", ONE, WRITE)
async def delete_broadcast_route(ctx: Ctx, broadcast_id: UUID) -> None:
    """Deletes a draft; what was started stays on record (409)."""
    await delete_broadcast(ctx, broadcast_id)


@route("POST", f"{ONE}/preview", WRITE, status=200)
async def preview_broadcast(ctx: Ctx, runtime: Runtime, broadcast_id: UUID) -> BroadcastPreview:
    """Says who would be told, by what and in which words, and why others would not; writes nothing.

    Its `digest` is to be given back at the start.
    """
    return (await look_at(ctx, runtime, await get_broadcast(ctx, broadcast_id))).preview


@route("GET", f"{ONE}/left-out", READ)
async def get_left_out(
    ctx: Ctx, runtime: Runtime, broadcast_id: UUID, limit: int = 50, after: str | None = None
) -> Page[BroadcastTarget]:
    """Lists who a draft would leave out and why."""
    look = await look_at(ctx, runtime, await get_broadcast(ctx, broadcast_id))
    page = cut_page(
        [one for one in look.targets if one.reason is not None],
        lambda one: str(one.customer_id or one.order_id),
        limit,
        after,
    )
    names = await name_targets(ctx, page.items)
    return Page(
        [
            BroadcastTarget(
                customer_id=one.customer_id,
                customer_name=names.get(one.customer_id or one.order_id),
                conversation_id=one.conversation_id,
                order_id=one.order_id,
                channel_kind=one.channel_kind,
                language=one.language,
                state="skipped",
                reason=one.reason,
            )
            for one in page.items
        ],
        page.next,
    )


@route("GET", f"{ONE}/targets", READ)
async def get_broadcast_targets(
    ctx: Ctx,
    broadcast_id: UUID,
    wanted: Annotated[TargetState | None, QueryParameter(name="state")] = None,
    replied: bool = False,
    limit: int = 50,
    after: str | None = None,
) -> Page[BroadcastTarget]:
    """Lists who is told by a broadcast that was started, or left out; `replied` only those who have written back."""
    await get_broadcast(ctx, broadcast_id)
    size = check_limit(limit)
    start = int(decode_cursor(after, int)[0]) if after else -1
    rows = await list_targets(ctx, broadcast_id, state=wanted, replied=replied, after=start, limit=size + 1)
    items = [msgspec.convert(row, BroadcastTarget) for row in rows[:size]]
    return Page(items, encode_cursor(rows[size - 1]["position"]) if len(rows) > size else None)


@route("POST", f"{ONE}/start", WRITE, status=200)
async def start_broadcast_route(
    ctx: Ctx, me: Principal, runtime: Runtime, broadcast_id: UUID, data: BroadcastStart
) -> BroadcastView:
    """Sends what was looked at, or has it wait for a second person where there are many.

    409 `selection_changed` when somebody else is affected by now or the words were changed.
    """
    await start_broadcast(ctx, runtime, broadcast_id, data.digest, me.agent_id)
    return await _view(ctx, broadcast_id)


@route("POST", f"{ONE}/approve", WRITE, status=200)
async def approve_broadcast_route(ctx: Ctx, me: Principal, broadcast_id: UUID) -> BroadcastView:
    """Lets a broadcast begin that a colleague has written and started (403 for himself)."""
    await approve_broadcast(ctx, broadcast_id, me.agent_id)
    return await _view(ctx, broadcast_id)


@route("POST", f"{ONE}/pause", WRITE, status=200)
async def pause_broadcast_route(ctx: Ctx, broadcast_id: UUID) -> BroadcastView:
    """Holds a broadcast; nothing leaves after the answer."""
    await pause_broadcast(ctx, broadcast_id)
    return await _view(ctx, broadcast_id)


@route("POST", f"{ONE}/resume", WRITE, status=200)
async def resume_broadcast_route(ctx: Ctx, broadcast_id: UUID) -> BroadcastView:
    """Lets a held broadcast go on."""
    await resume_broadcast(ctx, broadcast_id)
    return await _view(ctx, broadcast_id)


@route("POST", f"{ONE}/cancel", WRITE, status=200)
async def cancel_broadcast_route(ctx: Ctx, broadcast_id: UUID) -> BroadcastView:
    """Ends a broadcast for good; what has left has left."""
    await cancel_broadcast(ctx, broadcast_id)
    return await _view(ctx, broadcast_id)


@route("POST", f"{ONE}/retry", WRITE, status=200)
async def retry_broadcast(ctx: Ctx, broadcast_id: UUID, data: BroadcastRetry) -> BroadcastRetried:
    """Tries again what failed, 200 at once; nobody gets a second message."""
    return BroadcastRetried(retried=await retry_targets(ctx, broadcast_id, data.positions))


ROUTES = (
    get_broadcasts,
    get_broadcast_fields,
    post_broadcast,
    get_broadcast_route,
    patch_broadcast,
    delete_broadcast_route,
    preview_broadcast,
    get_left_out,
    get_broadcast_targets,
    start_broadcast_route,
    approve_broadcast_route,
    pause_broadcast_route,
    resume_broadcast_route,
    cancel_broadcast_route,
    retry_broadcast,
)
