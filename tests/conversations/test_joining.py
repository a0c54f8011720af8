"""Two conversations that become one and two again: nothing is lost, and all is as it would be by itself."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.conversations.actions.applying import Changes, apply_changes
from parley.conversations.actions.changing import tag_conversation
from parley.conversations.actions.drafting import Unfinished, save_draft
from parley.conversations.actions.following import change_followers
from parley.conversations.actions.joining import merge_conversations, unmerge_conversation
from parley.conversations.actions.posting import Draft, add_note, post_message
from parley.conversations.actions.reading import mark_read
from parley.conversations.model import fold_conversation
from parley.kit.clock import FixedClock
from parley.kit.db import plain_json
from parley.kit.errors import Conflict
from parley.kit.ids import uuid7
from parley.kit.log.cursor import START
from parley.kit.log.fact import Actor
from tests.conversations.test_fold import BOUNDED, people, read_facts
from tests.support.app import Shop
from tests.support.inbox import Inbox

__all__ = ["people"]

TABLES = {
    "conversations": "SELECT * FROM conversations WHERE workspace_id = $1 AND id = ANY($2)",
    "threads": "SELECT * FROM threads WHERE workspace_id = $1 AND conversation_id = ANY($2) ORDER BY id",
    "messages": "SELECT * FROM messages WHERE workspace_id = $1 AND conversation_id = ANY($2) ORDER BY id",
    "deliveries": "SELECT * FROM deliveries WHERE workspace_id = $1 AND conversation_id = ANY($2) ORDER BY message_id",
    "mentions": "SELECT * FROM mentions WHERE workspace_id = $1 AND conversation_id = ANY($2) ORDER BY message_id, agent_id",
    "drafts": "SELECT * FROM drafts WHERE workspace_id = $1 AND conversation_id = ANY($2)",
    "read_marks": "SELECT * FROM read_marks WHERE workspace_id = $1 AND conversation_id = ANY($2)",
    "followers": "SELECT * FROM followers WHERE workspace_id = $1 AND conversation_id = ANY($2)",
    "conversation_tags": "SELECT * FROM conversation_tags WHERE workspace_id = $1 AND conversation_id = ANY($2)",
    "search_documents": "SELECT * FROM search_documents WHERE workspace_id = $1 AND conversation_id = ANY($2)",
}
# Drawn anew for each conversation, or told of it by something else.
OWN = frozenset(
    {
        "workspace_id",
        "version",
        "number",
        "token",
        "key",
        "external_id",
        "tokens",
        "subject_value_id",
        "created_at",
    }
)


class Side:
    """Some conversations of which ids are told apart by the order in which they came."""

    def __init__(self, shop: Shop, inbox: Inbox, agents: list[UUID], tags: list[UUID]) -> None:
        self.shop, self.inbox, self.agents, self.tags = shop, inbox, agents, tags
        self.email = f"{uuid7().hex}@example.com"
        self.ids: list[UUID] = []
        self.threads: list[UUID] = []
        self.names: dict[str, str] = {}

    def name(self, value: UUID | None) -> None:
        """Remembers an id by its place."""
        if value is not None:
            self.names.setdefault(str(value), f"#{len(self.names)}")

    async def open(self, count: int) -> None:
        """Lets the customer begin conversations."""
        for number in range(count):
            got = await self.inbox.receive(
                f"Question {number}", email=self.email, key=f"{self.email}/{number}"
            )
            self.ids.append(got.conversation_id)
            self.threads.append(got.thread_id)
            for value in (got.conversation_id, got.thread_id, got.message_id):
                self.name(value)
        row = await self.inbox.row(self.ids[0])
        self.name(row["customer_id"])
        async with self.inbox.ctx() as ctx:
            sql = "SELECT identity_id FROM threads WHERE workspace_id = $1 AND id = $2"
            self.name(await ctx.tx.fetchval(sql, self.shop.workspace_id, self.threads[0]))

    def place(self, number: int, into: dict[int, int]) -> UUID:
        """Gives the conversation in which the thread is now."""
        while number in into:
            number = into[number]
        return self.ids[number]

    async def act(self, name: str, number: int, n: int, into: dict[int, int]) -> None:
        """Does something in a conversation, or in the one it is part of."""
        at, agent = self.place(number, into), self.agents[n % 2]
        if name == "receive":
            got = await self.inbox.receive(
                f"More {n}", email=self.email, key=f"{self.email}/{number}", automatic=n % 5 == 0
            )
            self.name(got.message_id)
            return
        async with self.inbox.ctx(Actor("agent", agent)) as ctx:
            if name == "reply":
                draft = Draft(
                    conversation_id=at,
                    thread_id=self.threads[number],
                    text=f"R {n}",
                    author_id=agent,
                    automatic=n % 7 == 0,
                )
                self.name((await post_message(ctx, self.inbox.port, draft)).message_id)
            elif name == "note":
                draft = Draft(
                    conversation_id=at, text=f"N {n}", author_id=agent, mentions=[self.agents[(n + 1) % 2]]
                )
                self.name((await add_note(ctx, draft)).message_id)
            elif name == "tag":
                tag = [self.tags[n % 2]]
                await tag_conversation(ctx, at, add=tag if n % 3 else [], remove=[] if n % 3 else tag)
            elif name == "follow":
                await change_followers(ctx, at, add=[agent], remove=[])
            elif name == "draft":
                await save_draft(ctx, agent, at, Unfinished(html=f"<p>D {n}</p>"))
            elif name == "read":
                await mark_read(ctx, at, agent)
            else:
                await apply_changes(ctx, at, self._changes(name, n))

    def _changes(self, name: str, n: int) -> Changes:
        return {
            "close": Changes(status="closed"),
            "reopen": Changes(status="open"),
            "spam": Changes(status="spam"),
            "snooze": Changes(status="snoozed", snooze_until_reply=True),
            "assign": Changes(assignee_id=self.agents[n % 2] if n % 3 else None),
            "edit": Changes(priority=("low", "urgent")[n % 2]),
        }[name]

    async def dump(self) -> dict[str, Any]:
        """Gives all rows of all tables, with the names of the ids."""
        found: dict[str, Any] = {}
        async with self.inbox.ctx() as ctx:
            for table, sql in TABLES.items():
                rows = await ctx.tx.fetch(sql, self.shop.workspace_id, self.ids)
                plain = [
                    {
                        k: v
                        for k, v in plain_json(dict(row)).items()
                        if k not in OWN and (k, table) != ("id", "deliveries")
                    }
                    for row in rows
                ]
                found[table] = sorted((self._named(row) for row in plain), key=str)
        return found

    def _named(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._named(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._named(one) for one in value]
        return self.names.get(value, value) if isinstance(value, str) else value


BEFORE = (
    "receive",
    "reply",
    "note",
    "tag",
    "follow",
    "draft",
    "read",
    "close",
    "reopen",
    "snooze",
    "assign",
    "edit",
)
BETWEEN = st.lists(
    st.tuples(
        st.sampled_from(["receive", "reply", "reply", "receive"]), st.integers(0, 2), st.integers(0, 99)
    ),
    max_size=8,
)


@given(
    before=st.lists(
        st.tuples(st.sampled_from([*BEFORE, "spam"]), st.integers(0, 2), st.integers(0, 99)), max_size=14
    ),
    between=BETWEEN,
    chain=st.sampled_from([[(0, 1)], [(0, 1), (1, 2)], [(0, 2), (1, 2)]]),
)
@BOUNDED
async def test_merge_then_unmerge_is_the_identity_also_after_new_replies(
    shop: Shop,
    inbox: Inbox,
    clock: FixedClock,
    people: tuple[list[UUID], list[UUID]],
    before: list[tuple[str, int, int]],
    between: list[tuple[str, int, int]],
    chain: list[tuple[int, int]],
) -> None:
    """Two customers do the same; only the one's conversations are merged and taken apart."""
    moved, alone = Side(shop, inbox, *people), Side(shop, inbox, *people)
    for side in (moved, alone):
        await side.open(3)
    for step in before:
        clock.advance(timedelta(seconds=1 + step[2] % 5))
        for side in (moved, alone):
            await side.act(*step, {})
    before_all = await moved.dump()
    assert before_all == await alone.dump()
    clock.advance(timedelta(seconds=1))
    async with inbox.ctx(Actor("agent", people[0][0])) as ctx:
        for source, target in chain:
            await merge_conversations(ctx, moved.ids[source], moved.ids[target])
    for name, number, n in between:
        # What is said of the whole is said of the one that it is now.
        step = (name, number if name in ("receive", "reply") else chain[-1][1], n)
        clock.advance(timedelta(seconds=1 + n % 5))
        await moved.act(*step, dict(chain))
        await alone.act(*step, {})
    clock.advance(timedelta(seconds=1))
    async with inbox.ctx(Actor("agent", people[0][0])) as ctx:
        for source, _ in reversed(chain):
            await unmerge_conversation(ctx, moved.ids[source])
    assert await moved.dump() == await alone.dump()
    for one in moved.ids:
        facts = [(fact.kind, fact.data) for fact in await read_facts(shop, START, one)]
        row = plain_json(await inbox.row(one))
        del row["version"], row["workspace_id"]
        assert fold_conversation(facts) == row


