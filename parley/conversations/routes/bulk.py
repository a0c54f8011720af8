"""One act on many conversations, its progress, and undoing it."""

from uuid import UUID

import msgspec
from msgspec import UNSET

from parley.conversations.actions.bulk import (
    Bulk,
    get_bulk,
    select_conversations,
    start_bulk,
    undo_bulk,
)
from parley.conversations.actions.bulk_values import BulkAct
from parley.conversations.filters import BUILT_IN, narrow
from parley.conversations.queries.views import find_view
from parley.conversations.rights import agent_of
from parley.conversations.schemas import ActBody, BulkBody, UndoBody
from parley.kit.ctx import Ctx
from parley.kit.errors import FieldError, Invalid
from parley.kit.http.access import Principal, needs
from parley.kit.http.routes import route

BULK = needs("conversations:bulk")


class BulkAnswer(msgspec.Struct, kw_only=True):
    """What has been done; `job_id` while it goes on, its progress is told by facts of the kind BulkProgressed."""

    job_id: UUID | None
    undo_token: UUID
    total: int
    changed: int
    state: str


@route("POST", "/api/v1/conversations/bulk", BULK, status=200)
async def start_bulk_route(ctx: Ctx, me: Principal, data: BulkBody) -> BulkAnswer:
    """Does one thing to many conversations: up to 200 at once, more in the background."""
    agent_id = agent_of(me)
    if data.ids is not None:
        ids = data.ids
    elif data.view is not None or data.filter is not None:
        base, _ = await find_view(ctx.tx, ctx.workspace_id, agent_id, data.view or "all")
        given = msgspec.structs.asdict(data.filter) if data.filter is not None else {}
        empty = msgspec.structs.asdict(BUILT_IN["all"][0])
        wanted = narrow(base, {name: value for name, value in given.items() if value != empty[name]})
        ids = await select_conversations(ctx, wanted, agent_id)
    else:
        raise Invalid("nothing_chosen", "Choose conversations or a view.", FieldError("ids", "missing"))
    return show_bulk(await start_bulk(ctx, agent_id, ids, build_act(data.act)))


@route("POST", "/api/v1/conversations/bulk/undo", BULK, status=200)
async def undo_bulk_route(ctx: Ctx, me: Principal, data: UndoBody) -> BulkAnswer:
    """Puts back what an act on many conversations has changed, where nobody has changed it since."""
    return show_bulk(await undo_bulk(ctx, data.undo_token, agent_of(me)))


@route("GET", "/api/v1/conversations/bulk/{bulk_id:uuid}", BULK)
async def get_bulk_route(ctx: Ctx, bulk_id: UUID) -> BulkAnswer:
    """Says how far an act on many conversations is."""
    return show_bulk(await get_bulk(ctx, bulk_id))


def show_bulk(bulk: Bulk) -> BulkAnswer:
    """Shows an act on many conversations."""
    going_on = bulk.state in ("running", "undoing")
    return BulkAnswer(
        job_id=bulk.id if going_on else None,
        undo_token=bulk.id,
        total=bulk.total,
        changed=bulk.done,
        state=bulk.state,
    )


def build_act(data: ActBody) -> BulkAct:
    """Turns the body of a request into an act."""
    return BulkAct(
        status=data.status or ("snoozed" if data.snoozed_until or data.snooze_until_reply else None),
        snoozed_until=data.snoozed_until,
        snooze_until_reply=data.snooze_until_reply,
        set_assignee=data.assignee_id is not UNSET,
        assignee_id=None if data.assignee_id is UNSET else data.assignee_id,
        set_team=data.team_id is not UNSET,
        team_id=None if data.team_id is UNSET else data.team_id,
        priority=data.priority,
        add_tags=data.add_tags,
        remove_tags=data.remove_tags,
    )


ROUTES = (start_bulk_route, undo_bulk_route, get_bulk_route)
