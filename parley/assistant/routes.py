"""What was understood, over HTTP."""

from datetime import datetime
from uuid import UUID

import msgspec

from parley.conversations.queries.timeline import check_conversation
from parley.kit.ctx import Ctx
from parley.kit.http.access import needs
from parley.kit.http.paging import Page, cut_page
from parley.kit.http.routes import route

# The customer's last words, in whichever conversation he wrote them.
MOODS = """
SELECT u.message_id, u.conversation_id, u.sentiment, u.urgent, u.threatening, u.at
FROM (SELECT c.id FROM conversations c WHERE c.workspace_id = $1
        AND c.customer_id = (SELECT o.customer_id FROM conversations o WHERE o.workspace_id = $1 AND o.id = $2)
      ORDER BY c.last_message_at DESC, c.id DESC LIMIT 20) AS his
CROSS JOIN LATERAL (SELECT * FROM understandings n WHERE n.workspace_id = $1 AND n.conversation_id = his.id
                    ORDER BY n.message_id DESC LIMIT 12) AS u
ORDER BY u.message_id DESC LIMIT 12
"""


class Mood(msgspec.Struct, kw_only=True):
    """How a message of the customer sounded."""

    message_id: UUID
    conversation_id: UUID
    sentiment: str
    urgent: bool
    threatening: bool
    at: datetime


@route("GET", "/api/v1/conversations/{conversation_id:uuid}/moods", needs("conversations:read"))
async def get_moods(ctx: Ctx, conversation_id: UUID, limit: int = 50, after: str | None = None) -> Page[Mood]:
    """Lists how the last twelve messages of the conversation's customer sounded, the newest first."""
    rows = await ctx.tx.fetch(MOODS, ctx.workspace_id, conversation_id)
    if not rows:
        await check_conversation(ctx.tx, ctx.workspace_id, conversation_id)
    found = [Mood(**dict(row)) for row in rows]
    return cut_page(found, lambda mood: str(mood.message_id), limit, after)


ROUTES = (get_moods,)