async def merge(inbox: Inbox, agent: UUID, source: UUID, target: UUID, **values: Any) -> Any:
    """Merges as an agent does."""
    async with inbox.ctx(Actor("agent", agent)) as ctx:
        return await merge_conversations(ctx, source, target, **values)


@pytest.fixture
async def pair(shop: Shop, inbox: Inbox, clock: FixedClock, people: tuple[list[UUID], list[UUID]]) -> Side:
    """Three conversations of one customer."""
    side = Side(shop, inbox, *people)
    await side.open(3)
    clock.advance(timedelta(seconds=1))
    return side


async def test_a_merged_conversation_takes_nothing_and_names_the_other(inbox: Inbox, pair: Side) -> None:
    source, target, _ = pair.ids
    agent = pair.agents[0]
    joined = await merge(inbox, agent, source, target)
    assert (await merge(inbox, agent, source, target)).id == joined.id
    tries = [
        inbox.reply(source, agent),
        inbox.note(source, agent),
        pair.act("tag", 0, 1, {}),
        pair.act("follow", 0, 1, {}),
        pair.act("draft", 0, 1, {}),
        pair.act("reopen", 0, 1, {}),
        merge(inbox, agent, source, pair.ids[2]),
        merge(inbox, agent, pair.ids[2], source),
    ]
    for attempt in tries:
        with pytest.raises(Conflict) as refusal:
            await attempt
        assert refusal.value.code == "merged_away"
        assert refusal.value.extra["into"] == target
    row = await inbox.row(source)
    assert (row["status"], row["merged_into_id"]) == ("closed", target)


