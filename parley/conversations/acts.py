"""What deciders may ask of the inbox; each act is undone exactly, where it can be.

What has been changed again since by somebody else is left as it is.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from parley.conversations.actions.applying import Changes, apply_changes
from parley.conversations.actions.bulk_values import decide_restored
from parley.conversations.actions.changing import (
    COLUMNS,
    WAKE_JOB,
    assign_conversation,
    change_conversation,
    tag_conversation,
)
from parley.conversations.actions.posting import Draft, add_note, post_message
from parley.conversations.ports import ChannelPort
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, FieldError, Invalid, NotFound
from parley.kit.runtime import Runtime

TOUCHED = (
    "status",
    "priority",
    "assignee_id",
    "team_id",
    "language",
    "custom_fields",
    "snoozed_until",
    "snoozed_until_reply",
    "closed_at",
    "waiting_since",
)
READ = f"SELECT {', '.join(TOUCHED)} FROM conversations WHERE workspace_id = $1 AND id = $2 FOR UPDATE"
# What an answer goes to: the message that asked for it, or the last one that came in.
ANSWERED = """
SELECT c.status, m.id, m.thread_id, m.automatic,
  $3::uuid IS NOT NULL AND EXISTS (
    SELECT 1 FROM messages a WHERE a.workspace_id = $1 AND a.conversation_id = c.id AND a.id > m.id
      AND a.direction = 'out' AND a.automatic AND a.state <> 'cancelled') AS answered
FROM conversations c
LEFT JOIN messages m ON m.workspace_id = $1
  AND m.id = CASE WHEN $3::uuid IS NULL THEN c.last_incoming_id ELSE $3 END
  AND m.conversation_id = c.id AND m.direction = 'in'
WHERE c.workspace_id = $1 AND c.id = $2
"""


async def perform_assign(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """Gives the conversation to an agent, a team, or nobody."""
    given = {name: UUID(args[name]) if args.get(name) else None for name in ("agent_id", "team_id")}
    previous = await assign_conversation(ctx, UUID(args["conversation_id"]), **given)
    written = {"assignee_id": given["agent_id"], "team_id": given["team_id"]}
    return {"previous": previous, "written": {name: written[name] for name in previous}}


async def perform_tag(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """Puts tags on and takes tags off; the result lists those that changed."""
    changed = await tag_conversation(
        ctx,
        UUID(args["conversation_id"]),
        add=[UUID(tag) for tag in args["add"]],
        remove=[UUID(tag) for tag in args["remove"]],
    )
    return {name: [str(tag) for tag in tags] for name, tags in changed.items()}


async def undo_tag(ctx: Ctx, args: dict[str, Any], result: dict[str, Any]) -> None:
    """Takes off what was put on and puts back what was taken off."""
    await tag_conversation(
        ctx,
        UUID(args["conversation_id"]),
        add=[UUID(tag) for tag in result["removed"]],
        remove=[UUID(tag) for tag in result["added"]],
    )


async def perform_change(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """Changes priority, status, language or custom fields, or sends it to sleep for `snooze_minutes`; raises Invalid."""
    given: dict[str, Any] = {
        name: args[name] for name in ("priority", "status", "language", "custom_fields") if name in args
    }
    if "snooze_minutes" in args:
        given["snoozed_until"] = ctx.now + timedelta(minutes=args["snooze_minutes"])
    return await _apply(ctx, UUID(args["conversation_id"]), Changes(**given))


async def perform_field(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """Sets a custom field from a text, or empties it; raises Invalid where the text does not fit the field."""
    kind = await ctx.tx.fetchval(
        "SELECT type FROM custom_fields WHERE workspace_id = $1 AND key = $2 AND archived_at IS NULL",
        ctx.workspace_id,
        args["field"],
    )
    value = args.get("value")
    fields = {args["field"]: None if value is None else read_field_value(args["field"], kind, value)}
    return await _apply(ctx, UUID(args["conversation_id"]), Changes(custom_fields=fields))


def read_field_value(key: str, kind: str | None, text: str) -> Any:
    """Reads the value of a custom field from a text; raises Invalid. Pure."""
    try:
        if kind == "number":
            number = Decimal(text)
            return int(number) if number == int(number) else float(number)
        if kind == "checkbox":
            return {"true": True, "false": False}[text.strip().casefold()]
    except (ValueError, KeyError, ArithmeticError):
        raise Invalid(
            "bad_field_value", f"The value does not fit the field {key!r}.", FieldError(key, str(kind))
        ) from None
    return text


async def undo_change(ctx: Ctx, args: dict[str, Any], result: dict[str, Any]) -> None:
    """Puts the values back that were there; what somebody has changed since stays."""
    before = read_columns(result.get("previous") or {})
    if not before:
        return
    conversation_id = UUID(args["conversation_id"])
    current = await _read(ctx, conversation_id)
    written = read_columns(result.get("written") or {name: current.get(name) for name in before})
    written.setdefault("status", current["status"])
    back = decide_restored(current, written, before)
    if "custom_fields" in before:
        back["custom_fields"] = restore_fields(
            current["custom_fields"], written["custom_fields"], before["custom_fields"]
        )
    if not back:
        return
    changed = await change_conversation(ctx, conversation_id, back, undone=True)
    until = back.get("snoozed_until")
    if changed and back.get("status") == "snoozed" and until is not None:
        # The alarm may have rung meanwhile.
        ctx.defer(WAKE_JOB, {"conversation_id": conversation_id}, delay=max(until - ctx.now, timedelta(0)))


def read_columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Gives values of columns, as a decision's result keeps them, in their own types. Pure."""
    types: dict[str, Callable[[str], Any]] = {"uuid": UUID, "timestamptz": datetime.fromisoformat}
    found: dict[str, Any] = {}
    for name, value in values.items():
        read = types.get(COLUMNS.get(name, ""))
        found[name] = read(value) if read is not None and isinstance(value, str) else value
    return found


