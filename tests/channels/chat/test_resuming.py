"""A widget that comes back: it is told what it has missed and keeps the pages it has loaded, or begins afresh."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import msgspec
import pytest

from parley.channels.actions.channels import NewChannel, create_channel
from parley.channels.chat import frames as f
from parley.channels.chat.identity import sign_identity
from parley.channels.chat.resuming import MOST_FACTS
from parley.channels.chat.session import ChatSession
from parley.channels.chat.views import PAGE
from parley.channels.model import Channel
from parley.conversations.actions.reading import mark_read
from parley.conversations.actions.redacting import redact_message
from parley.kit.ids import uuid7
from parley.kit.log.cursor import parse_cursor
from tests.support.app import Shop
from tests.support.mailroom import Mailroom


class Line:
    """A wire that keeps what is sent over it."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []

    async def send(self, text: str) -> None:
        """Keeps a frame."""
        self.frames.append(msgspec.json.decode(text))

    async def close(self, code: int) -> None:
        """Keeps the code."""
        self.frames.append({"t": "closed", "code": code})

    def last(self, kind: str) -> dict[str, Any]:
        """Gives the newest frame of a kind."""
        return next(frame for frame in reversed(self.frames) if frame["t"] == kind)


class Chat:
    """One visitor, who comes and goes."""

    def __init__(self, room: Mailroom, channel: Channel) -> None:
        self.room = room
        self.channel = channel
        self.token: str | None = None

    @asynccontextmanager
    async def visit(self, **hello: Any) -> AsyncIterator[tuple[ChatSession, Line]]:
        """Opens a socket and says hello."""
        line = Line()
        session = ChatSession(self.room.runtime, self.room.parts, self.channel, line)
        try:
            await session.handle(f.Hello(token=self.token, language="en", **hello))
            self.token = line.last("welcome")["token"]
            yield session, line
        finally:
            await session.leave()

    async def write(self, *texts: str) -> tuple[UUID, str]:
        """The visitor writes and goes; gives the conversation and the cursor he would come back with."""
        async with self.visit() as (session, line):
            for text in texts:
                await session.handle(f.Send(id=uuid7(), text=text))
            assert [frame["message"]["text"] for frame in line.frames if frame["t"] == "ack"] == list(texts)
        async with self.visit() as (_, line):
            welcome = line.last("welcome")
        return UUID(welcome["conversation"]["id"]), welcome["cursor"]

    async def come_back(self, after: str, **hello: Any) -> Line:
        """The visitor comes back with a cursor and goes again; gives what he was sent."""
        async with self.visit(after=after, **hello) as (_, line):
            return line


@pytest.fixture
async def chat(room: Mailroom) -> Chat:
    async with room.ctx() as ctx:
        made = await create_channel(ctx, room.parts.book, NewChannel(plugin="chat", name="Chat"))
    return Chat(room, await room.channel(made))


def texts(welcome: dict[str, Any]) -> list[str]:
    """Gives the texts of a welcome."""
    return [message["text"] for message in welcome["messages"]]


async def test_only_what_was_missed_is_told(chat: Chat, shop: Shop) -> None:
    conversation_id, cursor = await chat.write("One", "Two")
    nothing = (await chat.come_back(cursor)).last("welcome")
    assert (nothing["reset"], nothing["messages"], nothing["more"]) == (False, [], False)

    ana = await shop.agent()
    await chat.room.reply(conversation_id, ana, "Three")
    missed = (await chat.come_back(cursor)).last("welcome")
    assert (missed["reset"], texts(missed)) == (False, ["Three"])
    assert parse_cursor(missed["cursor"]) > parse_cursor(cursor)
    assert (await chat.come_back(missed["cursor"])).last("welcome")["messages"] == []


async def test_an_old_message_that_was_emptied_comes_empty(chat: Chat, room: Mailroom) -> None:
    await chat.write("My secret")
    async with chat.visit() as (_, line):
        (first,) = line.last("welcome")["messages"]
        cursor = line.last("welcome")["cursor"]
    async with room.ctx() as ctx:
        await redact_message(ctx, UUID(first["id"]), "secret")
    welcome = (await chat.come_back(cursor)).last("welcome")
    assert welcome["reset"] is False
    assert [(m["id"], m["text"], m["html"]) for m in welcome["messages"]] == [(first["id"], "", "")]


async def test_that_somebody_has_read_it_is_told(chat: Chat, shop: Shop, room: Mailroom) -> None:
    conversation_id, cursor = await chat.write("One")
    ana = await shop.agent()
    async with room.ctx() as ctx:
        await mark_read(ctx, conversation_id, ana)
    line = await chat.come_back(cursor)
    newest = (await room.row("SELECT max(id::text) AS id FROM messages WHERE workspace_id = $1"))["id"]
    assert [frame["t"] for frame in line.frames] == ["welcome", "seen"]
    assert line.last("seen")["message"] == newest


async def test_a_long_absence_begins_afresh(chat: Chat, shop: Shop) -> None:
    conversation_id, cursor = await chat.write("One")
    ana = await shop.agent()
    for number in range(PAGE + 1):
        await chat.room.reply(conversation_id, ana, f"Line {number}")
    welcome = (await chat.come_back(cursor)).last("welcome")
    assert (welcome["reset"], len(welcome["messages"]), welcome["more"]) == (True, PAGE, True)
    assert MOST_FACTS > PAGE


@pytest.mark.parametrize("after", ["", "nonsense", "1.2", "0.0.0", "99.1.1", "1.9223372036854775807.1"])
async def test_a_cursor_that_is_none_of_ours_begins_afresh(chat: Chat, after: str) -> None:
    await chat.write("One", "Two")
    welcome = (await chat.come_back(after)).last("welcome")
    assert (welcome["reset"], texts(welcome)) == (True, ["One", "Two"])


async def test_the_first_conversation_is_told_whole(chat: Chat) -> None:
    """The cursor of a visitor who had written nothing belongs to no conversation."""
    async with chat.visit() as (_, line):
        cursor = line.last("welcome")["cursor"]
    await chat.write("From another tab")
    welcome = (await chat.come_back(cursor)).last("welcome")
    assert (welcome["reset"], texts(welcome)) == (True, ["From another tab"])


async def test_who_has_signed_in_meanwhile_sees_more(chat: Chat, room: Mailroom) -> None:
    _, cursor = await chat.write("One")
    at = int(room.runtime.clock.now().timestamp()) + 3600
    unsigned = f.Identity(id="77", email="zoe@customer.example", expires=at)
    identity = msgspec.structs.replace(
        unsigned, signature=sign_identity(chat.channel.settings.identity_secret, unsigned)
    )
    assert (await chat.come_back(cursor, identity=identity)).last("welcome")["reset"] is True
    fresh = (await chat.come_back(cursor)).last("welcome")
    assert (fresh["verified"], fresh["reset"]) == (True, True)
    again = (await chat.come_back(fresh["cursor"], verified=True)).last("welcome")
    assert (again["verified"], again["reset"], again["messages"]) == (True, False, [])


async def test_an_address_that_is_left_keeps_what_is_loaded(chat: Chat) -> None:
    async with chat.visit() as (session, line):
        await session.handle(f.Send(id=uuid7(), text="One"))
        await session.handle(f.Email(email="zoe@customer.example", name="Zoë"))
        assert [frame["t"] for frame in line.frames if frame["t"] in ("welcome", "me")] == ["welcome", "me"]
        assert line.last("me") == {
            "t": "me",
            "verified": False,
            "name": "Zoë",
            "email": "z…@customer.example",
        }
