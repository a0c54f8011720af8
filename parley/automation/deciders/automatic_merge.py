"""Automatic merge: who writes again in a new conversation, while another of his is open, goes on in that one.

Off until somebody switches it on (`on`). Never across customers, and never with spam.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.facts.conversations import ConversationOpened
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Act, Config, Decider, Decision, Reason
from parley.kit.log.fact import Fact, Recorded

LONGEST = 7 * 24 * 60
DEFAULTS: dict[str, Any] = {"on": False, "minutes": 60, "same_channel": False, "same_subject": False}

# What was split off on purpose stays by itself, and so does what the shop began.
LOAD = """
SELECT c.channel_kind, c.created_at, coalesce(v.value, '') AS subject,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'number', o.number, 'channel_kind', o.channel_kind,
            'subject', o.subject, 'last_at', o.last_message_at)), '[]')
   FROM (SELECT x.id, x.number, x.channel_kind, x.last_message_at, coalesce(xv.value, '') AS subject FROM conversations x
         LEFT JOIN personal_values xv ON xv.workspace_id = $1 AND xv.id = x.subject_value_id
         WHERE x.workspace_id = $1 AND x.customer_id = c.customer_id AND x.id <> c.id AND x.status = 'open'
           AND x.merged_into_id IS NULL AND x.created_at <= c.created_at
         ORDER BY x.last_message_at DESC, x.id DESC LIMIT 20) o) AS others
FROM conversations c LEFT JOIN personal_values v ON v.workspace_id = $1 AND v.id = c.subject_value_id
WHERE c.workspace_id = $1 AND c.id = $2 AND c.status = 'open' AND c.merged_into_id IS NULL
  AND c.last_incoming_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM conversation_merges g WHERE g.workspace_id = $1 AND g.target_id = c.id AND g.act = 'split')
"""


class Other(msgspec.Struct, frozen=True):
    """Another open conversation of the customer."""

    id: UUID
    number: int
    channel_kind: str
    subject: str
    last_at: datetime


class Snapshot(msgspec.Struct, frozen=True):
    """The new conversation, and the customer's others, the newest first."""

    conversation_id: UUID
    channel_kind: str
    subject: str
    created_at: datetime
    others: list[Other]


async def load(ctx: Ctx, fact: Fact, _: Recorded) -> Snapshot | None:
    """Reads the customer's other open conversations; None where there is none."""
    if not isinstance(fact, ConversationOpened):
        return None
    row = await ctx.tx.fetchrow(LOAD, ctx.workspace_id, fact.conversation_id)
    if row is None or not row["others"]:
        return None
    others = msgspec.convert(row["others"], list[Other])
    return Snapshot(fact.conversation_id, row["channel_kind"], row["subject"], row["created_at"], others)


def decide(_: Fact, snapshot: Snapshot, config: Config, __: datetime) -> Decision:
    """Merges the new conversation into the one that was last written in, if that is not too long ago."""
    values = config.values
    if not values["on"]:
        return Decision()
    since = snapshot.created_at - timedelta(minutes=min(max(int(values["minutes"]), 0), LONGEST))
    fitting = [
        other for other in snapshot.others if other.last_at >= since and _fits(other, snapshot, values)
    ]
    if not fitting:
        return Decision()
    into = max(fitting, key=lambda other: (other.last_at, other.id))
    return Decision(
        acts=[
            Act(
                "merge_conversations",
                {"conversation_id": str(snapshot.conversation_id), "into_id": str(into.id)},
            )
        ],
        reasons=[Reason("automatic_merge.open", {"number": into.number, "minutes": int(values["minutes"])})],
        facts_used={"others": [str(other.id) for other in fitting]},
    )


def _fits(other: Other, snapshot: Snapshot, values: dict[str, Any]) -> bool:
    if values["same_channel"] and other.channel_kind != snapshot.channel_kind:
        return False
    return not values["same_subject"] or _plain(other.subject) == _plain(snapshot.subject)


def _plain(subject: str) -> str:
    return " ".join(subject.casefold().split())


AUTOMATIC_MERGE = Decider("automatic_merge", (ConversationOpened,), load, decide, DEFAULTS)
