"""From a stored form to a conversation that is answered by e-mail."""

from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from parley.channels.actions.intake import Item, finish_item, lock_item
from parley.channels.email.people import IN_FORM, find_customer
from parley.channels.email.reading import Writer
from parley.channels.forms.submission import Submission
from parley.channels.model import Channel
from parley.channels.queries.mailboxes import find_mail_channel
from parley.conversations.actions.opening import ThreadStart, start_thread
from parley.conversations.actions.receiving import receive_message
from parley.conversations.model import FileLink, Inbound
from parley.kit.ctx import Ctx
from parley.kit.failures import Refused
from parley.kit.log.fact import Actor
from parley.kit.richtext import html_from_text

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime


async def ingest_form(runtime: "Runtime", channel: Channel, item: Item, data: bytes) -> None:
    """Reads one stored form; raises Refused for one that cannot be read."""
    try:
        sent = msgspec.json.decode(data, type=Submission)
    except (msgspec.DecodeError, UnicodeError) as failure:
        raise Refused("The stored form cannot be read.") from failure
    async with runtime.ctx(channel.workspace_id, Actor("channel", channel.id)) as ctx:
        if await lock_item(ctx, item.id):
            await take_form(ctx, channel, item, sent)


async def take_form(ctx: Ctx, channel: Channel, item: Item, sent: Submission) -> None:
    """Opens a conversation with the form's message, and the e-mail thread in which it is answered."""
    writer = Writer(name=sent.name, address=sent.email, proven=False)
    found = await find_customer(ctx, writer, reason=IN_FORM, language=sent.language or None)
    person = [{"name": sent.name, "address": sent.email}]
    text = build_text(sent)
    subject = sent.subject or text.partition("\n")[0][:80]
    envelope = {
        "from": person,
        "subject": subject,
        "form": {"page": sent.page, "consent": sent.consent, "fields": [list(pair) for pair in sent.extra]},
    }
    received = await receive_message(
        ctx,
        Inbound(
            channel_id=channel.id,
            channel_kind="form",
            brand_id=channel.brand_id,
            thread_key=f"form:{item.id}",
            customer_id=found.customer_id,
            identity_id=found.identity_id,
            external_id=f"form:{sent.id}",
            html=html_from_text(text),
            text=text,
            subject=subject,
            language=sent.language or None,
            envelope=envelope,
            participants=person,
            files=[FileLink(UUID(file.id), file.name) for file in sent.files],
            spam=sent.spam,
        ),
    )
    if received.new:
        await _start_answers(ctx, channel, received.conversation_id, found.identity_id, subject, person)
    await finish_item(ctx, item.id, message_id=received.message_id, conversation_id=received.conversation_id)


async def _start_answers(
    ctx: Ctx,
    channel: Channel,
    conversation_id: UUID,
    identity_id: UUID,
    subject: str,
    person: list[dict[str, str]],
) -> None:
    """Starts the thread in which the form is answered; without an e-mail channel nothing can be answered."""
    preferred = UUID(channel.settings.reply_channel) if channel.settings.reply_channel else None
    mail = await find_mail_channel(ctx, channel.brand_id, preferred)
    if mail is None:
        return
    await start_thread(
        ctx,
        ThreadStart(
            conversation_id=conversation_id,
            channel_id=mail.id,
            channel_kind="email",
            key=f"form:{conversation_id}",
            identity_id=identity_id,
            subject=subject,
            participants=person,
        ),
    )


def build_text(sent: Submission) -> str:
    """Gives the text of the message: what was written, then the additional fields."""
    lines = [f"{label}: {value}" for label, value in sent.extra]
    return "\n\n".join(part for part in (sent.message, "\n".join(lines)) if part)
