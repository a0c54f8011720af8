"""What deciders may ask of this slice."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from parley.conversations.actions.posting import Draft, add_note
from parley.kit.ctx import Ctx
from parley.kit.i18n.formats import format_date
from parley.outreach.actions.messages import NewMessage, add_message, finish_message
from parley.outreach.queries.states import get_view
from parley.outreach.telling import TELL
from parley.outreach.texts import CATALOGUE

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime


def register_acts(runtime: "Runtime") -> None:
    """Adds the acts of the slice. The row with its key is what makes each of them happen once."""
    runtime.decisions.add_act("send_order_message", send, take_back)
    runtime.decisions.add_act("skip_order_message", skip)
    runtime.decisions.add_act("note_order_delay", note)


async def send(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """Plans a message for its hour."""
    new = msgspec.convert(args, NewMessage, strict=False)
    added = await add_message(ctx, new, "planned")
    if added is not None and new.due_at is not None and new.due_at <= ctx.now:
        ctx.defer(TELL, {}, key=f"tell:{ctx.workspace_id}")
    return {"order_message_id": str(added) if added else None}


async def take_back(ctx: Ctx, _args: dict[str, Any], result: dict[str, Any]) -> None:
    """Cancels a message that has not left."""
    if result.get("order_message_id"):
        await finish_message(ctx, UUID(result["order_message_id"]), "cancelled")


async def skip(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """Writes down that nothing is told, and why."""
    added = await add_message(ctx, msgspec.convert(args, NewMessage, strict=False), "skipped")
    return {"order_message_id": str(added) if added else None}


async def note(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """Tells the agent in the conversation in which the customer has asked already."""
    new = msgspec.convert(args, NewMessage, strict=False)
    added = await add_message(ctx, new, "skipped")
    if added is None or new.conversation_id is None:
        return {"order_message_id": None}
    language = await ctx.tx.fetchval(
        "SELECT language FROM workspaces WHERE workspace_id = $1", ctx.workspace_id
    )
    order = await get_view(ctx, new.order_id)
    promised = format_date(language, new.promised_at) if new.promised_at else ""
    text = CATALOGUE.translate(
        language, f"note.{new.kind}", number=order.number, promised=promised, days=new.days
    )
    draft = Draft(conversation_id=new.conversation_id, text=text, author_kind="system")
    posted = await add_note(ctx, draft)
    return {"order_message_id": str(added), "message_id": str(posted.message_id)}
