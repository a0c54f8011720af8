"""Sets of rules that people complain about elsewhere, each with what the check has to say of it.

Taken from issue trackers and forums of other desks: mail loops, double answers, rules that fight, rules that never
come to act.
"""

from typing import Any

import msgspec

ANA, BEN = "0190a000-0000-7000-8000-00000000000a", "0190a000-0000-7000-8000-00000000000b"
SHOES, COATS = "0190a000-0000-7000-8000-00000000001a", "0190a000-0000-7000-8000-00000000001b"
T1, T2, T3 = (f"0190a000-0000-7000-8000-00000000002{n}" for n in (1, 2, 3))
PERSON = {"field": "message.automatic", "op": "is", "value": False}
ALWAYS: dict[str, Any] = {"all": []}


class Faulty(msgspec.Struct, frozen=True):
    """A complaint, the bodies of the rules in their order, and the kind of finding with the rules it names."""

    complaint: str
    rules: list[dict[str, Any]]
    kind: str
    names: tuple[int, ...]


def is_(field: str, *values: Any) -> dict[str, Any]:
    return {"field": field, "op": "is", "value": values[0] if isinstance(values[0], bool) else list(values)}


def says(*phrases: str) -> dict[str, Any]:
    return {"field": "message.text", "op": "contains", "value": list(phrases)}


def on(event: str, condition: dict[str, Any], *acts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"when": event, "if": condition, "then": list(acts), **more}


