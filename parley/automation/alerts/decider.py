"""The decider that calls for a lead when a customer is furious or threatens, also where no rule says so."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.automation.alerts.raising import TARGETS
from parley.facts.assistant import MessageUnderstood
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Act, Config, Decider, Decision, Reason
from parley.kit.log.fact import Fact, Recorded

DEFAULTS: dict[str, Any] = {"sentiments": ["furious"], "threatening": True, "to": "leads"}
# Who was called has the whole conversation before him; the next outburst in it calls nobody else for a while.
CALM_FOR = timedelta(minutes=30)
LOAD = """
SELECT coalesce((SELECT array_agg(DISTINCT a.kind) FROM alerts a WHERE a.workspace_id = $1 AND a.conversation_id = c.id
  AND a.handled_at IS NULL AND a.raised_at > $3), '{}') AS standing
FROM conversations c WHERE c.workspace_id = $1 AND c.id = $2 AND c.status <> 'spam'
"""


class Mood(msgspec.Struct, frozen=True):
    """What is looked at: the kinds of alerts that stand open about the conversation."""

    conversation_id: UUID
    message_id: UUID
    sentiment: str
    threatening: bool
    standing: list[str]


async def load(ctx: Ctx, fact: Fact, _: Recorded) -> Mood | None:
    """Reads what stands open; None for what no setting calls anybody for, programs' messages and spam."""
    if not isinstance(fact, MessageUnderstood) or fact.automatic:
        return None
    if fact.sentiment == "neutral" and not fact.threatening:
        return None
    row = await ctx.tx.fetchrow(LOAD, ctx.workspace_id, fact.conversation_id, ctx.now - CALM_FOR)
    if row is None:
        return None
    return Mood(fact.conversation_id, fact.message_id, fact.sentiment, fact.threatening, row["standing"])


def decide(_: Fact, mood: Mood, config: Config, __: datetime) -> Decision:
    """Raises one alert: of a threat where one is made, else of the sentiment."""
    threat = mood.threatening and config.values["threatening"] is True
    felt = mood.sentiment in config.values["sentiments"]
    kind = "threat" if threat else "furious" if mood.sentiment == "furious" else "attention"
    if not (threat or felt) or kind in mood.standing:
        return Decision()
    to = config.values["to"] if config.values["to"] in TARGETS else DEFAULTS["to"]
    about = {"conversation_id": str(mood.conversation_id), "message_id": str(mood.message_id)}
    return Decision(
        acts=[Act("raise_alert", {**about, "to": to, "kind": kind})],
        reasons=[Reason(f"furious.{kind}", {"sentiment": mood.sentiment})],
        facts_used={"sentiment": mood.sentiment, "threatening": mood.threatening},
    )


FURIOUS = Decider("furious", (MessageUnderstood,), load, decide, DEFAULTS)