def restore_fields(
    current: Mapping[str, Any], written: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any]:
    """Gives custom fields with those put back that still are as an act has written them. Pure."""
    back = dict(current)
    for key in {*written, *before}:
        if written.get(key) == before.get(key) or current.get(key) != written.get(key):
            continue
        if key in before:
            back[key] = before[key]
        else:
            back.pop(key, None)
    return back


async def perform_note(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """Adds a note; those who are mentioned are told."""
    draft = Draft(
        conversation_id=UUID(args["conversation_id"]),
        text=args["text"],
        author_kind="system",
        mentions=[UUID(agent) for agent in args.get("mentions", ())],
    )
    return {"message_id": str((await add_note(ctx, draft)).message_id)}


async def post_automatic(ctx: Ctx, port: ChannelPort, args: dict[str, Any]) -> dict[str, Any]:
    """Writes to the customer by itself.

    Where no thread is named it answers: the message `answers`, or the last one that came in. Raises Conflict where
    that is an automatic one or has had an automatic answer already, in spam, and where the channel takes no reply.
    """
    conversation_id = UUID(args["conversation_id"])
    thread = UUID(args["thread_id"]) if args.get("thread_id") else None
    if thread is None:
        thread = await find_answered(ctx, conversation_id, args.get("answers"))
    draft = Draft(
        conversation_id=conversation_id,
        thread_id=thread,
        text=args.get("text", ""),
        html=args.get("html", ""),
        wanted={"ask": args["ask"]} if args.get("ask") else {},
        automatic=True,
        author_kind="system",
    )
    return {"message_id": str((await post_message(ctx, port, draft)).message_id)}


async def find_answered(ctx: Ctx, conversation_id: UUID, message: str | None) -> UUID | None:
    """Gives the thread in which a message (or the last one that came in) is answered by itself; None where none came.

    Raises NotFound, and Conflict where it must not be answered: spam, an automatic message, one that has had an
    automatic answer already.
    """
    row = await ctx.tx.fetchrow(
        ANSWERED, ctx.workspace_id, conversation_id, UUID(message) if message else None
    )
    if row is None:
        raise NotFound("conversation")
    if row["status"] == "spam":
        raise Conflict("spam", "Spam is not answered.")
    if row["automatic"]:
        raise Conflict("automatic_message", "An automatic message is never answered automatically.")
    if row["answered"]:
        raise Conflict("already_answered", "This message has had an automatic answer already.")
    thread: UUID | None = row["thread_id"]
    return thread


async def _apply(ctx: Ctx, conversation_id: UUID, changes: Changes) -> dict[str, Any]:
    """Applies changes and gives what they have changed, before and after."""
    before = await _read(ctx, conversation_id)
    await apply_changes(ctx, conversation_id, changes)
    after = await _read(ctx, conversation_id)
    names = [name for name in TOUCHED if before[name] != after[name]]
    return {"previous": {n: before[n] for n in names}, "written": {n: after[n] for n in names}}


async def _read(ctx: Ctx, conversation_id: UUID) -> dict[str, Any]:
    row = await ctx.tx.fetchrow(READ, ctx.workspace_id, conversation_id)
    if row is None:
        raise NotFound("conversation")
    return dict(row)


def register_acts(runtime: Runtime) -> None:
    """Adds the acts of the slice."""

    async def perform_post(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
        return await post_automatic(ctx, runtime.parts["channel_port"], args)

    acts = runtime.decisions
    acts.add_act("assign_conversation", perform_assign, undo_change)
    acts.add_act("tag_conversation", perform_tag, undo_tag)
    acts.add_act("change_conversation", perform_change, undo_change)
    acts.add_act("set_conversation_field", perform_field, undo_change)
    acts.add_act("add_note", perform_note)
    acts.add_act("post_message", perform_post)
