"""Merging conversations and taking them apart."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from parley.conversations.actions.joining import merge_conversations, unmerge_conversation
from parley.conversations.actions.splitting import split_conversation, undo_split
from parley.conversations.queries.joins import Join, get_join, list_joins
from parley.kit.ctx import Ctx
from parley.kit.http.access import needs
from parley.kit.http.paging import Page, cut_page
from parley.kit.http.routes import route

READ = needs("conversations:read")
WRITE = needs("conversations:write")
ONE = "/api/v1/conversations/{conversation_id:uuid}"


class MergeBody(msgspec.Struct, forbid_unknown_fields=True):
    """Into which conversation; `confirm_other_customer` where it is another customer's."""

    into: UUID
    confirm_other_customer: bool = False


@route("POST", ONE + "/merge", WRITE, status=200)
async def merge_conversation_route(ctx: Ctx, conversation_id: UUID, data: MergeBody) -> Join:
    """Makes the conversation part of another, with its threads, messages, notes, tags and drafts."""
    made = await merge_conversations(
        ctx, conversation_id, data.into, other_customer=data.confirm_other_customer
    )
    return await get_join(ctx.tx, ctx.workspace_id, conversation_id, made.id)


@route("POST", ONE + "/unmerge", WRITE, status=200)
async def unmerge_conversation_route(ctx: Ctx, conversation_id: UUID) -> Join:
    """Takes the conversation out of the one it was merged into, with what has come on its threads since."""
    merge = await unmerge_conversation(ctx, conversation_id)
    return await get_join(ctx.tx, ctx.workspace_id, conversation_id, merge.id)


@route("GET", ONE + "/merges", READ)
async def list_joins_route(
    ctx: Ctx, conversation_id: UUID, limit: int = 100, after: str | None = None
) -> Page[Join]:
    """Lists what was merged into the conversation, or it into, and what was split off; the newest hundred."""
    found = await list_joins(ctx.tx, ctx.workspace_id, conversation_id)
    return cut_page(found, lambda join: str(join.id), limit, after)


class SplitBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which messages; `later` takes along all that came after the first of them."""

    message_ids: Annotated[list[UUID], Meta(min_length=1, max_length=1000)]
    later: bool = False


@route("POST", ONE + "/split", WRITE, status=200)
async def split_conversation_route(ctx: Ctx, conversation_id: UUID, data: SplitBody) -> Join:
    """Makes messages of the conversation a new one of the same customer."""
    made = await split_conversation(ctx, conversation_id, data.message_ids, later=data.later)
    return await get_join(ctx.tx, ctx.workspace_id, conversation_id, made.id)


@route("POST", ONE + "/unsplit", WRITE, status=200)
async def undo_split_route(ctx: Ctx, conversation_id: UUID) -> Join:
    """Puts the messages of a conversation that was split off back, with all that came since."""
    split = await undo_split(ctx, conversation_id)
    return await get_join(ctx.tx, ctx.workspace_id, conversation_id, split.id)


ROUTES = (
    merge_conversation_route,
    unmerge_conversation_route,
    split_conversation_route,
    undo_split_route,
    list_joins_route,
)
