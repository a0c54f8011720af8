"""Acts chosen at random, for tests of what must hold whatever happens in an inbox."""

import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from parley.conversations.actions.applying import Changes, apply_changes
from parley.conversations.actions.bulk import start_bulk, undo_bulk
from parley.conversations.actions.bulk_values import BulkAct
from parley.conversations.actions.changing import rate_conversation, tag_conversation
from parley.conversations.actions.delivering import (
    begin_next_delivery,
    finish_delivery,
    requeue_delivery,
    reschedule_message,
    retry_delivery,
)
from parley.conversations.actions.following import change_followers
from parley.conversations.actions.joining import merge_conversations, unmerge_conversation
from parley.conversations.actions.reading import mark_read, mark_seen_by_customer, mark_unread
from parley.conversations.actions.redacting import redact_message
from parley.conversations.actions.splitting import split_conversation, undo_split
from parley.conversations.actions.undoing import undo_message
from parley.customers.actions.changing import change_customer
from parley.customers.actions.editing import block_customer, name_customer, unblock_customer
from parley.kit.clock import FixedClock
from parley.kit.errors import ParleyError
from parley.kit.ids import uuid7
from parley.kit.log.fact import Actor
from tests.support.app import Shop
from tests.support.inbox import Inbox

Step = tuple[str, int]


class Actors:
    """One customer's conversation and everything that may happen to it; a refused act changes nothing."""

    def __init__(
        self, shop: Shop, inbox: Inbox, clock: FixedClock, agents: list[UUID], tags: list[UUID]
    ) -> None:
        self.shop = shop
        self.inbox = inbox
        self.clock = clock
        self.agents = agents
        self.tags = tags
        self.email = f"{uuid7().hex}@example.com"
        self.conversation_id = UUID(int=0)
        self.thread_id = UUID(int=0)
        self.customer_id = UUID(int=0)
        self.messages: list[UUID] = []

    async def begin(self) -> None:
        """Lets the customer write for the first time."""
        got = await self.inbox.receive("First", email=self.email, subject="About it")
        self.conversation_id, self.thread_id = got.conversation_id, got.thread_id
        self.customer_id = (await self.inbox.row(self.conversation_id))["customer_id"]
        self.messages.append(got.message_id)

    async def step(self, step: Step) -> None:
        """Does one act; what the inbox refuses is refused."""
        name, n = step
        self.clock.advance(timedelta(seconds=1 + n % 7))
        with contextlib.suppress(ParleyError):
            await ACTS[name](self, n)

    def agent(self, n: int) -> UUID:
        """Picks an agent."""
        return self.agents[n % len(self.agents)]

    def pick(self, n: int) -> UUID:
        """Picks a message."""
        return self.messages[n % len(self.messages)]

    async def change(self, n: int, **changes: Any) -> None:
        """Changes fields of the conversation."""
        async with self.inbox.ctx(Actor("agent", self.agent(n))) as ctx:
            await apply_changes(ctx, self.conversation_id, Changes(**changes))


async def _receive(a: Actors, n: int) -> None:
    external = f"{a.email}:{n % 5}" if n % 3 == 0 else None
    got = await a.inbox.receive(
        f"Message {n}", email=a.email, automatic=n % 4 == 0, external_id=external, thread_id=a.thread_id
    )
    if got.new and got.conversation_id == a.conversation_id:
        a.messages.append(got.message_id)


async def _reply(a: Actors, n: int) -> None:
    later = a.clock.now() + timedelta(seconds=n % 30)
    values: dict[str, Any] = {"send_at": later} if n % 4 == 0 else {"undo_seconds": n % 3 * 5}
    posted = await a.inbox.reply(
        a.conversation_id, a.agent(n), f"Reply {n}", thread_id=a.thread_id, automatic=n % 9 == 0, **values
    )
    a.messages.append(posted.message_id)


async def _note(a: Actors, n: int) -> None:
    posted = await a.inbox.note(a.conversation_id, a.agent(n), f"Note {n}", mentions=[a.agent(n + 1)])
    a.messages.append(posted.message_id)


async def _snooze(a: Actors, n: int) -> None:
    until = a.clock.now() + timedelta(hours=n % 3) if n % 3 else None
    await a.change(n, status="snoozed", snoozed_until=until, snooze_until_reply=n % 2 == 0)


async def _deliver(a: Actors, n: int) -> None:
    async with a.inbox.ctx() as ctx:
        delivery = await begin_next_delivery(ctx, a.thread_id)
    if delivery is None:
        return
    async with a.inbox.ctx() as ctx:
        if n % 5 == 0:
            await requeue_delivery(ctx, delivery, after=timedelta(seconds=n % 20), error="busy")
        elif n % 7 != 0:
            await finish_delivery(ctx, delivery, ("sent", "sent", "failed", "unknown")[n % 4], error="why")


async def _mark(a: Actors, n: int) -> None:
    async with a.inbox.ctx() as ctx:
        if n % 3 == 0:
            await mark_seen_by_customer(ctx, a.thread_id, a.pick(n))
        elif n % 3 == 1:
            await mark_read(ctx, a.conversation_id, a.agent(n))
        else:
            await mark_unread(ctx, a.conversation_id, a.agent(n))


