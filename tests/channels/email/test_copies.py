"""Chat answered by e-mail: what a visitor has not seen goes to the address he left, and his answer comes home."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from parley.channels.actions.channels import NewChannel, create_channel
from parley.channels.chat.frames import Hello
from parley.channels.chat.visitors import Visitor, claim_email, enter_visitor, remember_thread
from parley.conversations.actions.reading import mark_seen_by_customer
from parley.conversations.actions.receiving import receive_message
from parley.conversations.model import Inbound
from parley.kit.clock import FixedClock
from parley.kit.ids import uuid7
from parley.kit.log.fact import Actor
from parley.kit.log.readers import ReaderLoop
from tests.support.app import Shop
from tests.support.jobs import run_jobs
from tests.support.mailroom import ZOE, Mailroom, write_mail
from tests.support.smtp import Mailbox


class Chat:
    """A visitor who chats."""

    def __init__(self, room: Mailroom, channel_id: UUID, visitor: Visitor) -> None:
        self.room = room
        self.channel_id = channel_id
        self.visitor = visitor

    async def write(self, text: str) -> UUID:
        """The visitor writes; gives the conversation."""
        visitor = self.visitor
        assert visitor.customer_id is not None
        async with self.room.ctx(Actor("customer", visitor.customer_id)) as ctx:
            received = await receive_message(
                ctx,
                Inbound(
                    channel_id=self.channel_id,
                    channel_kind="chat",
                    thread_id=visitor.thread_id,
                    thread_key=f"visitor:{visitor.id}",
                    customer_id=visitor.customer_id,
                    identity_id=visitor.identity_id,
                    external_id=str(uuid7()),
                    html=f"<p>{text}</p>",
                    text=text,
                ),
            )
            await remember_thread(ctx, visitor, received.thread_id, received.conversation_id)
        return received.conversation_id

    async def wait(self) -> int:
        """Lets the log be read and the waiting time pass; gives the number of mails' jobs."""
        await ReaderLoop(self.room.runtime).drain()
        ran = await run_jobs(self.room.runtime, "channels.mail_unseen")
        await self.room.deliver()
        return ran


@pytest.fixture
async def chat(room: Mailroom) -> Chat:
    async with room.ctx() as ctx:
        channel_id = await create_channel(ctx, room.parts.book, NewChannel(plugin="chat", name="Chat"))
    channel = await room.channel(channel_id)
    async with room.ctx() as ctx:
        visitor = await enter_visitor(ctx, channel, Hello(language="en", page=None))
        await claim_email(ctx, visitor, ZOE, "Zoë")
    return Chat(room, channel_id, visitor)


async def test_unseen_answers_go_out_in_one_mail_and_the_answer_comes_home(
    room: Mailroom, shop: Shop, outbox: Mailbox, chat: Chat, clock: FixedClock
) -> None:
    agent = await shop.agent(name="Ana Novak")
    conversation_id = await chat.write("Do you have it in blue?")
    await room.reply(conversation_id, agent, "We do!")
    await room.reply(conversation_id, agent, "It can leave today.")
    assert await chat.wait() == 2
    (mail,) = outbox.mails
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert text.index("We do!") < text.index("It can leave today.")
    assert mail["Subject"] == "Your chat with Test shop"
    assert str(chat.visitor.id) not in str(mail["Message-ID"])
    clock.advance(timedelta(minutes=5))
    item = await room.arrive(
        write_mail(
            "Blue please", subject=f"Re: {mail['Subject']}", answers=str(mail["Message-ID"]).strip("<>")
        )
    )
    assert item["conversation_id"] == conversation_id
    identity = await room.row(
        "SELECT verified, reason, customer_id FROM identities WHERE workspace_id = $1 AND kind = 'email'"
    )
    assert (identity["verified"], identity["reason"]) == (True, "answered_our_mail")
    assert identity["customer_id"] == (await room.conversation(conversation_id))["customer_id"]
    posted = await room.reply(conversation_id, agent, "Done.")
    await room.deliver()
    assert (await room.message(posted.message_id))["channel_kind"] == "email"
    assert outbox.mails[-1]["In-Reply-To"] is not None
    assert ZOE in str(outbox.mails[-1]["To"])
    second = await room.arrive(
        write_mail(
            "One more thing", subject=f"Re: {mail['Subject']}", answers=str(mail["Message-ID"]).strip("<>")
        )
    )
    assert second["conversation_id"] == conversation_id
    threads = await room.rows("SELECT channel_kind FROM threads WHERE workspace_id = $1 ORDER BY id")
    assert [row["channel_kind"] for row in threads] == ["chat", "email"]


