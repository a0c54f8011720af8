"""Macros as rules use them: text and acts in one step, and never a text with a hole."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from parley.automation.macros.model import Macro
from parley.automation.macros.planning import Wanted, plan_macros
from parley.automation.macros.queries import find_macro
from parley.automation.macros.rendering import render_macro
from parley.automation.macros.using import load_subject, note_uses, record
from parley.conversations.actions.posting import Draft, post_message
from parley.conversations.acts import find_answered
from parley.conversations.model import FileLink
from parley.facts.automation import MacroUsed
from parley.kit.conditions.catalogue import ActForm, Catalogue, Param
from parley.kit.conditions.sheet import Sheet
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Act
from parley.kit.errors import Conflict
from parley.kit.ids import uuid7
from parley.kit.runtime import Runtime

MACRO = Param("macro", "macro", source="macros")
WRITES = ("conversation.tags", "conversation.assignee_id", "conversation.team_id", "conversation.priority")


def _plan_apply(args: Mapping[str, Any], _: Sheet, ids: Mapping[str, UUID]) -> list[Act]:
    return [_act("apply_macro", args, ids)]


def _plan_reply(args: Mapping[str, Any], _: Sheet, ids: Mapping[str, UUID]) -> list[Act]:
    return [_act("reply_macro", args, ids)]


def _act(name: str, args: Mapping[str, Any], ids: Mapping[str, UUID]) -> Act:
    answers = {"answers": str(ids["message"])} if "message" in ids else {}
    return Act(name, {"conversation_id": str(ids["conversation"]), "macro_id": str(args["macro"]), **answers})


APPLY = ActForm(
    "apply_macro",
    (MACRO,),
    _plan_apply,
    writes=WRITES,
    causes=("conversation_tagged",),
    speech="customer",
    lasting=True,
)
REPLY = ActForm("reply", (MACRO,), _plan_reply, speech="customer", lasting=True)


def register_forms(catalogue: Catalogue) -> None:
    """Adds what rules may do with macros; an answer that takes a text takes a macro in its place from now on."""
    catalogue.add_act(APPLY)
    plain = catalogue.acts.get("reply")
    catalogue.acts["reply"] = REPLY if plain is None else _with_macro(plain)


def _with_macro(plain: ActForm) -> ActForm:
    def plan(args: Mapping[str, Any], sheet: Sheet, ids: Mapping[str, UUID]) -> list[Act]:
        return _plan_reply(args, sheet, ids) if "macro" in args else plain.plan(args, sheet, ids)

    if any(param.name == "macro" for param in plain.params):
        return msgspec.structs.replace(plain, plan=plan)
    optional = tuple(msgspec.structs.replace(param, required=False) for param in plain.params)
    macro = msgspec.structs.replace(MACRO, required=False)
    return msgspec.structs.replace(plain, params=(*optional, macro), plan=plan, either=("text", "macro"))


def register_acts(runtime: Runtime) -> None:
    """Adds the acts of the executor that stand behind the forms."""

    async def perform_reply(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
        conversation_id = UUID(args["conversation_id"])
        macro = await _find(ctx, UUID(args["macro_id"]))
        message_id = await _post(ctx, runtime, macro, conversation_id, args.get("answers"))
        await note_uses(ctx, [macro.id], conversation_id, message_id=message_id)
        return {"message_id": str(message_id) if message_id else None}

    async def perform_apply(ctx: Ctx, args: dict[str, Any], key: str) -> dict[str, Any]:
        conversation_id = UUID(args["conversation_id"])
        macro = await _find(ctx, UUID(args["macro_id"]))
        message_id = await _post(ctx, runtime, macro, conversation_id, args.get("answers"))
        await note_uses(ctx, [macro.id], conversation_id, message_id=message_id)
        done = await _perform(ctx, runtime, macro, conversation_id, key)
        return {"message_id": str(message_id) if message_id else None, "done": done}

    async def undo_apply(ctx: Ctx, _: dict[str, Any], result: dict[str, Any]) -> None:
        for one in reversed(result.get("done", [])):
            undo = runtime.decisions.acts[one["act"]].undo if one["act"] in runtime.decisions.acts else None
            if undo is not None:
                await undo(ctx, one["args"], one["result"])

    runtime.decisions.add_act("reply_macro", perform_reply)
    runtime.decisions.add_act("apply_macro", perform_apply, undo_apply)


async def _find(ctx: Ctx, macro_id: UUID) -> Macro:
    macro = await find_macro(ctx, macro_id)
    if macro is None:
        raise Conflict("macro_gone", "The macro is not there any more.")
    return macro


async def _post(
    ctx: Ctx, runtime: Runtime, macro: Macro, conversation_id: UUID, answers: str | None
) -> UUID | None:
    """Sends the text of a macro with its files; raises Conflict when something would be left blank.

    Raises Conflict also where nothing may be answered by itself, as to an automatic message.
    """
    if not macro.texts and not macro.files:
        return None
    filled = await render_macro(ctx, macro, conversation_id)
    if filled.missing:
        raise Conflict(
            "macro_blank",
            f"\u201c{macro.name}\u201d was not sent: {', '.join(filled.missing)} is not known here.",
        )
    draft = Draft(
        conversation_id=conversation_id,
        thread_id=await find_answered(ctx, conversation_id, answers),
        html=filled.html,
        links=[FileLink(file.file_id, file.name, inline=file.inline) for file in macro.files],
        automatic=True,
        author_kind="system",
    )
    return (await post_message(ctx, runtime.parts["channel_port"], draft)).message_id


async def _perform(
    ctx: Ctx, runtime: Runtime, macro: Macro, conversation_id: UUID, key: str
) -> list[dict[str, Any]]:
    fact = MacroUsed(
        conversation_id=conversation_id,
        macro_id=macro.id,
        version=macro.version,
        message_id=None,
        agent_id=None,
    )
    subject = await load_subject(ctx, runtime.catalogue, fact, record(ctx, fact, uuid7()), [macro])
    decision = plan_macros(runtime.catalogue, Wanted([(macro, None)], subject.sheet(), subject.ids))
    done = []
    for place, act in enumerate(decision.acts):
        result = await runtime.decisions.acts[act.name].perform(ctx, act.args, f"{key}:{place}")
        done.append({"act": act.name, "args": act.args, "result": result})
    return done
