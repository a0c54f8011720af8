"""What follows a merge, a split and their undoing: what automation and the assistant keep of messages."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from parley.automation.alerts.raising import raise_alert
from parley.automation.macros.using import note_uses
from parley.automation.waiting import WAITED
from parley.conversations.actions.joining import merge_conversations, unmerge_conversation
from parley.conversations.actions.splitting import split_conversation, undo_split
from parley.kit.clock import FixedClock
from parley.kit.db import plain_json
from parley.kit.log.fact import Actor
from tests.automation.conftest import Settle
from tests.automation.macros.conftest import save
from tests.conversations.test_fold import people
from tests.conversations.test_joining import Side
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

__all__ = ["people"]

WORDS = (
    "Where is my order?",
    "Thank you so much, I love it!",
    "This is a scam, you are thieves, I will call my lawyer!",
    "I want to return it",
)
TABLES = {
    "conversations": "SELECT id, sentiment, intent FROM conversations WHERE workspace_id = $1 AND id = ANY($2)",
    "understandings": """SELECT message_id, conversation_id, sentiment, at FROM understandings
        WHERE workspace_id = $1 AND conversation_id = ANY($2)""",
    "macro_uses": """SELECT conversation_id, message_id, at FROM macro_uses
        WHERE workspace_id = $1 AND conversation_id = ANY($2)""",
    "alerts": """SELECT conversation_id, message_id, kind, received_at, raised_at FROM alerts
        WHERE workspace_id = $1 AND conversation_id = ANY($2)""",
    "timers": f"""SELECT due_at, data FROM timers
        WHERE workspace_id = $1 AND kind = '{WAITED}' AND subject_id = ANY($2)""",
    "queue_entries": """SELECT conversation_id FROM queue_entries
        WHERE workspace_id = $1 AND conversation_id = ANY($2) AND left_at IS NULL""",
}


class Desk(Side):
    """Conversations about which somebody is called, and in which macros are used."""

    macro: UUID

    async def speak(self, name: str, number: int, n: int, into: dict[int, int]) -> None:
        """Does one thing more than a side can, about the newest message of a thread or about none."""
        at = self.place(number, into)
        if name == "receive":
            key = f"{self.email}/{number}"
            got = await self.inbox.receive(WORDS[n % 4], email=self.email, key=key)
            self.name(got.message_id)
        elif name in ("call", "use"):
            async with self.inbox.ctx() as ctx:
                newest = await ctx.tx.fetchval(
                    """SELECT id FROM messages WHERE workspace_id = $1 AND thread_id = $2 AND kind = 'message'
                       ORDER BY id DESC LIMIT 1""",
                    self.shop.workspace_id,
                    self.threads[number],
                )
                if name == "call":
                    call = {"conversation_id": str(at), "message_id": str(newest), "kind": "attention"}
                    await raise_alert(ctx, call, "")
                else:
                    await note_uses(ctx, [self.macro], at, message_id=newest)
        else:
            await self.act(name, number, n, into)

    async def dump(self) -> dict[str, Any]:
        """Gives what the tables keep, with the names of the ids."""
        found: dict[str, Any] = {}
        async with self.inbox.ctx() as ctx:
            for table, sql in TABLES.items():
                rows = await ctx.tx.fetch(sql, self.shop.workspace_id, self.ids)
                found[table] = sorted((self._named(plain_json(dict(row))) for row in rows), key=str)
        return found


async def set_up(shop: Shop) -> UUID:
    """Puts rules that wait into force; gives a macro."""
    lead = await shop.signed_in("lead")
    for anchor in ("reply", "customer", "assignment", "opened", "closed"):
        act = {"act": "set_priority", "priority": "urgent"}
        rule = {"when": "waited", "wait": {"anchor": anchor, "minutes": 600}, "then": [act]}
        saved = await lead.post("/api/v1/rules", json={"name": anchor, "rule": rule, "enabled": True})
        assert saved.status_code == 201, saved.text
    return UUID((await save(lead))["id"])


@pytest.fixture
async def macro(shop: Shop) -> UUID:
    """A macro, in a shop with rules that wait."""
    return await set_up(shop)


@given(
    before=st.lists(
        st.tuples(
            st.sampled_from(["receive", "reply", "call", "use", "close", "assign"]),
            st.integers(0, 2),
            st.integers(0, 20),
        ),
        max_size=6,
    ),
    between=st.lists(
        st.tuples(
            st.sampled_from(["receive", "call", "use", "reply"]), st.integers(0, 2), st.integers(0, 20)
        ),
        max_size=4,
    ),
    chain=st.sampled_from([[(0, 1)], [(0, 1), (1, 2)], [(0, 2), (1, 2)]]),
    read=st.booleans(),
)
@settings(
    max_examples=10,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_what_hangs_on_messages_is_as_if_they_had_never_been_merged(  # noqa: C901, PLR0917
    shop: Shop,
    inbox: Inbox,
    clock: FixedClock,
    settle: Settle,
    people: tuple[list[UUID], list[UUID]],
    macro: UUID,
    before: list[tuple[str, int, int]],
    between: list[tuple[str, int, int]],
    chain: list[tuple[int, int]],
    read: bool,
) -> None:
    """Two customers do the same; only the one's conversations are merged and taken apart, `read` or not in between."""
    sides = moved, alone = Desk(shop, inbox, *people), Desk(shop, inbox, *people)
    for side in sides:
        side.macro = macro
        await side.open(3)
    await settle()
    for step in before:
        clock.advance(timedelta(seconds=1))
        for side in sides:
            await side.speak(*step, {})
        await settle()
    assert await moved.dump() == await alone.dump()
    clock.advance(timedelta(seconds=1))
    async with inbox.ctx(Actor("agent", people[0][0])) as ctx:
        for source, target in chain:
            await merge_conversations(ctx, moved.ids[source], moved.ids[target])
    if read:
        await settle()
        dumped = await moved.dump()
        sources = {moved.names[str(moved.ids[source])] for source, _ in chain}
        for table in ("understandings", "macro_uses", "alerts", "queue_entries"):
            assert not sources & {row["conversation_id"] for row in dumped[table]}, table
    for step in between:
        clock.advance(timedelta(seconds=1))
        await moved.speak(*step, dict(chain))
        await alone.speak(*step, {})
        if read:
            await settle()
    clock.advance(timedelta(seconds=1))
    async with inbox.ctx(Actor("agent", people[0][0])) as ctx:
        for source, _ in reversed(chain):
            await unmerge_conversation(ctx, moved.ids[source])
    await settle()
    now, wanted = await moved.dump(), await alone.dump()
    if any(name == "close" for name, *_ in before):
        now["timers"], wanted["timers"] = without_free(now["timers"]), without_free(wanted["timers"])
    # Who waits is read by another reader than who is given whom: what nobody has read in between shows no order.
    for table in TABLES if read else TABLES.keys() - {"queue_entries"}:
        assert now[table] == wanted[table], table


