"""What the shop's people have set up for their work: two fields of their own and a guided checklist for returns."""

from uuid import UUID

from parley.accounts.actions.settings import create_checklist, create_custom_field
from parley.conversations.actions.applying import Changes, apply_changes
from parley.conversations.actions.following import set_checklist
from parley.kit.ctx import Ctx
from parley.kit.log.fact import SYSTEM
from parley.kit.runtime import Runtime

CHECKLIST = {
    "name": "Return",
    "intent": "return",
    "items": [
        "Find the order and check that it is within 30 days",
        "Ask what is wrong: size, colour, damage",
        "Offer an exchange before a refund",
        "Send the return label",
        "Say when the money will be back",
    ],
}
REASONS = ["Too small", "Too large", "Changed mind", "Damaged", "Wrong item"]
RETURNS = """
SELECT c.id FROM conversations c
JOIN conversation_tags ct ON ct.workspace_id = c.workspace_id AND ct.conversation_id = c.id
JOIN tags t ON t.workspace_id = c.workspace_id AND t.id = ct.tag_id
WHERE c.workspace_id = $1 AND t.name_key = ANY($2) AND c.status IN ('open', 'snoozed')
GROUP BY c.id, c.last_message_at ORDER BY c.last_message_at DESC LIMIT 6
"""


async def add_guides(runtime: Runtime, workspace_id: UUID) -> None:
    """Adds fields and checklist, and puts them on the open returns, some of them half done."""
    async with runtime.ctx(workspace_id, SYSTEM) as ctx:
        await create_custom_field(ctx, label="Order number", kind="text", key="order_number")
        await create_custom_field(
            ctx, label="Reason for return", kind="select", key="return_reason", options=REASONS, position=1
        )
        checklist = await create_checklist(ctx, CHECKLIST)
    async with runtime.ctx(workspace_id, SYSTEM) as ctx:
        await _use(ctx, checklist)


async def _use(ctx: Ctx, checklist: UUID) -> None:
    rows = await ctx.tx.fetch(RETURNS, ctx.workspace_id, ["return", "exchange", "refund"])
    for number, row in enumerate(rows):
        await set_checklist(ctx, row["id"], checklist, list(range(number % 3)))
        reason = REASONS[number % len(REASONS)]
        await apply_changes(ctx, row["id"], Changes(custom_fields={"return_reason": reason}))
