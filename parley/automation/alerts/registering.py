"""Adds alerts to a process: the act, its form for rules and macros, and what closes an alert by itself."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from parley.automation.alerts.raising import KINDS, TARGETS, note_handled, raise_alert
from parley.facts.conversations import ConversationClosed, MessagePosted
from parley.kit.conditions.catalogue import ActForm, Param
from parley.kit.conditions.sheet import Sheet
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Act
from parley.kit.log.fact import Fact, Recorded
from parley.kit.runtime import Runtime


def _plan(args: Mapping[str, Any], _: Sheet, ids: Mapping[str, UUID]) -> list[Act]:
    message = ids.get("message")
    about = {"conversation_id": str(ids["conversation"]), "message_id": str(message) if message else None}
    given = {name: args[name] for name in ("to", "kind", "text") if args.get(name)}
    return [Act("raise_alert", {**about, **given})]


FORM = ActForm(
    "alert",
    (
        Param("to", "choice", options=TARGETS),
        Param("kind", "choice", options=KINDS),
        Param("text", "text", required=False),
    ),
    _plan,
    lasting=True,
)


async def close_alerts(ctx: Ctx, fact: Fact, recorded: Recorded) -> None:
    """Closes what stands open about a conversation when an agent has answered in it, or it was closed."""
    by_agent = recorded.actor_kind == "agent"
    if isinstance(fact, ConversationClosed) or (isinstance(fact, MessagePosted) and by_agent):
        await note_handled(ctx, recorded.actor_id if by_agent else None, conversation_id=fact.conversation_id)


def register_alerts(runtime: Runtime, reader: str) -> None:
    """Adds the act, its form and the reader."""
    runtime.decisions.add_act("raise_alert", raise_alert)
    runtime.catalogue.add_act(FORM)
    runtime.readers.subscribe(reader, close_alerts, ConversationClosed, MessagePosted)
