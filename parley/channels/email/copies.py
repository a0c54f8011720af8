"""Chat answered by e-mail: what a visitor has not seen after a while goes to the address he left."""

import html as htmllib
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from parley.channels.email.addressing import choose_sender
from parley.channels.email.matching import list_recipients
from parley.channels.email.people import ANSWERED, Found
from parley.channels.email.reading import Writer
from parley.channels.mail.addresses import domain_of, normalise_address
from parley.channels.queries.candidates import KnownCopy
from parley.channels.queries.mailboxes import find_mail_channel
from parley.channels.queries.senders import read_voice
from parley.channels.words import catalogue
from parley.conversations.actions.delivering import queue_delivery
from parley.conversations.actions.merging import hand_over, take_over
from parley.customers.actions.identify import find_identity, prove_identity
from parley.facts.conversations import MessagePosted
from parley.kit.ctx import Ctx
from parley.kit.jobs.registry import Job
from parley.kit.log.fact import SYSTEM, Fact, Recorded

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

JOB = "channels.mail_unseen"
MOST = 50
ABOUT = """
SELECT c.id AS conversation_id, c.brand_id, cu.id AS customer_id,
       coalesce(c.language, cu.language, w.language) AS language, nv.value AS name,
       (SELECT i.value FROM identities i WHERE i.workspace_id = $1 AND i.customer_id = cu.id AND i.kind = 'email'
          ORDER BY i.verified DESC, i.id DESC LIMIT 1) AS email,
       (SELECT v.page->>'url' FROM visitors v WHERE v.workspace_id = $1 AND v.thread_id = $2
          ORDER BY v.seen_at DESC LIMIT 1) AS page
FROM threads t JOIN conversations c ON c.workspace_id = $1 AND c.id = t.conversation_id
JOIN workspaces w ON w.workspace_id = $1
LEFT JOIN identities o ON o.workspace_id = $1 AND o.id = t.identity_id
JOIN customers cu ON cu.workspace_id = $1 AND cu.id = CASE WHEN o.customer_id IS NULL THEN c.customer_id ELSE o.customer_id END
LEFT JOIN personal_values nv ON nv.workspace_id = $1 AND nv.id = cu.name_id
WHERE t.workspace_id = $1 AND t.id = $2 AND c.status <> 'spam' AND cu.blocked_at IS NULL FOR UPDATE OF c
"""
# Whoever writes has seen what stood above; what went out in a copy needs no second one.
UNSEEN = """
SELECT m.id FROM messages m
WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.thread_id = $3 AND m.direction = 'out' AND m.kind = 'message'
  AND m.state IN ('sent', 'delivered') AND (NOT m.automatic OR m.author_kind = 'agent') AND m.seen_at IS NULL
  AND m.redacted_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM messages i WHERE i.workspace_id = $1 AND i.conversation_id = $2 AND i.thread_id = $3
                  AND i.direction = 'in' AND i.id > m.id)
  AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.workspace_id = $1 AND d.thread_id = $3 AND d.purpose = 'copy'
                  AND d.message_id >= m.id)
ORDER BY m.id LIMIT $4
"""
EARLIER = """
SELECT external_id FROM deliveries WHERE workspace_id = $1 AND thread_id = $2 AND purpose = 'copy'
ORDER BY id LIMIT 10
"""


def watch_unseen(patience: timedelta) -> Callable[[Ctx, Fact, Recorded], Awaitable[None]]:
    """Gives the subscriber that has an answer in the chat looked at again when `patience` is over."""

    async def watch(ctx: Ctx, fact: Fact, _: Recorded) -> None:
        if not isinstance(fact, MessagePosted) or fact.channel_kind != "chat":
            return
        # What a person sends to many answers nobody, but is to be read by each.
        if not fact.automatic or fact.author_kind == "agent":
            later = max(timedelta(0), fact.scheduled_for - ctx.now) if fact.scheduled_for else timedelta(0)
            about = {"conversation_id": fact.conversation_id, "thread_id": fact.thread_id}
            ctx.defer(JOB, about, delay=later + patience)

    return watch


async def mail_unseen(job: Job) -> None:
    """Queues one mail with everything that the visitor has not seen, where he has an address."""
    async with job.runtime.ctx(job.workspace_id, SYSTEM) as ctx:
        await queue_copy(job.runtime, ctx, job.uuid("conversation_id"), job.uuid("thread_id"))