def got(condition: dict[str, Any], *acts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return on("message_received", condition, *acts, **more)


def every(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"all": list(parts)}


def tag(*ids: str) -> dict[str, Any]:
    return {"act": "tag", "tag_ids": list(ids)}


def untag(*ids: str) -> dict[str, Any]:
    return {"act": "untag", "tag_ids": list(ids)}


def team(one: str) -> dict[str, Any]:
    return {"act": "assign_team", "team_id": one}


def agent(one: str) -> dict[str, Any]:
    return {"act": "assign_agent", "agent_id": one}


def priority(one: str) -> dict[str, Any]:
    return {"act": "set_priority", "priority": one}


def status(one: str) -> dict[str, Any]:
    return {"act": "set_status", "status": one}


def reply(text: str = "We have got your message.") -> dict[str, Any]:
    return {"act": "reply", "text": text}


def tags_have(*ids: str) -> dict[str, Any]:
    return {"field": "conversation.tags", "op": "has", "value": list(ids)}


def orders(op: str, value: Any) -> dict[str, Any]:
    return {"field": "conversation.messages", "op": op, "value": value}


SETS = [
    Faulty("an acknowledgement answers the other side's acknowledgement, 20,000 mails in a night",
           [got(ALWAYS, reply())], "answers_machines", (0,)),
    Faulty("out of office answers our out-of-hours answer",
           [got(is_("time.open", False), reply("We are closed."))], "answers_machines", (0,)),
    Faulty("no-reply mailboxes are answered",
           [got({"field": "message.sender_address", "op": "begins", "value": ["no-reply"]}, reply())], "answers_machines", (0,)),
    Faulty("the customer gets the welcome and the out-of-hours text at once",
           [got(every(PERSON, is_("message.first", True)), reply("Welcome.")),
            got(every(PERSON, is_("time.open", False)), reply("We are closed."))], "two_replies", (0, 1)),
    Faulty("a where-is-my-order answer and a refund answer to one message",
           [got(every(PERSON, says("order")), reply("It is on its way.")),
            got(every(PERSON, says("refund")), reply("Refunds take five days."))], "two_replies", (0, 1)),
    Faulty("the same answer from an old and a new rule",
           [got(every(PERSON, says("refund", "money back")), reply()), got(every(PERSON, says("refund")), reply())],
           "duplicate", (0, 1)),
    Faulty("two teams play ping-pong with a ticket",
           [on("conversation_assigned", is_("conversation.team_id", SHOES), team(COATS)),
            on("conversation_assigned", is_("conversation.team_id", COATS), team(SHOES))], "loop", (0, 1)),
    Faulty("two agents get it in turn for ever",
           [on("conversation_assigned", is_("conversation.assignee_id", ANA), agent(BEN)),
            on("conversation_assigned", is_("conversation.assignee_id", BEN), agent(ANA))], "loop", (0, 1)),
    Faulty("closing opens and opening closes",
           [on("conversation_closed", is_("conversation.status", "closed"), status("open")),
            on("conversation_reopened", is_("conversation.status", "open"), status("closed"))], "loop", (0, 1)),
    Faulty("tag by tag round in a circle",
           [on("conversation_tagged", every(tags_have(T1), {"not": tags_have(T2)}), tag(T2), untag(T1)),
            on("conversation_tagged", every(tags_have(T2), {"not": tags_have(T1)}), tag(T1), untag(T2))], "loop", (0, 1)),
    Faulty("the priority climbs up and falls down",
           [on("conversation_edited", is_("conversation.priority", "high"), priority("low")),
            on("conversation_edited", is_("conversation.priority", "low"), priority("high"))], "loop", (0, 1)),
    Faulty("priority and team drive each other over three rules",
           [on("conversation_edited", is_("conversation.priority", "high"), team(SHOES)),
            on("conversation_assigned", is_("conversation.team_id", SHOES), priority("low"), team(COATS)),
            on("conversation_assigned", is_("conversation.team_id", COATS), priority("high"))], "loop", (0, 1, 2)),
    Faulty("two rules assign to different teams, the last one wins",
           [got(says("refund"), team(SHOES)), got(says("coat"), team(COATS))], "contradiction", (0, 1)),
    Faulty("two rules assign to different agents",
           [got(says("refund"), agent(ANA)), got(is_("message.channel", "email"), agent(BEN))], "contradiction", (0, 1)),
    Faulty("urgent and low at once",
           [got(says("lawyer"), priority("urgent")), got(is_("message.channel", "email"), priority("low"))],
           "contradiction", (0, 1)),
    Faulty("one closes what the other opens",
           [got(says("thanks"), status("closed")), got(says("question"), status("open"))], "contradiction", (0, 1)),
    Faulty("one marks as spam what the other closes",
           [got(says("casino"), status("spam")), got(says("thanks"), status("closed"))], "contradiction", (0, 1)),
    Faulty("a tag is put on by one rule and taken off by the next",
           [got(says("refund"), tag(T1, T2)), got(is_("message.first", True), untag(T2))], "contradiction", (0, 1)),
    Faulty("one rule sets two priorities",
           [got(says("refund"), priority("high"), priority("low"))], "contradiction", (0,)),
    Faulty("one rule gives a ticket to two agents",
           [got(says("refund"), agent(ANA), agent(BEN))], "contradiction", (0,)),
    Faulty("a catch-all that stops stands before all the others",
           [got(ALWAYS, tag(T1), stop=True), got(says("refund"), tag(T2))], "unreachable", (0, 1)),
    Faulty("the special case stands behind the general one that stops",
           [got(is_("message.channel", "email", "chat"), tag(T1), stop=True),
            got(every(is_("message.channel", "email"), says("refund")), tag(T2))], "unreachable", (0, 1)),
    Faulty("the larger number is never reached",
           [got(orders("over", 3), tag(T1), stop=True), got(orders("over", 10), priority("high"))], "unreachable", (0, 1)),
    Faulty("e-mail and chat at the same time",
           [got(every(is_("message.channel", "email"), is_("message.channel", "chat")), tag(T1))], "never", (0,)),
    Faulty("more than five and fewer than three", [got(every(orders("over", 5), orders("under", 3)), tag(T1))], "never", (0,)),
    Faulty("a tag that must be there and must not",
           [got(every(tags_have(T1), {"field": "conversation.tags", "op": "has_none", "value": [T1, T2]}), tag(T3))],
           "never", (0,)),
    Faulty("not anything of everything", [got({"not": ALWAYS}, tag(T1))], "never", (0,)),
    Faulty("it sets the priority that it asks for",
           [got(every(says("refund"), is_("conversation.priority", "high")), priority("high"))], "no_effect", (0,)),
    Faulty("it puts on the tag that it asks for", [got(tags_have(T1), tag(T1))], "no_effect", (0,)),
    Faulty("the same rule twice", [got(says("refund"), tag(T1)), got(says("refund"), tag(T1))], "duplicate", (0, 1)),
    Faulty("an order is cancelled without a limit", [got(every(PERSON, says("cancel")), {"act": "cancel_order"})], "money", (0,)),
]  # fmt: skip
