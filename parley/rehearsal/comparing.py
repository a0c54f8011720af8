"""Acts as they can be compared: what a decider would have done with what agents did. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from parley.kit.decisions.registry import Act
from parley.kit.log.fact import Recorded

# These tell of a status that follows from what was joined or parted.
JOINING = ("ConversationMerged", "ConversationJoined", "ConversationUnmerged", "ConversationSplit")
PRIORITIES = ("low", "normal", "high", "urgent")


class Deed(msgspec.Struct, frozen=True, order=True):
    """Something done to a conversation: a kind, and the value that says which (a tag, a team, …)."""

    kind: str
    value: str = ""


def list_deeds(act: Act) -> list[Deed]:
    """Gives what an act of the executor comes to; an act that is not about a conversation's state has its own name."""
    args = act.args
    match act.name:
        case "tag_conversation":
            return [Deed("tag", tag) for tag in args.get("add", ())] + [
                Deed("untag", tag) for tag in args.get("remove", ())
            ]
        case "assign_conversation" | "route_conversation":
            return [
                Deed(kind, str(args[name]))
                for kind, name in (("assign_agent", "agent_id"), ("assign_team", "team_id"))
                if args.get(name)
            ] or [Deed("assign_agent", "nobody")]
        case "change_conversation":
            return [
                Deed(f"set_{name}", _plain(value))
                for name, value in sorted(args.items())
                if name != "conversation_id"
            ]
        case "post_message":
            return [Deed("reply")]
        case "merge_conversations":
            return [Deed("merge", str(args["into_id"]))]
        case "set_promise":
            return [Deed("promise", f"{args['promise']['kind']} {args['promise']['target_minutes']}")]
        case "end_promise":
            return [Deed(f"promise_{args['promise']['state']}", args["promise"]["kind"])]
    return [] if act.name == "show_promise" else [Deed(act.name, str(args.get("about", "")))]


def list_done(recorded: Recorded) -> list[Deed]:
    """Gives what a fact of the log says was done to a conversation."""
    return list(_done(recorded.kind, recorded.data))


def _done(kind: str, data: Mapping[str, Any]) -> Iterator[Deed]:
    if kind in ("ConversationTagged", "ConversationUntagged"):
        yield from (Deed("tag" if kind == "ConversationTagged" else "untag", tag) for tag in data["tag_ids"])
    changes = data.get("changes") or {}
    if kind == "ConversationAssigned":
        yield from (
            Deed(name, changes[column])
            for name, column in (("assign_agent", "assignee_id"), ("assign_team", "team_id"))
            if changes.get(column)
        )
    if "priority" in changes:
        yield Deed("set_priority", PRIORITIES[changes["priority"]])
    if kind == "ConversationMerged" and not data["automatic"]:
        yield Deed("merge", data["into_id"])
    if kind not in ("MessageReceived", *JOINING) and "status" in changes:
        yield Deed("set_status", changes["status"])
    if "language" in changes and kind == "ConversationEdited":
        yield Deed("set_language", str(changes["language"]))
    if kind == "MessagePosted":
        yield Deed("reply")


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value, order="sorted").decode()
