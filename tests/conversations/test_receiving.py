"""Taking in what customers write."""

from datetime import timedelta
from uuid import UUID

import pytest

from parley.conversations.actions.changing import close_conversation, mark_spam, snooze_conversation
from parley.conversations.actions.receiving import REOPEN_WINDOW
from parley.conversations.actions.undoing import undo_message
from parley.customers.actions.editing import block_customer
from parley.kit.clock import FixedClock
from parley.kit.ids import uuid7
from tests.support.app import Shop
from tests.support.inbox import Inbox


async def test_first_message_opens_a_conversation(shop: Shop, inbox: Inbox, clock: FixedClock) -> None:
    got = await inbox.receive("Where is my order?", subject="Order 1001", language="en")
    row = await inbox.row(got.conversation_id)
    assert got.new
    assert (row["number"], row["status"], row["message_count"]) == (1, "open", 1)
    assert row["waiting_since"] == row["last_message_at"] == clock.now()
    assert row["last_message_id"] == row["last_incoming_id"] == got.message_id
    kinds = [fact["kind"] for fact in await shop.facts()]
    assert kinds[-3:] == ["ConversationOpened", "ThreadStarted", "MessageReceived"]


async def test_an_accepted_message_of_a_known_thread_costs_three_statements(shop: Shop, inbox: Inbox) -> None:
    await inbox.receive()
    customer = await inbox.customer()
    shop.statements.clear()
    from parley.conversations.actions.receiving import receive_message

    async with inbox.ctx() as ctx:
        await receive_message(ctx, inbox.inbound(customer, "And another thing", "zoe@example.com"))
    assert len(shop.statements) == 3  # find the thread, store, tell


async def test_numbers_count_up(inbox: Inbox) -> None:
    first = await inbox.receive(key="a")
    second = await inbox.receive(key="b")
    assert [(await inbox.row(r.conversation_id))["number"] for r in (first, second)] == [1, 2]


async def test_the_same_outside_id_is_accepted_once(shop: Shop, inbox: Inbox) -> None:
    first = await inbox.receive("Hello", external_id="<1@mail>")
    told = len(await shop.facts())
    again = await inbox.receive("Hello", external_id="<1@mail>")
    assert (again.new, again.message_id, again.conversation_id) == (
        False,
        first.message_id,
        first.conversation_id,
    )
    assert len(await shop.facts()) == told
    assert (await inbox.row(first.conversation_id))["message_count"] == 1
    elsewhere = await inbox.receive("Hello", external_id="<1@mail>", key="another thread")
    assert elsewhere.message_id == first.message_id
    assert await shop.count("SELECT count(*) FROM conversations") == 1


async def test_the_same_outside_id_on_another_channel_is_another_message(inbox: Inbox) -> None:
    first = await inbox.receive(external_id="1")
    other = await inbox.receive(external_id="1", channel_id=uuid7(), key="other")
    assert other.new
    assert other.message_id != first.message_id


async def test_waiting_begins_with_the_first_unanswered_message(inbox: Inbox, clock: FixedClock) -> None:
    got = await inbox.receive("One")
    began = clock.now()
    clock.advance(timedelta(minutes=5))
    await inbox.receive("Two")
    row = await inbox.row(got.conversation_id)
    assert row["waiting_since"] == began
    assert row["last_message_at"] == clock.now()
    assert row["message_count"] == 2


@pytest.mark.parametrize("sleep", ["closed", "snoozed"])
async def test_a_message_wakes_the_conversation(
    shop: Shop, inbox: Inbox, clock: FixedClock, sleep: str
) -> None:
    got = await inbox.receive()
    await put_to_sleep(inbox, got.conversation_id, sleep)
    clock.advance(timedelta(days=1))
    again = await inbox.receive("Still there?")
    row = await inbox.row(got.conversation_id)
    assert again.conversation_id == got.conversation_id
    assert (row["status"], row["closed_at"], row["snoozed_until"]) == ("open", None, None)
    assert row["snoozed_until_reply"] is False
    told = (await shop.facts("MessageReceived"))[-1]
    assert told["changes"]["status"] == "open"
    assert told["previous"]["status"] == sleep


@pytest.mark.parametrize("sleep", ["closed", "snoozed"])
async def test_an_automatic_message_wakes_nobody(inbox: Inbox, clock: FixedClock, sleep: str) -> None:
    got = await inbox.receive()
    await put_to_sleep(inbox, got.conversation_id, sleep)
    before = await inbox.row(got.conversation_id)
    clock.advance(timedelta(hours=1))
    await inbox.receive("I am out of office", automatic=True)
    after = await inbox.row(got.conversation_id)
    moved = {"last_message_id", "last_message_at", "last_incoming_id", "message_count", "version"}
    assert {name for name in before if before[name] != after[name]} == moved


