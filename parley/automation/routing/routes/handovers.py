"""Handing work over, and the brief that the next shift reads."""

from datetime import datetime
from uuid import UUID

import msgspec

from parley.automation.routing.briefing import Summary, load_summary
from parley.automation.routing.handing import Brief, hand_over
from parley.automation.routing.queries import get_handover, list_handovers
from parley.conversations.queries.rows import list_rows
from parley.conversations.shapes import ConversationRow
from parley.kit.ctx import Ctx
from parley.kit.errors import FieldError, Invalid, NotAllowed
from parley.kit.http.access import Principal, needs
from parley.kit.http.paging import Page, check_limit, decode_id_cursor, encode_cursor
from parley.kit.http.routes import route

HANDOVERS = "/api/v1/handovers"
READ, WRITE = needs("conversations:read"), needs("conversations:write")
MAX_NOTE = 5_000
NOBODY = UUID(int=0)


class HandoverBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Who hands over (oneself, unless one may write automation), what (all that is open), and words for the others."""

    agent_id: UUID | None = None
    conversation_ids: list[UUID] | None = None
    note: str = ""
    notes: dict[UUID, str] = {}
    leave: bool = True


class HandoverView(msgspec.Struct, kw_only=True):
    """A hand-over; `reason` is asked or shift."""

    id: UUID
    agent_id: UUID
    at: datetime
    reason: str
    note: str
    conversations: int


class BriefLine(msgspec.Struct, kw_only=True):
    """A conversation that was handed over, as it stands now, with the words left for it."""

    conversation: ConversationRow
    note: str


class HandoverBrief(msgspec.Struct, kw_only=True):
    """A hand-over with its conversations, in the order in which their promises fell due."""

    handover: HandoverView
    lines: list[BriefLine]


@route("GET", HANDOVERS, READ)
async def get_handovers(ctx: Ctx, limit: int = 50, after: str | None = None) -> Page[HandoverView]:
    """Lists hand-overs, the newest first."""
    size = check_limit(limit)
    rows = await list_handovers(ctx, size + 1, decode_id_cursor(after))
    more = encode_cursor(rows[size - 1]["id"]) if len(rows) > size else None
    return Page([_view(row) for row in rows[:size]], more)


class ShiftBrief(msgspec.Struct, kw_only=True):
    """What came in while nobody was there: counts, and the first conversations in the order of their promises."""

    summary: Summary
    conversations: list[ConversationRow]


@route("GET", "/api/v1/shift-brief", READ)
async def get_shift_brief(ctx: Ctx, me: Principal) -> ShiftBrief:
    """Gives the brief for who begins: what waits since the shop closed."""
    summary, ids = await load_summary(ctx)
    # Asked also where nobody waits, so that the brief costs the same statements on every day.
    rows = await list_rows(ctx.tx, ctx.workspace_id, ids or [NOBODY], me.actor.id)
    return ShiftBrief(summary=summary, conversations=rows)


@route("POST", HANDOVERS, WRITE)
async def post_handover(data: HandoverBody, ctx: Ctx, me: Principal) -> HandoverBrief:
    """Hands an agent's open conversations over; what he does not hold is left out."""
    agent_id = data.agent_id or me.agent_id
    if agent_id != me.actor.id and not me.allows("automation:write"):
        raise NotAllowed(
            "not_allowed", "To hand over somebody else's work needs the permission automation:write."
        )
    if len(data.note) > MAX_NOTE or any(len(note) > MAX_NOTE for note in data.notes.values()):
        raise Invalid(
            "too_long", f"A note has at most {MAX_NOTE} characters.", FieldError("note", "too long")
        )
    brief = Brief(
        data.note.strip(), {str(key): note.strip() for key, note in data.notes.items() if note.strip()}
    )
    handover_id = await hand_over(ctx, agent_id, brief, only=data.conversation_ids, leave=data.leave)
    return await _brief(ctx, handover_id, me)


@route("GET", f"{HANDOVERS}/{{handover_id:uuid}}", READ)
async def read_handover(handover_id: UUID, ctx: Ctx, me: Principal) -> HandoverBrief:
    """Gives the brief of a hand-over: each conversation as it stands now."""
    return await _brief(ctx, handover_id, me)


async def _brief(ctx: Ctx, handover_id: UUID, me: Principal) -> HandoverBrief:
    row = await get_handover(ctx, handover_id)
    brief = msgspec.convert(row["brief"] or {}, Brief)
    rows = await list_rows(ctx.tx, ctx.workspace_id, row["conversation_ids"], me.actor.id)
    lines = [BriefLine(conversation=one, note=brief.notes.get(str(one.id), "")) for one in rows]
    return HandoverBrief(handover=_view(row), lines=lines)


def _view(row: dict[str, object]) -> HandoverView:
    brief = msgspec.convert(row["brief"] or {}, Brief)
    ids = msgspec.convert(row["conversation_ids"], list[UUID])
    kept = {name: row[name] for name in ("id", "agent_id", "at", "reason")}
    return msgspec.convert({**kept, "note": brief.note, "conversations": len(ids)}, HandoverView)


ROUTES = (get_handovers, get_shift_brief, post_handover, read_handover)
