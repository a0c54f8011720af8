"""To whom an answer goes, from which address, under which subject and ids."""

from typing import Any
from uuid import UUID

import msgspec

from parley.channels.mail.addresses import build_plus_address, domain_of, normalise_address
from parley.channels.mail.compose import build_references
from parley.channels.mail.subjects import base_subject
from parley.channels.model import Channel
from parley.channels.queries.mailboxes import list_own_addresses
from parley.channels.queries.senders import SenderRow, VoiceRow, list_senders, read_voice
from parley.conversations.actions.participants import add_participants
from parley.conversations.ports import NewThread, Outgoing
from parley.kit.ctx import Ctx
from parley.kit.errors import FieldError, Invalid
from parley.kit.ids import uuid7

MOST_RECIPIENTS = 100
THREAD = """
SELECT t.token, t.participants, sv.value AS subject, cv.value AS conversation_subject, i.value AS address, nv.value AS name,
       t.purpose
FROM threads t JOIN conversations c ON c.workspace_id = $1 AND c.id = t.conversation_id
LEFT JOIN personal_values sv ON sv.workspace_id = $1 AND sv.id = t.subject_value_id
LEFT JOIN personal_values cv ON cv.workspace_id = $1 AND cv.id = c.subject_value_id
LEFT JOIN identities i ON i.workspace_id = $1 AND i.id = t.identity_id AND i.kind = 'email'
LEFT JOIN customers cu ON cu.workspace_id = $1 AND cu.id = i.customer_id
LEFT JOIN personal_values nv ON nv.workspace_id = $1 AND nv.id = cu.name_id
WHERE t.workspace_id = $1 AND t.id = $2
"""
LAST = """
SELECT external_id, envelope, direction FROM messages
WHERE workspace_id = $1 AND conversation_id = (SELECT conversation_id FROM threads WHERE workspace_id = $1 AND id = $2)
  AND thread_id = $2 AND kind = 'message' AND ($3 = '' OR direction = $3) AND state <> 'cancelled'
  AND redacted_at IS NULL
ORDER BY id DESC LIMIT 1
"""
Person = dict[str, str]


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """Who writes: name, address and signature."""

    name: str
    address: str
    signature_html: str


async def address_mail(
    ctx: Ctx, channel: Channel, thread_id: UUID, message_id: UUID, wanted: dict[str, Any]
) -> Outgoing:
    """Completes an answer by e-mail: what the writer chose wins, the rest follows from the last mail.

    Raises Invalid for a bad address, for too many of them, and when there is none at all.
    """
    thread = await ctx.tx.fetchrow(THREAD, ctx.workspace_id, thread_id)
    if thread is None:
        raise Invalid("no_thread", "This thread is not there any more.")
    last_in = await ctx.tx.fetchrow(LAST, ctx.workspace_id, thread_id, "in")
    incoming: dict[str, Any] = (last_in["envelope"] or {}) if last_in else {}
    own = await list_own_addresses(ctx)
    to = read_people(wanted.get("to"), "to") or default_to(incoming, thread, own)
    if not to:
        raise Invalid(
            "no_recipient",
            "Say to whom the answer goes; the last mail named nobody.",
            FieldError("to", "empty"),
        )
    cc = read_people(wanted["cc"], "cc") if wanted.get("cc") is not None else default_cc(incoming, to, own)
    bcc = read_people(wanted.get("bcc"), "bcc")
    if len(to) + len(cc) + len(bcc) > MOST_RECIPIENTS:
        raise Invalid(
            "too_many_recipients", f"At most {MOST_RECIPIENTS} recipients.", FieldError("to", "too many")
        )
    sender = await choose_sender(ctx, channel, wanted.get("sender_id") or wanted.get("sender"), incoming)
    before = await ctx.tx.fetchrow(LAST, ctx.workspace_id, thread_id, "")
    await add_participants(ctx, thread_id, [one for one in (*to, *cc) if one["address"] not in own])
    return Outgoing(
        f"{message_id}@{domain_of(sender.address)}",
        {
            "from": [{"name": sender.name, "address": sender.address}],
            "to": to,
            "cc": cc,
            "bcc": bcc,
            "reply_to": _reply_to(channel, sender, thread["token"]),
            "subject": choose_subject(wanted.get("subject"), incoming, thread, answered=before is not None),
            **_chain(last_in, before),
            "signature_html": sender.signature_html,
            "installation": ctx.workspace_id.hex,
        },
    )


async def start_mail_thread(ctx: Ctx, channel: Channel, to: list[Person], _subject: str) -> NewThread:
    """Says how a thread starts that we begin; raises Invalid for a bad address."""
    people = read_people(to, "to")
    if not people:
        raise Invalid("no_recipient", "Say whom to write to.", FieldError("to", "empty"))
    if people[0]["address"] in await list_own_addresses(ctx):
        raise Invalid("own_address", "This is an address of ours.", FieldError("to", "own address"))
    return NewThread(
        channel_kind=channel.kind,
        key=f"begun:{uuid7()}",
        identity_kind="email",
        address=people[0]["address"],
        name=people[0]["name"],
        brand_id=channel.brand_id,
        participants=people,
    )


