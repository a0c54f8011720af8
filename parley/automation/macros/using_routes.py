"""Macros in a conversation over HTTP: suggestions, the text filled in, the acts carried out."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from parley.automation.macros.files import show_files, show_text
from parley.automation.macros.model import Macro, clean_texts
from parley.automation.macros.planning import preview_acts
from parley.automation.macros.queries import get_macro, suggest_macros
from parley.automation.macros.rendering import render_macro
from parley.automation.macros.routes import ONE, READ, MacroRow, Text, show_row, viewer_of
from parley.automation.macros.using import apply_macro, load_subject, record
from parley.conversations.queries.timeline import check_conversation
from parley.conversations.rights import agent_of
from parley.conversations.shapes import Attachment
from parley.facts.automation import MacroUsed
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict
from parley.kit.http.access import Principal, needs
from parley.kit.http.paging import Page, cut_page
from parley.kit.http.routes import route
from parley.kit.ids import uuid7
from parley.kit.runtime import Runtime

OF_CONVERSATION = "/api/v1/conversations/{conversation_id:uuid}/macros"
USE = needs("conversations:write")
MOST_SUGGESTED = 50


class RenderBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """For whom a macro is filled in; without a language the one that suits best, without an order the newest."""

    conversation_id: UUID
    language: Annotated[str, Meta(max_length=35)] | None = None
    order_id: UUID | None = None


class TryMacroBody(RenderBody, forbid_unknown_fields=True, kw_only=True):
    """A text that is being written, tried on a conversation."""

    text: Text


class FilledMacro(msgspec.Struct, kw_only=True):
    """A macro filled in: `missing` variables stand as \u27e6order.number\u27e7 in the text; idle acts would change nothing."""

    language: str | None
    html: str
    text: str
    missing: list[str]
    used: dict[str, Any]
    file_links: list[Attachment]
    acts: list[dict[str, Any]]
    version: int


class SuggestedMacro(msgspec.Struct, kw_only=True):
    """A macro and why it is offered: `intent`, `used_for_intent` or `used`, with its uses in the last 90 days."""

    macro: MacroRow
    why: str
    uses: int


class ApplyBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which acts are to be done, by their places; null for all."""

    acts: Annotated[list[int], Meta(max_length=20)] | None = None


class AppliedMacro(msgspec.Struct, kw_only=True):
    """What was done, what was refused and why; the decision takes it back."""

    decision_id: UUID | None
    done: list[str]
    refused: list[str]


@route("POST", f"{ONE}/render", READ, status=200)
async def render_macro_route(
    ctx: Ctx, me: Principal, runtime: Runtime, macro_id: UUID, data: RenderBody
) -> FilledMacro:
    """Fills a macro in for a conversation; nothing is done yet."""
    macro = await get_macro(ctx, viewer_of(me), macro_id)
    return await _fill(ctx, runtime, me, macro, data)


@route("POST", "/api/v1/macros/try", READ, status=200)
async def try_macro_text(ctx: Ctx, me: Principal, runtime: Runtime, data: TryMacroBody) -> FilledMacro:
    """Fills a text in that is being written; raises 422 with the tag that is wrong."""
    texts = clean_texts({data.language or "en": data.text})
    macro = Macro(id=uuid7(), name="", texts=texts, created_at=ctx.now, updated_at=ctx.now)
    return await _fill(ctx, runtime, me, macro, data)


async def _fill(ctx: Ctx, runtime: Runtime, me: Principal, macro: Macro, data: RenderBody) -> FilledMacro:
    filled = await render_macro(
        ctx,
        macro,
        data.conversation_id,
        language=data.language,
        order_id=data.order_id,
        agent_id=agent_of(me),
    )
    files = await show_files(ctx, runtime, macro.files)
    return FilledMacro(
        language=filled.language,
        html=show_text(filled.html, files),
        text=filled.text,
        missing=filled.missing,
        used=filled.used,
        file_links=files,
        acts=await _preview(ctx, runtime, macro, data.conversation_id),
        version=macro.version,
    )


async def _preview(ctx: Ctx, runtime: Runtime, macro: Macro, conversation_id: UUID) -> list[dict[str, Any]]:
    if not macro.acts:
        return []
    fact = MacroUsed(
        conversation_id=conversation_id,
        macro_id=macro.id,
        version=macro.version,
        message_id=None,
        agent_id=None,
    )
    subject = await load_subject(ctx, runtime.catalogue, fact, record(ctx, fact, uuid7()), [macro])
    return preview_acts(runtime.catalogue, macro, subject.sheet(), subject.ids)


@route("GET", f"{OF_CONVERSATION}/suggested", READ)
async def get_suggested_macros(
    ctx: Ctx, me: Principal, conversation_id: UUID, limit: int = 8, after: str | None = None
) -> Page[SuggestedMacro]:
    """Lists macros that suit a conversation, best first: by its intent, then by what was used in such ones."""
    found = await suggest_macros(ctx, viewer_of(me), conversation_id, MOST_SUGGESTED)
    if not found:
        await check_conversation(ctx.tx, ctx.workspace_id, conversation_id)
    shown = [SuggestedMacro(macro=show_row(one.macro, me), why=one.why, uses=one.uses) for one in found]
    return cut_page(shown, lambda one: str(one.macro.id), limit, after)


@route("POST", f"{OF_CONVERSATION}/{{macro_id:uuid}}/apply", USE, status=200)
async def apply_macro_route(
    ctx: Ctx, me: Principal, runtime: Runtime, conversation_id: UUID, macro_id: UUID, data: ApplyBody
) -> AppliedMacro:
    """Does what a macro does, without its text, and counts the use."""
    macro = await get_macro(ctx, viewer_of(me), macro_id)
    if macro.archived_at is not None:
        raise Conflict("macro_gone", "The macro is not there any more.")
    made = await apply_macro(ctx, runtime, macro, conversation_id, data.acts, agent_of(me))
    return AppliedMacro(decision_id=made.decision_id, done=made.done, refused=made.refused)


ROUTES = (render_macro_route, try_macro_text, get_suggested_macros, apply_macro_route)
