"""One conversation with its threads, the caller's draft and its checklist."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.conversations.ports import ChannelPort
from parley.conversations.queries.rows import find_row
from parley.conversations.shapes import Address, ChecklistView, ConversationDetails, DraftView, ThreadRef
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound

THREADS = """
SELECT t.id, t.channel_id, t.channel_kind, t.purpose, t.participants, t.last_message_at,
       i.value AS address, sv.value AS subject, ch.name
FROM threads t
LEFT JOIN identities i ON i.workspace_id = $1 AND i.id = t.identity_id AND i.kind <> 'visitor'
LEFT JOIN personal_values sv ON sv.workspace_id = $1 AND sv.id = t.subject_value_id
LEFT JOIN channels ch ON ch.workspace_id = $1 AND ch.id = t.channel_id
WHERE t.workspace_id = $1 AND t.conversation_id = $2 ORDER BY t.last_message_at DESC, t.id DESC LIMIT 50
"""
BESIDE = """
SELECT (SELECT jsonb_build_object('kind', d.kind, 'html', d.html, 'envelope', d.envelope,
                                  'file_ids', d.file_ids, 'updated_at', d.updated_at)
          FROM drafts d WHERE d.workspace_id = $1 AND d.agent_id = $3 AND d.conversation_id = $2) AS draft,
       (SELECT jsonb_build_object('checklist_id', k.checklist_id, 'name', l.name, 'items', l.items,
                                  'done', k.done)
          FROM conversation_checklists k JOIN checklists l ON l.workspace_id = $1 AND l.id = k.checklist_id
          WHERE k.workspace_id = $1 AND k.conversation_id = $2) AS checklist,
       (SELECT coalesce(array_agg(f.agent_id ORDER BY f.agent_id), '{}') FROM followers f
          WHERE f.workspace_id = $1 AND f.conversation_id = $2) AS followers,
       (SELECT rv.value FROM conversations c
          JOIN personal_values rv ON rv.workspace_id = $1 AND rv.id = c.rating_value_id
          WHERE c.workspace_id = $1 AND c.id = $2) AS rating_comment
"""


DRAFT = """
SELECT jsonb_build_object('kind', d.kind, 'html', d.html, 'envelope', d.envelope, 'file_ids', d.file_ids,
                          'updated_at', d.updated_at)
FROM drafts d WHERE d.workspace_id = $1 AND d.agent_id = $2 AND d.conversation_id = $3
"""


async def find_draft(ctx: Ctx, agent_id: UUID, conversation_id: UUID) -> DraftView | None:
    """Gives an agent's draft, or None."""
    return build_draft_view(await ctx.tx.fetchval(DRAFT, ctx.workspace_id, agent_id, conversation_id))


async def get_details(
    ctx: Ctx, port: ChannelPort, conversation_id: UUID, agent_id: UUID | None
) -> ConversationDetails:
    """Gives everything the page of a conversation needs beside its timeline; raises NotFound."""
    row = await find_row(ctx.tx, ctx.workspace_id, conversation_id, agent_id)
    if row is None:
        raise NotFound("conversation")
    threads = await ctx.tx.fetch(THREADS, ctx.workspace_id, conversation_id)
    beside = await ctx.tx.fetchrow(BESIDE, ctx.workspace_id, conversation_id, agent_id)
    assert beside is not None  # noqa: S101 - a SELECT of sub-selects has one row
    refusals: dict[UUID, str | None] = {}
    for channel_id in {thread["channel_id"] for thread in threads}:
        refusals[channel_id] = (await port.get_rules(ctx, channel_id)).refusal
    return ConversationDetails(
        conversation=row,
        threads=[_thread(thread, refusals[thread["channel_id"]]) for thread in threads],
        draft=build_draft_view(beside["draft"]),
        checklist=ChecklistView(**_checklist(beside["checklist"])) if beside["checklist"] else None,
        followers=beside["followers"],
        rating_comment=beside["rating_comment"],
    )


def _thread(row: Any, refusal: str | None) -> ThreadRef:
    return ThreadRef(
        id=row["id"],
        channel_id=row["channel_id"],
        kind=row["channel_kind"],
        purpose=row["purpose"],
        channel_name=row["name"] or "",
        address=row["address"],
        subject=row["subject"],
        participants=_addresses(row["participants"]),
        can_reply=refusal is None,
        reason=refusal,
        last_message_at=row["last_message_at"],
    )


def _addresses(found: Any) -> list[Address]:
    return [Address(item.get("name", ""), item.get("address", "")) for item in found or []]


def _checklist(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "checklist_id": UUID(found["checklist_id"])}


def build_draft_view(found: dict[str, Any] | None) -> DraftView | None:
    if found is None:
        return None
    envelope = found["envelope"] or {}
    thread = envelope.get("thread_id")
    return DraftView(
        kind=found["kind"],
        html=found["html"],
        thread_id=UUID(thread) if thread else None,
        to=_addresses(envelope.get("to")),
        cc=_addresses(envelope.get("cc")),
        bcc=_addresses(envelope.get("bcc")),
        subject=envelope.get("subject"),
        file_ids=[UUID(item) for item in found["file_ids"]],
        updated_at=msgspec.convert(found["updated_at"], datetime),
    )