def read_people(found: Any, field: str) -> list[Person]:
    """Reads recipients as {name, address} or plain addresses; raises Invalid that names the wrong one."""
    people: dict[str, Person] = {}
    for one in found or ():
        name, text = (
            (one.get("name") or "", one.get("address") or "") if isinstance(one, dict) else ("", str(one))
        )
        address = normalise_address(str(text))
        if address is None:
            raise Invalid(
                "bad_address",
                f"{str(text)[:100]!r} is not an e-mail address.",
                FieldError(field, "not an address"),
            )
        people.setdefault(address, {"name": " ".join(str(name).split())[:200], "address": address})
    return list(people.values())


def default_to(incoming: dict[str, Any], thread: Any, own: frozenset[str]) -> list[Person]:
    """Says to whom an answer goes: Reply-To, else the author of the last mail, else whom the thread belongs to."""
    for listed in (incoming.get("reply_to"), incoming.get("from")):
        found = _outsiders(listed, own)
        if found:
            return found
    if thread["address"]:
        return _outsiders([{"name": thread["name"] or "", "address": thread["address"]}], own)
    return _outsiders(thread["participants"], own)[:1]


def default_cc(incoming: dict[str, Any], to: list[Person], own: frozenset[str]) -> list[Person]:
    """Keeps everybody who was on the last mail, ourselves and those already named excepted."""
    taken = own | {one["address"] for one in to}
    listed = [*(incoming.get("to") or ()), *(incoming.get("cc") or ())]
    return _outsiders(listed, frozenset(taken))[: MOST_RECIPIENTS // 2]


def _outsiders(listed: Any, own: frozenset[str]) -> list[Person]:
    found: dict[str, Person] = {}
    for one in listed or ():
        address = normalise_address(str(one.get("address") or ""))
        if address and address not in own:
            found.setdefault(address, {"name": str(one.get("name") or ""), "address": address})
    return list(found.values())


async def choose_sender(ctx: Ctx, channel: Channel, wanted: Any, incoming: dict[str, Any]) -> Sender:
    """Chooses who writes: the sender that was asked for, the address that was written to, the channel's default.

    The signature is the sender's own, else the agent's, else the brand's. Raises Invalid for an unknown sender.
    """
    senders = await list_senders(ctx, channel.id)
    agent_id = ctx.actor.id if ctx.actor.kind == "agent" else None
    voice = await read_voice(ctx, channel.brand_id, agent_id)
    row = _pick(senders, wanted, incoming)
    if wanted and row is None and str(wanted) != channel.address:
        raise Invalid(
            "unknown_sender", "This sender does not belong to the channel.", FieldError("sender", "unknown")
        )
    return _build_sender(channel, row, voice)


def _pick(senders: list[SenderRow], wanted: Any, incoming: dict[str, Any]) -> SenderRow | None:
    if wanted:
        return next((one for one in senders if str(wanted) in (str(one.id), one.address)), None)
    written = {str(one.get("address")) for name in ("to", "cc") for one in incoming.get(name) or ()}
    used = next((one for one in senders if normalise_address(one.address) in written), None)
    return used or next((one for one in senders if one.is_default), None)


def _build_sender(channel: Channel, row: SenderRow | None, voice: VoiceRow) -> Sender:
    signature = (row.signature_html if row else "") or voice.agent_signature or voice.brand_signature or ""
    name = (
        (row.name if row else "")
        or getattr(channel.settings, "sender_name", "")
        or voice.shop
        or channel.name
    )
    if voice.agent and "{agent}" in name:
        name = name.replace("{agent}", voice.agent)
    return Sender(
        name=" ".join(name.replace("{agent}", "").split()),
        address=(row.address if row else "") or channel.address,
        signature_html=signature.replace("{agent}", voice.agent or ""),
    )


def choose_subject(wanted: Any, incoming: dict[str, Any], thread: Any, *, answered: bool) -> str:
    """Chooses the subject: the writer's, else that of the mail that is answered with one "Re:" before it."""
    if wanted:
        return " ".join(str(wanted).split())[:500]
    known = str(incoming.get("subject") or thread["subject"] or thread["conversation_subject"] or "")
    if not answered:
        return known[:500]
    base = base_subject(known)
    return f"Re: {base}"[:500] if base else "Re:"


def _reply_to(channel: Channel, sender: Sender, token: str) -> list[Person]:
    if not getattr(channel.settings, "plus_addressing", False) or not token:
        return []
    return [{"name": sender.name, "address": build_plus_address(sender.address, token)}]


def _chain(last_in: Any, before: Any) -> dict[str, Any]:
    """In-Reply-To names the customer's last mail, References the whole way there (RFC 5322, 3.6.4)."""
    answered = last_in or before
    if answered is None or not answered["external_id"]:
        return {}
    envelope = answered["envelope"] or {}
    message_id = str(envelope.get("message_id") or answered["external_id"])
    return {
        "in_reply_to": message_id,
        "references": list(build_references(tuple(envelope.get("references") or ()), message_id)),
    }
