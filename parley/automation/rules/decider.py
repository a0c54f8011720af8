"""The decider of the rules: reads the sheet that they test, lets the engine decide."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from parley.automation.rules.book import Books
from parley.automation.rules.counting import note_matches
from parley.automation.rules.engine import Asked, decide_rules
from parley.automation.rules.model import Wait
from parley.facts.automation import ConversationWaited
from parley.kit.conditions.catalogue import Catalogue, Subject
from parley.kit.ctx import Ctx
from parley.kit.decisions.executor import load_chain
from parley.kit.decisions.registry import Config, Decider, Decision
from parley.kit.log.fact import Fact, Recorded

NAME = "rules"
DEFAULTS: dict[str, Any] = {"acts_per_hour": 60, "messages_per_hour": 3}
# What the rules have done to a conversation within the last hour.
SPENT = """
SELECT coalesce(sum(jsonb_array_length(acts)), 0)::int AS acts,
  coalesce(sum((SELECT count(*) FROM jsonb_array_elements(acts) a WHERE a ->> 'name' = ANY($4))), 0)::int AS messages
FROM decisions WHERE workspace_id = $1 AND conversation_id = $2 AND decider = 'rules' AND at > $3
"""
SPEAKING = ("post_message", "reply_macro", "apply_macro")
HOUR = timedelta(hours=1)


def build_rules_decider(catalogue: Catalogue, books: Books) -> Decider:
    """Gives the decider; it listens to every fact that means an event of the catalogue."""

    async def load(ctx: Ctx, fact: Fact, recorded: Recorded) -> Asked | None:
        events = [event.name for event in catalogue.events_of(fact)]
        book = await books.get(ctx) if events else None
        shelves = book.shelves_for(events) if book is not None else []
        if book is None or not shelves:
            return None
        subject = Subject(fact, recorded, ctx.now)
        await catalogue.load(ctx, [subject], _sections([shelf.sections for shelf in shelves]))
        conversation_id = subject.ids.get("conversation")
        spent = await ctx.tx.fetchrow(SPENT, ctx.workspace_id, conversation_id, ctx.now - HOUR, SPEAKING)
        return Asked(
            shelves,
            subject.sheet(),
            subject.ids,
            book.version,
            await load_chain(ctx, recorded),
            acts_spent=spent["acts"] if spent else 0,
            messages_spent=spent["messages"] if spent else 0,
            waited=Wait(fact.anchor, fact.minutes, fact.hours)
            if isinstance(fact, ConversationWaited)
            else None,
        )

    def decide(_: Fact, asked: Asked, config: Config, __: datetime) -> Decision:
        return decide_rules(
            catalogue,
            asked,
            acts=int(config.values["acts_per_hour"]),
            messages=int(config.values["messages_per_hour"]),
        )

    return Decider(NAME, catalogue.kinds(), load, decide, DEFAULTS, note_matches)


def _sections(of_shelves: Sequence[Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(name for sections in of_shelves for name in sections))
