"""The state of a rehearsal: rewound to any moment and carried forward, it is in the end what the tables say."""

import random
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from parley.conversations.actions.changing import (
    assign_conversation,
    change_conversation,
    close_conversation,
    reopen_conversation,
    set_subject,
    tag_conversation,
)
from parley.kit.clock import FixedClock
from parley.kit.decisions.trials import Heard
from parley.kit.log.fact import Actor, Recorded, load_fact
from parley.rehearsal.running import FOLDED, LOG
from parley.rehearsal.world import World
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

COMPARED = (
    "status", "priority", "assignee_id", "team_id", "language", "customer_id", "channel_kind", "message_count",
    "waiting_since", "rating", "sentiment", "intent", "created_at", "last_message_at", "closed_at",
)  # fmt: skip
STATE = """
SELECT c.*, p.value AS subject,
  ARRAY(SELECT t.tag_id FROM conversation_tags t WHERE t.workspace_id = $1 AND t.conversation_id = c.id ORDER BY 1) AS tags
FROM conversations c LEFT JOIN personal_values p ON p.workspace_id = $1 AND p.id = c.subject_value_id
WHERE c.workspace_id = $1
"""


async def step(inbox: Inbox, agent: UUID, tags: list[UUID], chance: random.Random) -> None:
    async with inbox.ctx() as ctx:
        ids = [row["id"] for row in await ctx.tx.fetch("SELECT id FROM conversations ORDER BY id")]
    what = chance.choice(
        ("receive", "receive", "reply", "tag", "close", "open", "priority", "assign", "subject")
    )
    if what == "receive" or not ids:
        await inbox.receive(email=f"{chance.randrange(4)}@example.com")
        return
    one = chance.choice(ids)
    if what == "reply":
        await inbox.reply(one, agent)
        return
    async with inbox.ctx(Actor("agent", agent)) as ctx:
        if what == "tag":
            await tag_conversation(ctx, one, add=chance.sample(tags, 2), remove=chance.sample(tags, 2))
        elif what == "close":
            await close_conversation(ctx, one)
        elif what == "open":
            await reopen_conversation(ctx, one)
        elif what == "priority":
            await change_conversation(ctx, one, {"priority": chance.randrange(4)})
        elif what == "assign":
            await assign_conversation(ctx, one, agent_id=chance.choice((agent, None)), team_id=None)
        else:
            await set_subject(ctx, one, f"Subject {chance.randrange(100)}")


async def replay(inbox: Inbox, begins: datetime, size: int) -> tuple[World, list[dict[str, object]]]:
    """Carries a world through the log from a moment on, in batches, and gives it with what the tables say."""
    async with inbox.ctx() as ctx:
        world = World(ctx, begins)
        far = begins + timedelta(days=999)
        rows = await ctx.tx.fetch(LOG, ctx.workspace_id, begins, far, list(FOLDED))
        facts = [Recorded(**dict(row)) for row in rows]
        for start in range(0, len(facts), size):
            batch = [Heard(load_fact(fact), fact) for fact in facts[start : start + size]]
            await world.meet(batch)
            for heard in batch:
                world.apply(heard.recorded)
        state = [dict(row) for row in await ctx.tx.fetch(STATE, ctx.workspace_id)]
    return world, state


@pytest.mark.parametrize("seed", range(6))
async def test_rewound_and_carried_forward_it_is_what_the_tables_say(
    shop: Shop, inbox: Inbox, clock: FixedClock, seed: int
) -> None:
    chance = random.Random(seed)
    lead, agent = await shop.signed_in("lead"), await shop.agent()
    tags = [UUID(body_of(await lead.post("/api/v1/tags", json={"name": f"T{n}"}))["id"]) for n in range(4)]
    moments: list[datetime] = []
    for _ in range(40):
        moments.append(clock.now())
        await step(inbox, agent, tags, chance)
        clock.advance(timedelta(minutes=chance.randrange(1, 90)))
    for begins in chance.sample(moments, 4):
        world, state = await replay(inbox, begins, chance.choice((3, 10, 1_000)))
        met = 0
        for row in state:
            known = world.row("conversation", row["id"])  # type: ignore[arg-type]
            if known is not None:
                met += 1
                assert {name: known[name] for name in COMPARED} == {name: row[name] for name in COMPARED}
                assert (sorted(known["tags"]), known["subject"]) == (row["tags"], row["subject"])
                assert known in world.rows("conversation", customer_id=row["customer_id"])
        assert met
