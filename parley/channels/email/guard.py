"""What may leave: automatic mail only to people, and never in a circle."""

from parley.channels.actions.mail_log import judge_exchange, note_exchange
from parley.channels.mail.loops import LoopAction
from parley.channels.model import Channel
from parley.channels.ports import OutboundMessage
from parley.kit.ctx import Ctx
from parley.kit.failures import Refused

SILENT = """
SELECT envelope->>'silent' FROM messages
WHERE workspace_id = $1 AND conversation_id = $2 AND thread_id = $3 AND direction = 'in' ORDER BY id DESC LIMIT 1
"""


async def check_outgoing(ctx: Ctx, channel: Channel, message: OutboundMessage) -> None:
    """Holds back an automatic mail that would answer a program or keep a loop going; raises Refused."""
    if not message.automatic:
        return
    silent = await ctx.tx.fetchval(SILENT, ctx.workspace_id, message.conversation_id, message.thread_id)
    if silent:
        raise Refused(f"Held back: this mail may not be answered automatically ({silent}).")
    for address in _recipients(message):
        verdict = await judge_exchange(ctx, channel.id, address)
        if verdict.action is not LoopAction.ANSWER:
            raise Refused(f"Held back by the loop guard: {verdict.reason}.")


async def note_sent(ctx: Ctx, channel: Channel, message: OutboundMessage) -> None:
    """Notes a mail that has left."""
    for address in _recipients(message):
        await note_exchange(
            ctx,
            channel.id,
            address,
            direction="out",
            automatic=message.automatic,
            subject=str(message.envelope.get("subject") or ""),
        )


def _recipients(message: OutboundMessage) -> list[str]:
    return [str(one.get("address") or "") for one in message.envelope.get("to") or ()][:20]