async def test_what_was_seen_is_not_mailed(room: Mailroom, shop: Shop, outbox: Mailbox, chat: Chat) -> None:
    conversation_id = await chat.write("Hello?")
    posted = await room.reply(conversation_id, await shop.agent(), "Hello!")
    assert posted.thread_id is not None
    async with room.ctx(Actor("customer")) as ctx:
        await mark_seen_by_customer(ctx, posted.thread_id, posted.message_id)
    await chat.wait()
    assert outbox.mails == []


async def test_a_visitor_who_writes_on_has_seen_it(
    room: Mailroom, shop: Shop, outbox: Mailbox, chat: Chat
) -> None:
    conversation_id = await chat.write("Hello?")
    await room.reply(conversation_id, await shop.agent(), "Hello!")
    await chat.write("Ah, there you are")
    await chat.wait()
    assert outbox.mails == []


async def test_a_later_answer_is_a_second_mail_without_the_first_one(
    room: Mailroom, shop: Shop, outbox: Mailbox, chat: Chat
) -> None:
    agent = await shop.agent()
    conversation_id = await chat.write("Hello?")
    await room.reply(conversation_id, agent, "First answer")
    await chat.wait()
    await room.reply(conversation_id, agent, "Second answer")
    await chat.wait()
    first, second = outbox.mails
    assert "First answer" not in str(second.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert second["In-Reply-To"] == first["Message-ID"]


async def test_whoever_only_claims_the_address_of_another_gains_nothing(
    room: Mailroom, shop: Shop, outbox: Mailbox, chat: Chat
) -> None:
    """The real Zoë is a customer; somebody else left her address in the chat. Her answer makes her own it, not him."""
    real = await room.arrive(write_mail("My order", subject="Order 5511 is late"))
    conversation_id = await chat.write("Hello?")
    await room.reply(conversation_id, await shop.agent(), "Hello!")
    await chat.wait()
    stranger = await room.arrive(
        write_mail(
            "It is me",
            sender="eve@elsewhere.example",
            subject=f"Re: {outbox.mails[0]['Subject']}",
            answers=str(outbox.mails[0]["Message-ID"]).strip("<>"),
        )
    )
    assert stranger["conversation_id"] != conversation_id
    visitor = await visitor_of(room)
    assert visitor["customer_id"] != (await room.conversation(real["conversation_id"]))["customer_id"]
    answered = await room.arrive(
        write_mail(
            "Yes?",
            subject=f"Re: {outbox.mails[0]['Subject']}",
            answers=str(outbox.mails[0]["Message-ID"]).strip("<>"),
        )
    )
    assert answered["conversation_id"] == conversation_id
    zoe = (await room.conversation(real["conversation_id"]))["customer_id"]
    assert (await room.conversation(conversation_id))["customer_id"] == zoe
    assert (await visitor_of(room))["customer_id"] == zoe


async def visitor_of(room: Mailroom) -> dict[str, Any]:
    return await room.row("SELECT customer_id, verified FROM visitors WHERE workspace_id = $1")


async def test_nobody_is_mailed_without_an_address_or_a_mail_channel(
    room: Mailroom, shop: Shop, outbox: Mailbox, chat: Chat
) -> None:
    conversation_id = await chat.write("Hello?")
    async with room.ctx() as ctx:
        await ctx.tx.execute(
            "DELETE FROM identities WHERE workspace_id = $1 AND kind = 'email'", room.workspace_id
        )
    await room.reply(conversation_id, await shop.agent(), "Hello!")
    await chat.wait()
    assert outbox.mails == []
