"""Mail from our own people: an answer from an ordinary mail program, or a customer's mail passed on."""

import hashlib
from typing import TYPE_CHECKING, Any
from uuid import UUID

from parley.channels.actions.intake import Item, finish_item
from parley.channels.email.files import MailFile, record_files
from parley.channels.email.matching import list_participants
from parley.channels.email.reading import Reading, people
from parley.channels.email.settings import MailSettings, list_checkers
from parley.channels.mail.addresses import domain_of
from parley.channels.mail.authentication import Verdict
from parley.channels.mail.forwards import Forwarded
from parley.channels.queries.candidates import KnownThread
from parley.conversations.actions.posting import Draft, add_note, post_message
from parley.conversations.ports import ChannelPort, NewThread, Outgoing, SendingRules
from parley.kit.ctx import Ctx
from parley.kit.log.fact import Actor

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime


def judge_sender(settings: MailSettings, reading: Reading) -> Verdict:
    """Says what is known about a sender, as far as this channel believes what the mail says about it."""
    return reading.authentication.judge(list_checkers(settings))


def may_speak_for_us(settings: MailSettings, reading: Reading) -> bool:
    """Says whether a mail that names an agent as its sender is believed to come from him.

    Never when his server was asked and did not confirm him: whoever knows a conversation could write as him then.
    Where nobody was asked, the channel's setting decides.
    """
    verdict = judge_sender(settings, reading)
    if verdict is Verdict.UNKNOWN:
        return not getattr(settings, "authenticated_agents_only", False)
    return verdict is Verdict.CONFIRMED


class _Relay:
    """A channel port for an answer that came by mail: `sent` when the customer has it already."""

    def __init__(self, port: ChannelPort, key: str, sent: Outgoing | None) -> None:
        self._port = port
        self._key = key
        self._sent = sent

    async def get_rules(self, ctx: Ctx, channel_id: UUID) -> SendingRules:
        """Gives the channel's rules; nothing leaves when the customer has the mail already."""
        rules = await self._port.get_rules(ctx, channel_id)
        if self._sent is not None:
            return SendingRules(instant=True, undo_seconds=0, max_length=rules.max_length)
        return rules

    async def address_reply(
        self, ctx: Ctx, thread_id: UUID, message_id: UUID, wanted: dict[str, Any]
    ) -> Outgoing:
        """Addresses as always, under an id made from the agent's mail, so that the same mail counts once."""
        if self._sent is not None:
            return self._sent
        outgoing = await self._port.address_reply(ctx, thread_id, message_id, wanted)
        domain = domain_of(outgoing.external_id or "") or "localhost"
        return Outgoing(f"{self._key}@{domain}", outgoing.envelope)

    async def start_thread_to(
        self, ctx: Ctx, channel_id: UUID, to: list[dict[str, str]], subject: str
    ) -> NewThread:
        """Starts threads as always."""
        return await self._port.start_thread_to(ctx, channel_id, to, subject)


async def post_as_agent(
    runtime: "Runtime",
    ctx: Ctx,
    item: Item,
    agent_id: UUID,
    reading: Reading,
    thread: KnownThread,
    files: list[MailFile],
) -> None:
    """Posts an agent's mail as his answer; it goes out unless he wrote to the customer himself."""
    key = f"agent.{hashlib.sha256(f'{reading.mail.message_id}{reading.print}'.encode()).hexdigest()[:32]}"
    known = await _find_posted(ctx, thread, key, reading.mail.message_id)
    if known is not None:
        await finish_item(
            ctx, item.id, message_id=known, conversation_id=thread.conversation_id, note="Posted before."
        )
        return
    mail = reading.mail
    outside = list_participants(thread) - {mail.author.address if mail.author else ""}
    reached = bool(outside & {one.address for one in (*mail.to, *mail.cc)})
    envelope = {
        "from": people(mail.from_),
        "to": people(mail.to),
        "cc": people(mail.cc),
        "subject": mail.subject,
    }
    sent = Outgoing(mail.message_id, {**envelope, "by_mail": True}) if reached else None
    links = await record_files(runtime, ctx, files, reading.body, owner_id=item.id)
    ctx.actor = Actor("agent", agent_id)
    posted = await post_message(
        ctx,
        _Relay(runtime.parts["channel_port"], key, sent),
        Draft(
            conversation_id=thread.conversation_id,
            thread_id=thread.id,
            html=reading.body.html,
            text=reading.body.text,
            links=links,
            undo_seconds=0,
            author_id=agent_id,
        ),
    )
    await finish_item(ctx, item.id, message_id=posted.message_id, conversation_id=thread.conversation_id)


async def _find_posted(ctx: Ctx, thread: KnownThread, key: str, message_id: str) -> UUID | None:
    found: UUID | None = await ctx.tx.fetchval(
        """SELECT id FROM messages WHERE workspace_id = $1 AND conversation_id = $2 AND direction = 'out'
           AND (external_id = $3 OR starts_with(external_id, $4)) LIMIT 1""",
        ctx.workspace_id,
        thread.conversation_id,
        message_id,
        f"{key}@",
    )
    return found


async def note_comment(ctx: Ctx, conversation_id: UUID, agent_id: UUID, forwarded: Forwarded) -> None:
    """Adds what an agent wrote above a mail that he passed on as his note."""
    if not forwarded.comment.strip():
        return
    before, ctx.actor = ctx.actor, Actor("agent", agent_id)
    await add_note(ctx, Draft(conversation_id=conversation_id, text=forwarded.comment, author_id=agent_id))
    ctx.actor = before
