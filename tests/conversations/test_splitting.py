"""Messages that become a conversation of their own: answers find them, and they come back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from parley.conversations.actions.splitting import split_conversation, undo_split
from parley.kit.clock import FixedClock
from parley.kit.errors import Conflict, Invalid, NotFound
from parley.kit.ids import uuid7
from parley.kit.log.fact import Actor
from tests.support.app import Shop
from tests.support.inbox import Inbox


async def split(shop: Shop, inbox: Inbox, source: UUID, ids: list[UUID], **values: Any) -> Any:
    """Splits as an agent does."""
    async with inbox.ctx(Actor("agent", await shop.agent())) as ctx:
        return await split_conversation(ctx, source, ids, **values)


async def write(inbox: Inbox, clock: FixedClock, *texts: str, **values: Any) -> list[Any]:
    """The customer writes on one thread, a minute apart."""
    found = []
    for text in texts:
        clock.advance(timedelta(minutes=1))
        found.append(await inbox.receive(text, **values))
    return found


async def test_an_answer_to_a_split_mail_lands_with_it(shop: Shop, inbox: Inbox, clock: FixedClock) -> None:
    first, second, third = await write(inbox, clock, "Parcel", "Another thing", "Parcel again")
    made = await split(shop, inbox, first.conversation_id, [second.message_id])
    moved = await inbox.message(second.message_id)
    assert moved["conversation_id"] == made.target_id
    assert moved["thread_id"] != first.thread_id
    answer = await inbox.receive("About the other thing", thread_id=moved["thread_id"], key="by reference")
    assert answer.conversation_id == made.target_id
    stays = await inbox.receive("About the parcel", thread_id=first.thread_id, key="by reference, too")
    assert stays.conversation_id == first.conversation_id
    rows = [await inbox.row(one) for one in (first.conversation_id, made.target_id)]
    assert [row["message_count"] for row in rows] == [3, 2]
    assert rows[0]["customer_id"] == rows[1]["customer_id"]
    assert (rows[0]["last_message_id"], rows[1]["last_message_id"]) == (stays.message_id, answer.message_id)
    assert rows[1]["waiting_since"] == moved["created_at"]
    assert third.conversation_id == first.conversation_id


async def test_what_was_split_off_comes_back_with_what_came_since(
    shop: Shop, inbox: Inbox, clock: FixedClock
) -> None:
    first, second, third = await write(inbox, clock, "One", "Two", "Three")
    made = await split(shop, inbox, first.conversation_id, [second.message_id], later=True)
    assert [(await inbox.message(one.message_id))["conversation_id"] for one in (second, third)] == [
        made.target_id,
        made.target_id,
    ]
    clock.advance(timedelta(minutes=1))
    await inbox.reply(made.target_id, await shop.agent())
    clock.advance(timedelta(minutes=1))
    async with inbox.ctx() as ctx:
        await undo_split(ctx, made.target_id)
        with pytest.raises(Conflict):
            await undo_split(ctx, made.target_id)
    for one in (first, second, third):
        row = await inbox.message(one.message_id)
        assert (row["conversation_id"], row["thread_id"]) == (first.conversation_id, first.thread_id)
    back = await inbox.row(first.conversation_id)
    # What stayed had no answer: the reply went to what was split off.
    asked = (await inbox.message(first.message_id))["created_at"]
    assert (back["message_count"], back["waiting_since"]) == (4, asked)
    assert (await inbox.row(made.target_id))["merged_into_id"] == first.conversation_id


@pytest.mark.parametrize("newest", [False, True])
async def test_a_chat_stays_with_its_newest_message(
    shop: Shop, inbox: Inbox, clock: FixedClock, newest: bool
) -> None:
    first, second = await write(inbox, clock, "One", "Two", channel_kind="chat")
    chosen = second if newest else first
    made = await split(shop, inbox, first.conversation_id, [chosen.message_id])
    (more,) = await write(inbox, clock, "Three", channel_kind="chat")
    assert more.thread_id == first.thread_id
    assert more.conversation_id == (made.target_id if newest else first.conversation_id)


async def test_what_cannot_be_split(shop: Shop, inbox: Inbox, clock: FixedClock) -> None:
    first, second = await write(inbox, clock, "One", "Two")
    with pytest.raises(Conflict, match="must stay"):
        await split(shop, inbox, first.conversation_id, [first.message_id, second.message_id])
    with pytest.raises(NotFound):
        await split(shop, inbox, first.conversation_id, [uuid7()])
    with pytest.raises(Invalid):
        await split(shop, inbox, first.conversation_id, [])
