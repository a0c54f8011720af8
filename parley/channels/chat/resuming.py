"""What a visitor has missed since his cursor, so that a widget that comes back keeps the pages it has loaded."""

from typing import TYPE_CHECKING, Any

import msgspec

from parley.channels.chat.batches import REARRANGED, build_frames
from parley.channels.chat.frames import WidgetMessage
from parley.channels.chat.views import PAGE
from parley.channels.chat.visitors import Visitor
from parley.kit.ctx import Ctx
from parley.kit.live.hub import Batch, LiveHub
from parley.kit.log.cursor import BadCursor, Cursor, parse_cursor
from parley.kit.log.fact import Recorded
from parley.kit.log.read import read_workspace

if TYPE_CHECKING:
    from parley.channels.chat.frames import Hello

# A longer absence is told by a fresh page, which costs less.
MOST_FACTS = 200


class Changes(msgspec.Struct, frozen=True):
    """The messages that are new or changed, and the newest one of the visitor's that has been read meanwhile."""

    messages: list[WidgetMessage]
    read: str | None


def find_resumable(hello: "Hello", visitor: Visitor) -> Cursor | None:
    """Gives the cursor from which a visitor may go on; None when he must be shown everything anew.

    Someone verified sees more than before, so his client says that he was verified when it got the cursor.
    """
    if hello.after is None or hello.token != visitor.token or visitor.conversation_id is None:
        return None
    if visitor.verified and not hello.verified:
        return None
    try:
        return parse_cursor(hello.after)
    except BadCursor:
        return None


async def find_changes(
    ctx: Ctx, hub: LiveHub, visitor: Visitor, after: Cursor, newest: Cursor
) -> Changes | None:
    """Reads what happened in the visitor's conversation after a cursor; None when that is not to be told in one page."""
    if after.epoch != ctx.db.epoch or after > newest:
        return None
    facts = await read_workspace(
        ctx.tx,
        ctx.workspace_id,
        after,
        epoch=ctx.db.epoch,
        own=ctx.db.sees_own_writes,
        limit=MOST_FACTS + 1,
        conversation_id=visitor.conversation_id,
    )
    if len(facts) > MOST_FACTS or any(_is_beginning(fact, visitor) for fact in facts):
        return None
    if not facts:
        return Changes([], None)
    extras: dict[str, Any] = {}
    await hub.look_up(ctx.tx, ctx.workspace_id, facts, extras)
    frames = build_frames(Batch(ctx.workspace_id, newest, facts, extras), visitor)
    messages = [fields["message"] for kind, fields in frames if kind == "message"]
    read = [str(fields["message"]) for kind, fields in frames if kind == "seen"]
    return None if len(messages) > PAGE else Changes(messages, max(read, default=None))


def _is_beginning(fact: Recorded, visitor: Visitor) -> bool:
    """Says whether the visitor's messages went elsewhere before this; the cursor then belongs to another conversation."""
    return fact.kind in REARRANGED or (
        fact.kind == "ThreadStarted" and fact.data["thread_id"] == str(visitor.thread_id)
    )
