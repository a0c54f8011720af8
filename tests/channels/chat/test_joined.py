"""A visitor whose conversation becomes part of another: he sees his own thread and nobody else's, wherever it is."""

import asyncio
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from parley.channels.actions.channels import NewChannel, create_channel
from parley.channels.chat.frames import Identity, Send
from parley.channels.chat.identity import sign_identity
from parley.conversations.actions.joining import merge_conversations, unmerge_conversation
from parley.conversations.actions.posting import Draft, post_message
from parley.conversations.actions.splitting import split_conversation
from parley.kit.clock import FixedClock
from parley.kit.ids import uuid7
from tests.channels.chat.test_resuming import Chat, Line
from tests.support.app import Shop
from tests.support.mailroom import Mailroom


@pytest.fixture
async def chat(room: Mailroom) -> Chat:
    async with room.ctx() as ctx:
        made = await create_channel(ctx, room.parts.book, NewChannel(plugin="chat", name="Chat"))
    return Chat(room, await room.channel(made))


def texts(line: Line) -> list[str]:
    """Gives what the newest welcome showed."""
    return [message["text"] for message in line.last("welcome")["messages"]]


def verified(chat: Chat, clock: FixedClock, who: str) -> Identity:
    """Gives what a shop signs of its customer."""
    claim = Identity(id=who, email=f"{who}@example.com", name=who, expires=int(clock.now().timestamp()) + 600)
    return msgspec.structs.replace(
        claim, signature=sign_identity(chat.channel.settings.identity_secret, claim)
    )


async def merge(room: Mailroom, source: UUID, target: UUID) -> None:
    """Merges two customers' conversations."""
    async with room.ctx() as ctx:
        await merge_conversations(ctx, source, target, other_customer=True)


@pytest.mark.parametrize("signed", [False, True], ids=["unknown", "verified"])
async def test_two_visitors_never_see_each_other(
    chat: Chat, room: Mailroom, shop: Shop, clock: FixedClock, signed: bool
) -> None:
    other = Chat(room, chat.channel)
    hello = {"identity": verified(chat, clock, "zoe")} if signed else {}
    theirs = {"identity": verified(chat, clock, "max")} if signed else {}
    async with chat.visit(**hello) as (session, _):
        await session.handle(Send(id=uuid7(), text="Mine"))
    async with other.visit(**theirs) as (session, _):
        await session.handle(Send(id=uuid7(), text="Theirs"))
    found = await shop.count("SELECT array_agg(conversation_id ORDER BY id) FROM messages")
    source, target = found
    clock.advance(timedelta(seconds=1))
    await merge(room, source, target)
    async with chat.visit(**hello) as (session, line):
        assert texts(line) == ["Mine"]
        await session.handle(Send(id=uuid7(), text="Mine again"))
    async with other.visit(**theirs) as (_, line):
        assert texts(line) == ["Theirs"]
    assert await shop.count("SELECT count(*) FROM messages WHERE conversation_id = $1", target) == 3
    # Whoever signs in anew takes up a thread of his own, not the other's of the same conversation.
    fresh = Chat(room, chat.channel)
    async with fresh.visit(identity=verified(chat, clock, "max" if signed else "new")) as (_, line):
        assert texts(line) == (["Theirs"] if signed else [])
    async with room.ctx() as ctx:
        await unmerge_conversation(ctx, source)
    async with chat.visit(**hello) as (_, line):
        assert texts(line) == ["Mine", "Mine again"]


async def test_what_is_told_live_is_only_ones_own(
    chat: Chat, room: Mailroom, shop: Shop, clock: FixedClock
) -> None:
    other = Chat(room, chat.channel)
    source, _ = await chat.write("Mine")
    target, _ = await other.write("Theirs")
    agent = await shop.agent()
    async with chat.visit() as (_, mine), other.visit() as (_, theirs):
        clock.advance(timedelta(seconds=1))
        await merge(room, source, target)
        threads = await shop.count(
            "SELECT array_agg(thread_id ORDER BY id) FROM messages WHERE direction = 'in'"
        )
        for thread_id, text in zip(threads, ("To me", "To them"), strict=True):
            async with room.ctx() as ctx:
                draft = Draft(
                    conversation_id=target, thread_id=thread_id, text=text, author_id=agent, undo_seconds=0
                )
                await post_message(ctx, room.runtime.parts["channel_port"], draft)
        for _ in range(100):
            if any("To me" in str(frame) for frame in mine.frames) and any(
                "To them" in str(frame) for frame in theirs.frames
            ):
                break
            await asyncio.sleep(0.05)
    heard = [str(line.frames) for line in (mine, theirs)]
    assert ["To me" in heard[0], "To them" in heard[0], "Theirs" in heard[0]] == [True, False, False]
    assert ["To me" in heard[1], "To them" in heard[1], "Mine" in heard[1]] == [False, True, False]


async def test_a_visitor_sees_what_was_split_off(chat: Chat, room: Mailroom, shop: Shop) -> None:
    source, _ = await chat.write("One", "Two")
    first = await shop.count("SELECT min(id::text)::uuid FROM messages")
    async with room.ctx() as ctx:
        await split_conversation(ctx, source, [first])
    async with chat.visit() as (_, line):
        assert texts(line) == ["One", "Two"]