def without_free(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leaves out since when nobody has it: who was woken while he was part of another is free from then on."""
    return [row for row in rows if row["data"]["anchor"] != "assignment"]


async def test_what_hangs_on_a_message_goes_with_it_when_it_is_split_off(
    shop: Shop,
    inbox: Inbox,
    clock: FixedClock,
    settle: Settle,
    people: tuple[list[UUID], list[UUID]],
    macro: UUID,
) -> None:
    desk = Desk(shop, inbox, *people)
    desk.macro = macro
    await desk.open(1)
    for name in ("receive", "call", "use"):
        clock.advance(timedelta(seconds=1))
        await desk.speak(name, 0, 2, {})
    await settle()
    before = await desk.dump()
    last = UUID(next(key for key, name in desk.names.items() if name == "#5"))
    async with inbox.ctx() as ctx:
        made = await split_conversation(ctx, desk.ids[0], [last])
    await settle()
    desk.ids.append(made.target_id)
    desk.name(made.target_id)
    new = desk.names[str(made.target_id)]
    there = await desk.dump()
    assert {row["message_id"] for row in there["alerts"] if row["conversation_id"] == new} == {"#5"}
    assert [row["message_id"] for row in there["macro_uses"] if row["conversation_id"] == new] == ["#5"]
    assert [row["message_id"] for row in there["understandings"] if row["conversation_id"] == new] == ["#5"]
    moods = {row["id"]: row["sentiment"] for row in there["conversations"]}
    assert moods == {desk.names[str(desk.ids[0])]: "neutral", new: "furious"}
    async with inbox.ctx() as ctx:
        await undo_split(ctx, made.target_id)
    await settle()
    desk.ids.pop()
    assert await desk.dump() == before


async def test_why_includes_what_was_decided_before_the_merge(
    shop: Shop, inbox: Inbox, settle: Settle, people: tuple[list[UUID], list[UUID]], macro: UUID
) -> None:
    desk = Desk(shop, inbox, *people)
    desk.macro = macro
    await desk.open(2)
    await settle()
    lead = await shop.signed_in("lead")

    async def why(number: int) -> set[str]:
        answer = await lead.get("/api/v1/decisions", params={"conversation_id": str(desk.ids[number])})
        return {row["conversation_id"] for row in body_of(answer)["items"]}

    source, target = str(desk.ids[0]), str(desk.ids[1])
    assert (await why(0), await why(1)) == ({source}, {target})
    async with inbox.ctx() as ctx:
        await merge_conversations(ctx, desk.ids[0], desk.ids[1])
    await settle()
    assert await why(1) == {source, target}
    async with inbox.ctx() as ctx:
        await unmerge_conversation(ctx, desk.ids[0])
    await settle()
    assert await why(1) == {target}
