"""From a planned message to a mail in the inbox: where it is posted, in which words, from which address."""

from uuid import UUID

from parley.conversations.actions.changing import close_conversation
from parley.conversations.actions.opening import Opening, ThreadStart, open_conversation, start_thread
from parley.conversations.actions.posting import Draft, Posted, post_message
from parley.conversations.ports import ChannelPort
from parley.customers.actions.identify import identify_customer
from parley.kit.ctx import Ctx
from parley.outreach.model import OrderState
from parley.outreach.texts import Text

# The open conversation about the order, else the one in which we wrote about it before.
THREAD = """
SELECT t.id, t.conversation_id FROM threads t
JOIN conversations c ON c.workspace_id = $1 AND c.id = t.conversation_id AND c.status <> 'spam'
  AND c.merged_into_id IS NULL
JOIN channels h ON h.workspace_id = $1 AND h.id = t.channel_id AND h.state = 'active' AND h.deleted_at IS NULL
WHERE t.workspace_id = $1 AND t.channel_kind = 'email' AND t.purpose = 'customer'
  AND (t.identity_id IS NULL OR EXISTS (SELECT 1 FROM identities i WHERE i.workspace_id = $1 AND i.id = t.identity_id
                                        AND i.customer_id = c.customer_id))
  AND (t.conversation_id = $3
  OR t.conversation_id IN (SELECT m.conversation_id FROM order_messages m WHERE m.workspace_id = $1
                           AND m.order_id = $2 AND m.message_id IS NOT NULL))
ORDER BY t.conversation_id IS NOT DISTINCT FROM $3 DESC, t.last_message_at DESC LIMIT 1
"""
# The brand's own address before one for all.
CHANNEL = """
SELECT id FROM channels WHERE workspace_id = $1 AND kind = 'email' AND state = 'active' AND deleted_at IS NULL
  AND (brand_id IS NULL OR $2::uuid IS NULL OR brand_id = $2)
ORDER BY brand_id IS NOT DISTINCT FROM $2 DESC, created_at, id LIMIT 1
"""


async def find_channel(ctx: Ctx, order: OrderState) -> UUID | None:
    """Gives the e-mail channel that speaks for the order's store."""
    found: UUID | None = await ctx.tx.fetchval(CHANNEL, ctx.workspace_id, order.brand_id)
    return found


async def post_about_order(
    ctx: Ctx, port: ChannelPort, order: OrderState, text: Text, channel_id: UUID, conversation_id: UUID | None
) -> Posted:
    """Posts a message to the shopper: in the conversation about the order, else in a new one that is closed at once.

    A reply opens it. Raises Conflict and Invalid as `post_message` does.
    """
    to = [{"name": order.name, "address": order.email}]
    known = await ctx.tx.fetchrow(THREAD, ctx.workspace_id, order.id, conversation_id)
    if known is not None:
        place = (known["conversation_id"], known["id"])
    else:
        place = await _open(ctx, port, order, text, channel_id)
    draft = Draft(
        conversation_id=place[0],
        thread_id=place[1],
        html=text.html,
        wanted={"to": to, "cc": [], "subject": text.subject},
        automatic=True,
        author_kind="system",
    )
    posted = await post_message(ctx, port, draft)
    if known is None:
        await close_conversation(ctx, place[0])
    return posted


async def _open(
    ctx: Ctx, port: ChannelPort, order: OrderState, text: Text, channel_id: UUID
) -> tuple[UUID, UUID]:
    thread = await port.start_thread_to(
        ctx, channel_id, [{"name": order.name, "address": order.email}], text.subject
    )
    found = await identify_customer(
        ctx,
        thread.identity_kind,
        thread.address,
        name=thread.name,
        reason="written_to",
        language=text.language,
    )
    conversation_id = await open_conversation(
        ctx,
        Opening(
            customer_id=found.customer_id,
            channel_id=channel_id,
            channel_kind=thread.channel_kind,
            brand_id=thread.brand_id or order.brand_id,
            subject=text.subject,
            language=text.language,
        ),
    )
    start = ThreadStart(
        conversation_id=conversation_id,
        channel_id=channel_id,
        channel_kind=thread.channel_kind,
        key=thread.key,
        identity_id=found.identity_id,
        subject=text.subject,
        participants=thread.participants,
    )
    return conversation_id, await start_thread(ctx, start)