async def _tag(a: Actors, n: int) -> None:
    tag = a.tags[n % len(a.tags)]
    async with a.inbox.ctx() as ctx:
        add, remove = ([tag], []) if n % 2 else ([], [tag])
        await tag_conversation(ctx, a.conversation_id, add=add, remove=remove)


async def _message(a: Actors, n: int) -> None:
    async with a.inbox.ctx(Actor("agent", a.agent(n))) as ctx:
        if n % 4 == 0:
            await retry_delivery(ctx, a.pick(n))
        elif n % 4 == 1:
            await reschedule_message(ctx, a.pick(n), a.clock.now() + timedelta(seconds=n % 40))
        else:
            await undo_message(ctx, a.messages[-1])


async def _rate(a: Actors, n: int) -> None:
    async with a.inbox.ctx(Actor("customer", a.customer_id)) as ctx:
        await rate_conversation(ctx, a.conversation_id, n % 6, "Good" if n % 2 else "")


async def _customer(a: Actors, n: int) -> None:
    async with a.inbox.ctx() as ctx:
        if n % 4 == 0:
            await block_customer(ctx, a.customer_id)
        elif n % 4 == 1:
            await unblock_customer(ctx, a.customer_id)
        elif n % 4 == 2:
            await name_customer(ctx, a.customer_id, f"Name {n % 3}")
        else:
            await change_customer(ctx, a.customer_id, {"vip": n % 8 == 3})


async def _redact(a: Actors, n: int) -> None:
    async with a.inbox.ctx(Actor("agent", a.agent(n))) as ctx:
        await redact_message(ctx, a.pick(n), "asked")


async def _bulk(a: Actors, n: int) -> None:
    act = BulkAct(status=("closed", "open", "spam")[n % 3], add_tags=[a.tags[0]] if n % 2 else [])
    async with a.inbox.ctx(Actor("agent", a.agent(n))) as ctx:
        done = await start_bulk(ctx, a.agent(n), [a.conversation_id], act)
    if n % 4 == 0:
        a.clock.advance(timedelta(seconds=1))
        async with a.inbox.ctx(Actor("agent", a.agent(n))) as ctx:
            await undo_bulk(ctx, done.id, a.agent(n))


async def _follow(a: Actors, n: int) -> None:
    async with a.inbox.ctx() as ctx:
        await change_followers(ctx, a.conversation_id, add=[a.agent(n)], remove=[a.agent(n + 1)])


async def _join(a: Actors, n: int) -> None:
    """Merges a second conversation of the customer into this one, takes it apart, splits off and puts back."""
    other = await a.inbox.receive(f"Beside {n}", email=a.email, key=f"{a.email}/{uuid7()}")
    a.clock.advance(timedelta(seconds=1))
    async with a.inbox.ctx(Actor("agent", a.agent(n))) as ctx:
        await merge_conversations(ctx, other.conversation_id, a.conversation_id)
    a.clock.advance(timedelta(seconds=1))
    if n % 3 == 0:
        async with a.inbox.ctx(Actor("agent", a.agent(n))) as ctx:
            await unmerge_conversation(ctx, other.conversation_id)
        async with a.inbox.ctx(Actor("agent", a.agent(n))) as ctx:
            await merge_conversations(ctx, a.conversation_id, other.conversation_id)
        a.clock.advance(timedelta(seconds=1))
        async with a.inbox.ctx(Actor("agent", a.agent(n))) as ctx:
            await unmerge_conversation(ctx, a.conversation_id)


async def _split(a: Actors, n: int) -> None:
    if len(a.messages) < 2:
        return
    async with a.inbox.ctx(Actor("agent", a.agent(n))) as ctx:
        split = await split_conversation(ctx, a.conversation_id, [a.messages[-1]], later=n % 2 == 0)
    a.clock.advance(timedelta(seconds=1))
    if n % 3:
        async with a.inbox.ctx(Actor("agent", a.agent(n))) as ctx:
            await undo_split(ctx, split.target_id)
    else:
        a.messages = a.messages[:-1]


ACTS: dict[str, Callable[[Actors, int], Awaitable[None]]] = {
    "receive": _receive,
    "reply": _reply,
    "note": _note,
    "close": lambda a, n: a.change(n, status="closed"),
    "reopen": lambda a, n: a.change(n, status="open"),
    "spam": lambda a, n: a.change(n, status="spam"),
    "snooze": _snooze,
    "assign": lambda a, n: a.change(n, assignee_id=a.agent(n) if n % 3 else None),
    "edit": lambda a, n: a.change(n, priority=("low", "high")[n % 2], language=("en", None)[n % 3 == 0]),
    "subject": lambda a, n: a.change(n, subject=f"Subject {n % 4}"),
    "deliver": _deliver,
    "mark": _mark,
    "tag": _tag,
    "message": _message,
    "rate": _rate,
    "customer": _customer,
    "redact": _redact,
    "bulk": _bulk,
    "follow": _follow,
    "join": _join,
    "split": _split,
}
STEPS = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 500)), min_size=3, max_size=30)