async def test_what_comes_on_a_thread_lands_in_the_target(inbox: Inbox, pair: Side) -> None:
    source, target, _ = pair.ids
    await merge(inbox, pair.agents[0], source, target)
    got = await inbox.receive("And another thing", email=pair.email, key=f"{pair.email}/0")
    assert (got.conversation_id, got.thread_id) == (target, pair.threads[0])
    assert (await inbox.row(target))["message_count"] == 3


async def test_drafts_of_both_are_kept(inbox: Inbox, clock: FixedClock, pair: Side) -> None:
    for number in (0, 1):
        await pair.act("draft", number, number * 2, {})
    clock.advance(timedelta(seconds=1))
    source, target, _ = pair.ids
    await merge(inbox, pair.agents[0], source, target)
    async with inbox.ctx() as ctx:
        html = await ctx.tx.fetchval(
            "SELECT html FROM drafts WHERE workspace_id = $1 AND conversation_id = $2",
            inbox.workspace_id,
            target,
        )
    assert html == "<p>D 2</p><blockquote><p>D 0</p></blockquote>"


async def test_two_customers_need_a_word(inbox: Inbox, pair: Side) -> None:
    other = await inbox.receive("Hello", email="somebody@else.example")
    with pytest.raises(Conflict, match="two customers"):
        await merge(inbox, pair.agents[0], other.conversation_id, pair.ids[0])
    await merge(inbox, pair.agents[0], other.conversation_id, pair.ids[0], other_customer=True)
    rows = [await inbox.row(one) for one in (other.conversation_id, pair.ids[0])]
    assert rows[0]["customer_id"] != rows[1]["customer_id"]


async def test_a_chain_comes_apart_from_its_end(inbox: Inbox, pair: Side) -> None:
    agent = pair.agents[0]
    await merge(inbox, agent, pair.ids[0], pair.ids[1])
    await merge(inbox, agent, pair.ids[1], pair.ids[2])
    async with inbox.ctx() as ctx:
        with pytest.raises(Conflict) as refusal:
            await unmerge_conversation(ctx, pair.ids[0])
    assert (refusal.value.code, refusal.value.extra["into"]) == ("crossed_merge", pair.ids[2])
    async with inbox.ctx() as ctx:
        await unmerge_conversation(ctx, pair.ids[1])
        await unmerge_conversation(ctx, pair.ids[0])
        with pytest.raises(Conflict, match="not merged"):
            await unmerge_conversation(ctx, pair.ids[0])
    assert [(await inbox.row(one))["message_count"] for one in pair.ids] == [1, 1, 1]