async def queue_copy(runtime: "Runtime", ctx: Ctx, conversation_id: UUID, thread_id: UUID) -> bool:
    """Queues the copy; False when all has been seen, there is no address, or no e-mail channel."""
    about = await ctx.tx.fetchrow(ABOUT, ctx.workspace_id, thread_id)
    to = normalise_address(about["email"] or "") if about else None
    if about is None or to is None:
        return False
    # The thread may have gone to another conversation since.
    conversation_id = about["conversation_id"]
    rows = await ctx.tx.fetch(UNSEEN, ctx.workspace_id, conversation_id, thread_id, MOST)
    found = await find_mail_channel(ctx, about["brand_id"])
    if not rows or found is None:
        return False
    channel = await runtime.parts["channels"].book.get(ctx.tx, ctx.workspace_id, found.id)
    sender = await choose_sender(ctx, channel, None, {})
    voice = await read_voice(ctx, about["brand_id"], None)
    earlier = [row["external_id"] for row in await ctx.tx.fetch(EARLIER, ctx.workspace_id, thread_id)]
    await queue_delivery(
        ctx,
        message_id=rows[-1]["id"],
        thread_id=thread_id,
        conversation_id=conversation_id,
        channel_id=channel.id,
        purpose="copy",
        not_before=ctx.now,
        # Nothing that a visitor can know: whoever answers this id has read the mail.
        external_id=f"chat.{secrets.token_hex(16)}@{domain_of(sender.address)}",
        address={
            "to": [{"name": about["name"] or "", "address": to}],
            "from": [{"name": sender.name, "address": sender.address}],
            "subject": catalogue().translate(about["language"], "copy.subject", shop=voice.shop),
            "messages": [str(row["id"]) for row in rows],
            "language": about["language"],
            "shop": voice.shop,
            "page": about["page"] if str(about["page"] or "").startswith(("https://", "http://")) else "",
            "in_reply_to": earlier[-1] if earlier else None,
            "references": earlier,
            "installation": ctx.workspace_id.hex,
        },
    )
    return True


class CopiedMessage(msgspec.Struct, frozen=True):
    """One chat message inside a copy."""

    author: str
    at: datetime
    html: str
    text: str


def build_copy(address: dict[str, Any], messages: list[CopiedMessage]) -> tuple[str, str]:
    """Builds HTML and text of a copy: the messages, how to answer, where the chat is."""
    language, shop, page = (
        str(address.get("language") or "en"),
        str(address.get("shop") or ""),
        str(address.get("page") or ""),
    )
    say = catalogue()
    intro, outro = say.translate(language, "copy.intro", shop=shop), say.translate(language, "copy.outro")
    back = say.translate(language, "copy.return")
    html = [f"<p>{htmllib.escape(intro)}</p>"]
    text = [intro]
    for message in messages:
        name = message.author.split(" ")[0]
        html.append(f"<p><strong>{htmllib.escape(name or shop)}</strong></p>{message.html}")
        text.append(f"{name or shop}:\n{message.text}")
    html.append(f"<p>{htmllib.escape(outro)}</p>")
    text.append(outro)
    if page:
        shown = htmllib.escape(page, quote=True)
        html.append(f'<p>{htmllib.escape(back)} <a href="{shown}">{shown}</a></p>')
        text.append(f"{back} {page}")
    return "\n".join(html), "\n\n".join(text)


async def prove_by_answer(ctx: Ctx, copy: KnownCopy, writer: Writer) -> Found | None:
    """Makes the address to which a copy went a proven one, because its mail was answered.

    The chat's customer and the holder of the address become one; None when a colleague answered instead.
    """
    if writer.address not in list_recipients(copy):
        return None
    holder = await prove_identity(ctx, copy.customer_id, "email", writer.address, reason=ANSWERED)
    if holder != copy.customer_id:
        await take_over(ctx, copy.customer_id)
        await hand_over(ctx, copy.conversation_id, copy.customer_id, holder)
        await ctx.tx.execute(
            "UPDATE visitors SET customer_id = $3 WHERE workspace_id = $1 AND customer_id = $2",
            ctx.workspace_id,
            copy.customer_id,
            holder,
        )
    identity = await find_identity(ctx, "email", writer.address)
    return Found(identity.customer_id, identity.identity_id) if identity else None
