"""From a stored mail to a message: read, judged, matched, received, in one transaction with the item's end."""

import hashlib
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from anyio import to_thread

from parley.channels.actions.intake import Item, finish_item, lock_item
from parley.channels.actions.mail_log import judge_exchange, note_exchange
from parley.channels.email.colleagues import judge_sender, may_speak_for_us, note_comment, post_as_agent
from parley.channels.email.copies import prove_by_answer
from parley.channels.email.files import MailFile, prepare_files, record_files
from parley.channels.email.matching import Match, match_mail
from parley.channels.email.people import (
    BY_AGENT,
    IN_FORWARD,
    IN_REPLY_TO,
    UNPROVEN,
    WROTE,
    Found,
    find_customer,
    find_nameless_customer,
)
from parley.channels.email.reading import (
    Body,
    Reading,
    Writer,
    build_envelope,
    find_writer,
    is_report,
    list_files,
    people,
    read_forwarded_body,
    read_language,
    read_mail,
    say_kind,
)
from parley.channels.email.reports import take_report
from parley.channels.mail.authentication import Verdict
from parley.channels.mail.automatic import Classified, Kind
from parley.channels.mail.forwards import Forwarded
from parley.channels.mail.loops import LoopAction, count_hops
from parley.channels.mail.models import UnparsableMail
from parley.channels.model import Channel
from parley.channels.queries.mailboxes import find_agent, list_own_addresses
from parley.conversations.actions.participants import add_participants
from parley.conversations.actions.receiving import receive_message
from parley.conversations.model import Inbound, Received
from parley.kit.ctx import Ctx
from parley.kit.failures import Refused
from parley.kit.log.fact import Actor
from parley.kit.masking import mask_cards

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A mail with what the workspace knows about its sender."""

    reading: Reading
    kind: Classified
    silent: str
    own_addresses: frozenset[str]
    writer: Writer | None
    agent_id: UUID | None

    @property
    def automatic(self) -> bool:
        """Whether a program wrote it."""
        return self.kind.kind is not Kind.PERSON


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """Who speaks in a mail, and what he says; `forwarded` when somebody else passed it on."""

    writer: Writer | None
    body: Body
    subject: str
    reason: str
    forwarded: Forwarded | None = None


async def ingest_mail(runtime: "Runtime", channel: Channel, item: Item, data: bytes) -> None:
    """Reads one stored mail of an e-mail channel; raises Refused for one that cannot be read."""
    if item.envelope.get("refused"):
        raise Refused(f"The mail server would not give this mail: {item.envelope['refused']}")
    try:
        reading = await to_thread.run_sync(read_mail, data)
    except UnparsableMail as failure:
        raise Refused("The mail is empty.") from failure
    async with runtime.ctx(channel.workspace_id, Actor("channel", channel.id)) as ctx:
        judged = await judge_mail(ctx, reading)
    dropped = why_dropped(channel, judged)
    files: list[MailFile] = []
    if not dropped and not is_report(judged.kind.kind):
        files = await prepare_files(runtime, channel.workspace_id, list_files(reading.mail))
    async with runtime.ctx(channel.workspace_id, Actor("channel", channel.id)) as ctx:
        if not await lock_item(ctx, item.id):
            return
        if dropped:
            await finish_item(ctx, item.id, note=dropped)
        elif is_report(judged.kind.kind):
            await take_report(ctx, item, judged.kind)
        else:
            await take_mail(runtime, ctx, channel, item, judged, files)


async def judge_mail(ctx: Ctx, reading: Reading) -> Judged:
    """Says what a mail is in this workspace: of which kind, from whom, one of our agents or not."""
    own = await list_own_addresses(ctx)
    kind, silent = say_kind(reading.mail, own)
    writer = find_writer(reading.mail, own)
    agent_id = await find_agent(ctx, writer.address) if writer is not None and writer.proven else None
    return Judged(
        reading=reading, kind=kind, silent=silent, own_addresses=own, writer=writer, agent_id=agent_id
    )


def why_dropped(channel: Channel, judged: Judged) -> str:
    """Says why a mail becomes no message; "" for nearly all. Its bytes stay with the item."""
    if count_hops(judged.reading.mail, channel.workspace_id.hex):
        return "It went out from here and came back."
    if judged.agent_id is not None and judged.automatic and judged.kind.certain:
        return f"An automatic mail of one of our agents ({judged.kind.reason})."
    return ""


async def take_mail(
    runtime: "Runtime", ctx: Ctx, channel: Channel, item: Item, judged: Judged, files: list[MailFile]
) -> None:
    """Turns a mail into a message of its writer, of an agent, or of the first author of a forward."""
    reading, writer = judged.reading, judged.writer
    trusted = judged.agent_id is not None and may_speak_for_us(channel.settings, reading)
    match = await match_mail(
        ctx,
        reading.mail,
        writer.address if writer else "",
        judged.own_addresses,
        is_agent=trusted,
        forged=reading.forged,
    )
    voice = choose_voice(channel, judged, match, trusted=trusted)
    if trusted and judged.agent_id and voice.forwarded is None and match.thread is not None:
        await post_as_agent(runtime, ctx, item, judged.agent_id, reading, match.thread, files)
        return
    twin = await _find_twin(ctx, channel, reading)
    if twin is not None:
        note = "The same mail came to another of our addresses too."
        await finish_item(ctx, item.id, message_id=twin[0], conversation_id=twin[1], note=note)
        return
    if voice.forwarded is not None:
        match = Match(reason="forwarded")
    found = await _identify(ctx, judged, voice, match)
    inbound = await _build_inbound(ctx, channel, item, judged, voice, match, found)
    inbound = msgspec.structs.replace(
        inbound, files=await record_files(runtime, ctx, files, voice.body, owner_id=item.id)
    )
    received = await receive_message(ctx, inbound)
    if received.new and voice.forwarded is not None and trusted and judged.agent_id:
        await note_comment(ctx, received.conversation_id, judged.agent_id, voice.forwarded)
    await _finish(ctx, item, judged, received, inbound)


def choose_voice(channel: Channel, judged: Judged, match: Match, *, trusted: bool) -> Voice:
    """Says who speaks: the writer, or the first author of a mail that somebody passed on who is believed."""
    reading, forwarded = judged.reading, judged.reading.forwarded
    sender = judged.writer.address if judged.writer else ""
    passed_on = forwarded is not None and forwarded.address not in ("", sender, *judged.own_addresses)
    believed = trusted or (
        getattr(channel.settings, "believe_forwards", False)
        and not reading.forged
        and judged.agent_id is None
        and not match.found
    )
    if forwarded is not None and passed_on and believed:
        return Voice(
            writer=Writer(name=forwarded.name, address=forwarded.address, proven=False),
            body=read_forwarded_body(forwarded),
            subject=forwarded.subject or reading.mail.subject,
            reason=BY_AGENT if trusted else IN_FORWARD,
            forwarded=forwarded,
        )
    writer = judged.writer
    # Who is not believed to be an agent is not believed to own the agent's address either.
    doubted = reading.forged or (judged.agent_id is not None and not trusted)
    if writer is not None and doubted:
        writer = Writer(name=writer.name, address=writer.address, proven=False)
    proven = writer is not None and writer.proven
    return Voice(
        writer=writer,
        body=reading.body,
        subject=reading.mail.subject,
        reason=UNPROVEN if doubted else WROTE if proven else IN_REPLY_TO,
    )


async def _identify(ctx: Ctx, judged: Judged, voice: Voice, match: Match) -> Found:
    writer, mail = voice.writer, judged.reading.mail
    if writer is None:
        shown = (mail.header("from") or "").strip()[:100]
        key = hashlib.sha256((shown or mail.message_id).encode("utf-8", "replace")).hexdigest()[:32]
        return await find_nameless_customer(ctx, key, shown)
    if match.copy is not None and writer.proven:
        proved = await prove_by_answer(ctx, match.copy, writer)
        if proved is not None:
            return proved
    return await find_customer(ctx, writer, reason=voice.reason, language=read_language(mail))


async def _build_inbound(
    ctx: Ctx, channel: Channel, item: Item, judged: Judged, voice: Voice, match: Match, found: Found
) -> Inbound:
    reading = judged.reading
    verdict = judge_sender(channel.settings, reading)
    envelope = build_envelope(reading, voice.writer, item.envelope, verdict)
    envelope["matched"] = match.reason[:300]
    if voice.reason == UNPROVEN and verdict is not Verdict.FAILED:
        envelope["sender_check"] = Verdict.UNCONFIRMED.value
    if voice.forwarded is not None:
        envelope |= {"forwarded_from": people(reading.mail.from_), "cc": [], "references": []}
    flooding = False
    if voice.writer is not None:
        await note_exchange(
            ctx,
            channel.id,
            voice.writer.address,
            direction="in",
            automatic=judged.automatic,
            subject=voice.subject,
        )
        loop = await judge_exchange(ctx, channel.id, voice.writer.address)
        flooding = loop.action is LoopAction.HOLD
        silent = judged.silent or ("" if loop.action is LoopAction.ANSWER else loop.reason)
        if silent:
            envelope["silent"] = silent
    external_id = await _choose_id(ctx, channel, reading)
    conversation_id = match.copy.conversation_id if match.copy else None
    return Inbound(
        channel_id=channel.id,
        channel_kind=channel.kind,
        brand_id=channel.brand_id,
        thread_id=match.thread.id if match.thread else None,
        thread_key=f"copy:{conversation_id}:{found.identity_id}"
        if conversation_id
        else f"mail:{external_id}"[:500],
        conversation_id=conversation_id,
        customer_id=found.customer_id,
        identity_id=found.identity_id,
        external_id=external_id,
        html=voice.body.html,
        text=voice.body.text,
        quoted_html=voice.body.quoted_html,
        subject=mask_cards(voice.subject)[0],
        language=read_language(reading.mail),
        envelope=envelope,
        participants=_participants(judged, envelope),
        remote_images=voice.body.remote_images,
        automatic=judged.automatic or flooding,
        raw_file_id=item.file_id,
        spam=reading.spam,
    )


def _participants(judged: Judged, envelope: dict[str, Any]) -> list[dict[str, str]]:
    listed = [*envelope["from"], *envelope["reply_to"], *envelope["to"], *envelope["cc"]]
    seen: dict[str, dict[str, str]] = {}
    for one in listed:
        if one["address"] not in judged.own_addresses:
            seen.setdefault(one["address"], one)
    return list(seen.values())


async def _choose_id(ctx: Ctx, channel: Channel, reading: Reading) -> str:
    """Gives the id under which the mail is kept: some programs give every mail the same Message-ID."""
    known = await ctx.tx.fetchval(
        """SELECT envelope->>'print' FROM messages WHERE workspace_id = $1 AND channel_id = $2 AND external_id = $3""",
        ctx.workspace_id,
        channel.id,
        reading.mail.message_id,
    )
    if known is None or known == reading.print:
        return reading.mail.message_id
    return f"{reading.mail.message_id}#{reading.print}"


async def _find_twin(ctx: Ctx, channel: Channel, reading: Reading) -> tuple[UUID, UUID] | None:
    """Finds the same mail on another channel: whoever writes to two of our addresses asks once."""
    row = await ctx.tx.fetchrow(
        """SELECT id, conversation_id FROM messages WHERE workspace_id = $1 AND channel_kind = 'email'
           AND external_id = $2 AND channel_id <> $3 AND direction = 'in' AND envelope->>'print' = $4 LIMIT 1""",
        ctx.workspace_id,
        reading.mail.message_id,
        channel.id,
        reading.print,
    )
    return (row["id"], row["conversation_id"]) if row else None


async def _finish(ctx: Ctx, item: Item, judged: Judged, received: Received, inbound: Inbound) -> None:
    if received.new and not judged.reading.forged:
        await add_participants(ctx, received.thread_id, inbound.participants)
    await finish_item(
        ctx,
        item.id,
        message_id=received.message_id,
        conversation_id=received.conversation_id,
        note="" if received.new else "It had been received before.",
    )
