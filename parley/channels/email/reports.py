"""What mail servers report about mail of ours: a bounce makes the message it is about a failed one."""

from parley.channels.actions.intake import Item, finish_item
from parley.channels.mail.automatic import Classified, Kind
from parley.channels.mail.bounces import Failure
from parley.conversations.actions.delivering import Delivery, finish_delivery
from parley.kit.ctx import Ctx

FIND = """
SELECT d.id, d.message_id, d.thread_id, d.conversation_id, d.channel_id, d.purpose, d.state, d.attempts, d.external_id,
       d.address
FROM deliveries d WHERE d.workspace_id = $1 AND (
  d.external_id = $2 OR d.message_id IN (SELECT m.id FROM messages m WHERE m.workspace_id = $1
    AND m.channel_kind = 'email' AND m.external_id = $2 AND m.direction = 'out'))
ORDER BY d.id DESC LIMIT 1
"""


async def take_report(ctx: Ctx, item: Item, report: Classified) -> None:
    """Joins a report with the message it is about; one about mail that we do not know is only kept."""
    delivery = await find_delivery(ctx, report.original_message_id)
    if delivery is None:
        await finish_item(
            ctx, item.id, note=f"A report about a mail that is not known here ({report.reason})."
        )
        return
    failures = [one for one in report.failures if one.permanent]
    note = f"A report about this message ({report.reason})."
    if report.kind is Kind.BOUNCE and (failures or not report.failures):
        await finish_delivery(ctx, delivery, "failed", error=describe(failures, report))
    await finish_item(
        ctx, item.id, message_id=delivery.message_id, conversation_id=delivery.conversation_id, note=note
    )


async def find_delivery(ctx: Ctx, message_id: str | None) -> Delivery | None:
    """Finds the delivery of a mail of ours by its Message-ID."""
    if not message_id:
        return None
    row = await ctx.tx.fetchrow(FIND, ctx.workspace_id, message_id)
    return Delivery(**row) if row else None


def describe(failures: list[Failure], report: Classified) -> str:
    """Says to whom the mail could not be delivered, in the server's words."""
    if not failures:
        return f"The mail came back: {report.reason}."
    words = [_words(one) for one in failures[:5]]
    return f"The mail came back. {'; '.join(words)}"


def _words(failure: Failure) -> str:
    said = failure.diagnostic or failure.status or "the server gave no reason"
    if failure.status and failure.status not in said:
        said = f"{failure.status} {said}"
    return f"{failure.recipient or 'The recipient'}: {said}"[:400]