async def put_to_sleep(inbox: Inbox, conversation_id: UUID, how: str) -> None:
    async with inbox.ctx() as ctx:
        if how == "closed":
            await close_conversation(ctx, conversation_id)
        else:
            until = inbox.now() + timedelta(days=3)
            await snooze_conversation(ctx, conversation_id, until=until, until_reply=True)


async def test_long_after_the_end_a_new_conversation_begins_and_goes_on(
    inbox: Inbox, clock: FixedClock
) -> None:
    old = await inbox.receive()
    await put_to_sleep(inbox, old.conversation_id, "closed")
    clock.advance(REOPEN_WINDOW + timedelta(seconds=1))
    new = await inbox.receive("Me again")
    assert new.conversation_id != old.conversation_id
    assert (await inbox.row(old.conversation_id))["status"] == "closed"
    more = await inbox.receive("And more")
    assert (more.conversation_id, more.thread_id) == (new.conversation_id, new.thread_id)
    by_reference = await inbox.receive("As I wrote", thread_id=old.thread_id)
    assert by_reference.conversation_id == new.conversation_id


async def test_up_to_the_window_the_old_one_opens_again(inbox: Inbox, clock: FixedClock) -> None:
    old = await inbox.receive()
    await put_to_sleep(inbox, old.conversation_id, "closed")
    clock.advance(REOPEN_WINDOW)
    assert (await inbox.receive()).conversation_id == old.conversation_id


async def test_card_numbers_are_masked(inbox: Inbox) -> None:
    got = await inbox.receive("My card is 4111 1111 1111 1111, order 4111111111111112")
    message = await inbox.message(got.message_id)
    assert message["text"] == "My card is •••• 1111, order 4111111111111112"
    assert "4111 1111" not in message["html"]


async def test_a_blocked_customer_goes_to_spam(inbox: Inbox) -> None:
    known = await inbox.receive("Before")
    async with inbox.ctx() as ctx:
        await block_customer(ctx, await ctx.tx.fetchval("SELECT id FROM customers"))
    await inbox.receive("After")
    row = await inbox.row(known.conversation_id)
    assert (row["status"], row["waiting_since"], row["message_count"]) == ("spam", None, 2)
    new = await inbox.receive("Elsewhere", key="new thread")
    assert (await inbox.row(new.conversation_id))["status"] == "spam"


async def test_spam_stays_spam(inbox: Inbox) -> None:
    got = await inbox.receive()
    async with inbox.ctx() as ctx:
        await mark_spam(ctx, got.conversation_id)
    await inbox.receive("Buy now")
    row = await inbox.row(got.conversation_id)
    assert (row["status"], row["waiting_since"]) == ("spam", None)


async def test_an_answer_by_another_channel_joins_the_conversation(shop: Shop, inbox: Inbox) -> None:
    chat = await inbox.receive("Hi", channel_kind="chat", key="visitor")
    mail = await inbox.receive(
        "By mail", channel_id=uuid7(), key="<mail>", conversation_id=chat.conversation_id
    )
    row = await inbox.row(chat.conversation_id)
    assert mail.conversation_id == chat.conversation_id
    assert mail.thread_id != chat.thread_id
    assert row["channel_kind"] == "email"
    assert await shop.count("SELECT count(*) FROM threads") == 2


async def test_the_list_shows_the_last_words_of_a_person(shop: Shop, inbox: Inbox, clock: FixedClock) -> None:
    ana = await shop.agent()
    desk = await shop.browser(ana)

    async def shown(conversation_id: UUID) -> tuple[str, str]:
        clock.advance(timedelta(minutes=1))
        preview = (await desk.get(f"/api/v1/conversations/{conversation_id}")).json()["conversation"][
            "preview"
        ]
        return preview["text"], preview["author_kind"]

    got = await inbox.receive("Where is my parcel?")
    posted = await inbox.reply(got.conversation_id, ana, "We got your message.", automatic=True)
    row = await inbox.row(got.conversation_id)
    assert (row["preview_message_id"], row["last_message_id"]) == (got.message_id, posted.message_id)
    assert await shown(got.conversation_id) == ("Where is my parcel?", "customer")
    await inbox.receive("I am out of office", automatic=True)
    assert await shown(got.conversation_id) == ("Where is my parcel?", "customer")
    answer = await inbox.reply(got.conversation_id, ana, "On its way.", undo_seconds=20)
    assert await shown(got.conversation_id) == ("On its way.", "agent")
    async with inbox.ctx() as ctx:
        await undo_message(ctx, answer.message_id)
    assert await shown(got.conversation_id) == ("Where is my parcel?", "customer")
    program = await inbox.receive("Your order 1001", email="robot@example.com", automatic=True)
    assert await shown(program.conversation_id) == ("Your order 1001", "customer")
