"""What rules and macros can do to a conversation, and when rules can be asked about one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from parley.conversations.model import PRIORITIES
from parley.facts.conversations import (
    ConversationAssigned,
    ConversationClosed,
    ConversationEdited,
    ConversationRated,
    ConversationReopened,
    ConversationTagged,
    MessagePosted,
)
from parley.kit.conditions.catalogue import ActForm, Event, Param
from parley.kit.conditions.sheet import Sheet
from parley.kit.decisions.registry import Act
from parley.kit.log.fact import Fact
from parley.kit.runtime import Runtime

ABOUT_CONVERSATION = ("conversation", "history", "customer", "orders", "order", "shipment", "time", "promise")
KEPT_FOR_LISTS = frozenset({"sentiment", "intent", "promise_due_at", "promise_kind"})
ABOUT_MESSAGE = ("message", *ABOUT_CONVERSATION)


def _by_agent(fact: Fact) -> bool:
    return isinstance(fact, MessagePosted) and fact.author_kind in ("agent", "token") and not fact.automatic


def _by_hand(fact: Fact) -> bool:
    """What is only kept here for lists (sentiment, intent, the next promise) is told by facts of its own."""
    return isinstance(fact, ConversationEdited) and not fact.changes.keys() <= KEPT_FOR_LISTS


def _for_good(fact: Fact) -> bool:
    """One that only wakes has not been closed; if rules were asked then, one that sends it to sleep would never end."""
    return (
        isinstance(fact, ConversationReopened)
        and not fact.undone
        and fact.previous.get("status") != "snoozed"
    )


EVENTS = (
    Event("message_sent", (MessagePosted,), ABOUT_MESSAGE, _by_agent),
    Event("conversation_closed", (ConversationClosed,), ABOUT_CONVERSATION),
    Event("conversation_reopened", (ConversationReopened,), ABOUT_CONVERSATION, _for_good),
    Event("conversation_assigned", (ConversationAssigned,), ABOUT_CONVERSATION),
    Event("conversation_tagged", (ConversationTagged,), ABOUT_CONVERSATION),
    Event("conversation_edited", (ConversationEdited,), ABOUT_CONVERSATION, _by_hand),
    Event("conversation_rated", (ConversationRated,), ABOUT_CONVERSATION),
)

Args = Mapping[str, Any]
Ids = Mapping[str, UUID]


def _plan_tag(args: Args, sheet: Sheet, ids: Ids) -> list[Act]:
    new = [tag for tag in args["tag_ids"] if tag not in sheet.choices("conversation.tags")]
    return [_act("tag_conversation", ids, add=new, remove=[])] if new else []


def _plan_untag(args: Args, sheet: Sheet, ids: Ids) -> list[Act]:
    old = [tag for tag in args["tag_ids"] if tag in sheet.choices("conversation.tags")]
    return [_act("tag_conversation", ids, add=[], remove=old)] if old else []


def _plan_assign_agent(args: Args, sheet: Sheet, ids: Ids) -> list[Act]:
    if sheet.get("conversation.assignee_id") == args["agent_id"]:
        return []
    team = sheet.get("conversation.team_id")
    return [_act("assign_conversation", ids, agent_id=args["agent_id"], team_id=team)]


def _plan_assign_team(args: Args, sheet: Sheet, ids: Ids) -> list[Act]:
    if sheet.get("conversation.team_id") == args["team_id"]:
        return []
    return [_act("assign_conversation", ids, agent_id=None, team_id=args["team_id"])]


def _plan_priority(args: Args, sheet: Sheet, ids: Ids) -> list[Act]:
    if sheet.get("conversation.priority") == args["priority"]:
        return []
    return [_act("change_conversation", ids, priority=args["priority"])]


def _plan_status(args: Args, sheet: Sheet, ids: Ids) -> list[Act]:
    if sheet.get("conversation.status") == args["status"]:
        return []
    return [_act("change_conversation", ids, status=args["status"])]


def _foresee_status(args: Args, _: Sheet) -> dict[str, Any]:
    if args["status"] == "open":
        return {"conversation.status": "open"}
    return {"conversation.status": args["status"], "conversation.waiting_since": None}


def _plan_snooze(args: Args, _: Sheet, ids: Ids) -> list[Act]:
    return [_act("change_conversation", ids, snooze_minutes=args["minutes"])]


def _plan_language(args: Args, sheet: Sheet, ids: Ids) -> list[Act]:
    if sheet.get("conversation.language") == args["language"]:
        return []
    return [_act("change_conversation", ids, language=args["language"])]


def _plan_field(args: Args, _: Sheet, ids: Ids) -> list[Act]:
    return [_act("set_conversation_field", ids, field=args["field"], value=args.get("value"))]


def _plan_note(args: Args, _: Sheet, ids: Ids) -> list[Act]:
    return [_act("add_note", ids, text=args["text"], mentions=list(args.get("mentions", ())))]


def _plan_reply(args: Args, _: Sheet, ids: Ids) -> list[Act]:
    message = ids.get("message")
    answered = {"answers": str(message)} if message is not None else {}
    return [_act("post_message", ids, text=args["text"], **answered)]


def _act(name: str, ids: Ids, **args: Any) -> Act:
    return Act(name, {"conversation_id": str(ids["conversation"]), **args})


FORMS = (
    ActForm(
        "tag",
        (Param("tag_ids", "choices", source="tags"),),
        _plan_tag,
        lambda args, sheet: {
            "conversation.tags": sorted(sheet.choices("conversation.tags") | set(args["tag_ids"]))
        },
        writes=("conversation.tags",),
        causes=("conversation_tagged",),
    ),
    ActForm(
        "untag",
        (Param("tag_ids", "choices", source="tags"),),
        _plan_untag,
        lambda args, sheet: {
            "conversation.tags": sorted(sheet.choices("conversation.tags") - set(args["tag_ids"]))
        },
        writes=("conversation.tags",),
    ),
    ActForm(
        "assign_agent",
        (Param("agent_id", "choice", source="agents"),),
        _plan_assign_agent,
        lambda args, _: {"conversation.assignee_id": args["agent_id"]},
        writes=("conversation.assignee_id",),
        causes=("conversation_assigned",),
    ),
    ActForm(
        "assign_team",
        (Param("team_id", "choice", source="teams"),),
        _plan_assign_team,
        lambda args, _: {"conversation.team_id": args["team_id"], "conversation.assignee_id": None},
        writes=("conversation.team_id", "conversation.assignee_id"),
        causes=("conversation_assigned",),
    ),
    ActForm(
        "set_priority",
        (Param("priority", "choice", options=PRIORITIES),),
        _plan_priority,
        lambda args, _: {"conversation.priority": args["priority"]},
        writes=("conversation.priority",),
        causes=("conversation_edited",),
    ),
    ActForm(
        "set_status",
        (Param("status", "choice", options=("open", "closed", "spam")),),
        _plan_status,
        _foresee_status,
        writes=("conversation.status", "conversation.waiting_since"),
        causes=("conversation_closed", "conversation_reopened"),
    ),
    ActForm(
        "snooze",
        (Param("minutes", "minutes"),),
        _plan_snooze,
        lambda _args, _sheet: {"conversation.status": "snoozed"},
        writes=("conversation.status",),
    ),
    ActForm(
        "set_language",
        (Param("language", "choice", source="languages"),),
        _plan_language,
        lambda args, _: {"conversation.language": args["language"]},
        writes=("conversation.language",),
        causes=("conversation_edited",),
    ),
    ActForm(
        "set_field",
        (Param("field", "choice", source="custom_fields"), Param("value", "text", required=False)),
        _plan_field,
        causes=("conversation_edited",),
    ),
    ActForm(
        "add_note",
        (Param("text", "text"), Param("mentions", "choices", required=False, source="agents")),
        _plan_note,
        speech="note",
        lasting=True,
    ),
    ActForm("reply", (Param("text", "text"),), _plan_reply, speech="customer", lasting=True),
)


def register_forms(runtime: Runtime) -> None:
    """Adds the events and act forms of the slice."""
    for event in EVENTS:
        runtime.catalogue.add_event(event)
    for form in FORMS:
        runtime.catalogue.add_act(form)
