"""Leave a message: when nobody is there, a visitor who chats is told so once and asked for an address."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from parley.accounts.actions.profile import HERE_FOR
from parley.accounts.hours import parse_hours
from parley.facts.conversations import MessageReceived
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Act, Config, Decider, Decision, Reason
from parley.kit.hours import is_open
from parley.kit.i18n.catalogue import load_catalogue
from parley.kit.log.fact import Fact, Recorded

AGAIN_AFTER = timedelta(hours=12)
DEFAULTS: dict[str, Any] = {"ask_email": True, "texts_ask": {}, "texts_known": {}}
CATALOGUE = load_catalogue([Path(__file__).parent.parent / "locales"])

LOAD = """
SELECT
  EXISTS (SELECT 1 FROM agents a WHERE a.workspace_id = $1 AND a.state = 'active' AND a.presence = 'online'
          AND a.presence_at > $3) AS staffed,
  (SELECT jsonb_build_object('time_zone', h.time_zone, 'periods', h.periods, 'holidays', h.holidays)
     FROM business_hours h WHERE h.workspace_id = $1 AND h.is_default LIMIT 1) AS hours,
  EXISTS (SELECT 1 FROM identities i WHERE i.workspace_id = $1 AND i.customer_id = c.customer_id
          AND i.kind = 'email') AS has_email,
  (SELECT max(m.created_at) FROM messages m WHERE m.workspace_id = $1 AND m.conversation_id = $2
          AND m.author_kind = 'system') AS told_at,
  coalesce(c.language, cu.language, w.language) AS language
FROM conversations c JOIN workspaces w ON w.workspace_id = $1
JOIN customers cu ON cu.workspace_id = $1 AND cu.id = c.customer_id
WHERE c.workspace_id = $1 AND c.id = $2 AND c.status = 'open'
"""


class Snapshot(msgspec.Struct, frozen=True):
    """What the decider looks at."""

    conversation_id: UUID
    thread_id: UUID
    staffed: bool
    opened: bool
    has_email: bool
    told_at: datetime | None
    language: str


async def load(ctx: Ctx, fact: Fact, _: Recorded) -> Snapshot | None:
    """Reads who is there; None for anything but a visitor's own chat message."""
    if not isinstance(fact, MessageReceived) or fact.channel_kind != "chat" or fact.automatic:
        return None
    row = await ctx.tx.fetchrow(LOAD, ctx.workspace_id, fact.conversation_id, ctx.now - HERE_FOR)
    if row is None:
        return None
    opened = row["hours"] is None or is_open(parse_hours(row["hours"]), ctx.now)
    return Snapshot(
        fact.conversation_id,
        fact.thread_id,
        row["staffed"],
        opened,
        row["has_email"],
        row["told_at"],
        row["language"],
    )


def decide(_: Fact, snapshot: Snapshot, config: Config, now: datetime) -> Decision:
    """Tells the visitor that nobody is there, unless somebody is or he has been told in the last twelve hours."""
    if snapshot.staffed:
        return Decision()
    if snapshot.told_at is not None and now - snapshot.told_at < AGAIN_AFTER:
        return Decision()
    asks = bool(config.values["ask_email"]) and not snapshot.has_email
    key = "away.ask" if asks else "away.known"
    texts: dict[str, str] = config.values["texts_ask" if asks else "texts_known"]
    return Decision(
        acts=[
            Act(
                "post_message",
                {
                    "conversation_id": str(snapshot.conversation_id),
                    "thread_id": str(snapshot.thread_id),
                    "text": texts.get(snapshot.language) or CATALOGUE.translate(snapshot.language, key),
                    "ask": "email" if asks else None,
                },
            )
        ],
        reasons=[
            Reason("leave_message.closed" if not snapshot.opened else "leave_message.nobody", {"asks": asks})
        ],
        facts_used={"staffed": snapshot.staffed, "open": snapshot.opened, "has_email": snapshot.has_email},
    )


LEAVE_MESSAGE = Decider("leave_message", (MessageReceived,), load, decide, DEFAULTS)
