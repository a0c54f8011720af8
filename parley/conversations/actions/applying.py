"""A change of several fields at once, as the API and bulk acts ask for it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from parley.accounts.words import parse_language
from parley.conversations.actions.changing import (
    assign_conversation,
    change_conversation,
    close_conversation,
    mark_spam,
    reopen_conversation,
    set_subject,
    snooze_conversation,
)
from parley.conversations.actions.settling import resume_waiting
from parley.conversations.model import PRIORITIES
from parley.kit.ctx import Ctx
from parley.kit.errors import FieldError, Invalid, NotFound


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What to change; UNSET leaves a field alone."""

    status: str | UnsetType = UNSET
    snoozed_until: datetime | UnsetType | None = UNSET
    snooze_until_reply: bool | UnsetType = UNSET
    assignee_id: UUID | UnsetType | None = UNSET
    team_id: UUID | UnsetType | None = UNSET
    priority: str | UnsetType = UNSET
    subject: str | UnsetType = UNSET
    language: str | UnsetType | None = UNSET
    custom_fields: dict[str, Any] | UnsetType = UNSET


async def apply_changes(ctx: Ctx, conversation_id: UUID, changes: Changes) -> dict[str, Any]:
    """Applies all changes and gives the previous values of what changed; raises NotFound and Invalid."""
    previous: dict[str, Any] = {}
    if changes.status is not UNSET or _asks_for_sleep(changes):
        previous |= await _apply_status(ctx, conversation_id, changes)
    if changes.assignee_id is not UNSET or changes.team_id is not UNSET:
        previous |= await _apply_assignment(ctx, conversation_id, changes)
    if changes.subject is not UNSET:
        previous |= await set_subject(ctx, conversation_id, changes.subject)
    plain: dict[str, Any] = {}
    if changes.priority is not UNSET:
        plain["priority"] = PRIORITIES.index(changes.priority)
    if changes.language is not UNSET:
        plain["language"] = parse_language(changes.language) if changes.language else None
    if changes.custom_fields is not UNSET:
        plain["custom_fields"] = await _merge_fields(ctx, conversation_id, changes.custom_fields)
    if plain:
        previous |= await change_conversation(ctx, conversation_id, plain)
    return previous


def _asks_for_sleep(changes: Changes) -> bool:
    """Says whether an end of the sleep is named: that means sleeping, also where the status is not said."""
    return isinstance(changes.snoozed_until, datetime) or changes.snooze_until_reply is True


async def _apply_status(ctx: Ctx, conversation_id: UUID, changes: Changes) -> dict[str, Any]:
    if changes.status == "closed":
        return await close_conversation(ctx, conversation_id)
    if changes.status == "open":
        previous = await reopen_conversation(ctx, conversation_id)
        if previous.get("status") == "spam":
            await resume_waiting(ctx, conversation_id)
        return previous
    if changes.status == "spam":
        return await mark_spam(ctx, conversation_id)
    until = None if changes.snoozed_until is UNSET else changes.snoozed_until
    return await snooze_conversation(
        ctx, conversation_id, until=until, until_reply=changes.snooze_until_reply is True
    )


async def _apply_assignment(ctx: Ctx, conversation_id: UUID, changes: Changes) -> dict[str, Any]:
    row = await ctx.tx.fetchrow(
        "SELECT assignee_id, team_id FROM conversations WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        conversation_id,
    )
    if row is None:
        raise NotFound("conversation")
    agent = row["assignee_id"] if changes.assignee_id is UNSET else changes.assignee_id
    team = row["team_id"] if changes.team_id is UNSET else changes.team_id
    return await assign_conversation(ctx, conversation_id, agent_id=agent, team_id=team)


async def _merge_fields(ctx: Ctx, conversation_id: UUID, wanted: dict[str, Any]) -> dict[str, Any]:
    rows = await ctx.tx.fetch(
        "SELECT key, type, options FROM custom_fields WHERE workspace_id = $1 AND archived_at IS NULL",
        ctx.workspace_id,
    )
    kinds = {row["key"]: row for row in rows}
    for key, value in wanted.items():
        if key not in kinds:
            raise Invalid("unknown_field", f"There is no custom field {key!r}.", FieldError(key, "unknown"))
        check_field_value(key, kinds[key]["type"], kinds[key]["options"], value)
    current = await ctx.tx.fetchval(
        "SELECT custom_fields FROM conversations WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
        ctx.workspace_id,
        conversation_id,
    )
    if current is None:
        raise NotFound("conversation")
    merged = {**current, **wanted}
    return {key: value for key, value in merged.items() if value is not None}


def check_field_value(key: str, kind: str, options: list[Any], value: Any) -> None:
    """Raises Invalid when a value does not fit its custom field; None always fits, it empties the field."""
    if value is None:
        return
    fits = {
        "text": isinstance(value, str) and len(value) <= 2000,
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "checkbox": isinstance(value, bool),
        "select": value in options,
        "date": isinstance(value, str) and _is_date(value),
    }.get(kind, False)
    if not fits:
        raise Invalid("bad_field_value", f"The value does not fit the field {key!r}.", FieldError(key, kind))


def _is_date(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        return False
    return True
