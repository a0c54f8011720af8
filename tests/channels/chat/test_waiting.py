"""Visitors who wait for a person: each is told his place, and that it has changed, until somebody has taken over."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from parley.accounts.actions.profile import keep_presence
from parley.channels.chat import waiting
from parley.channels.chat.frames import Ping, Send
from parley.conversations.actions.changing import change_conversation, close_conversation
from parley.kit.ids import uuid7
from parley.kit.log.fact import Actor
from parley.kit.log.readers import ReaderLoop
from tests.channels.chat.test_resuming import Chat, Line, chat
from tests.support.app import Shop, body_of
from tests.support.mailroom import Mailroom

__all__ = ["chat"]


def places(line: Line) -> list[tuple[int, int | None]]:
    """Gives what a visitor was told of his place, in order."""
    return [(frame["position"], frame["minutes"]) for frame in line.frames if frame["t"] == "queue"]


async def until(check: Callable[[], bool]) -> None:
    """Waits until the live updates have come through."""
    async with asyncio.timeout(5):
        while not check():  # noqa: ASYNC110 - the frames come over a plain object
            await asyncio.sleep(0.01)


async def come(shop: Shop, room: Mailroom) -> UUID:
    """An agent with room for one conversation comes to the desk."""
    agent_id = await shop.agent()
    lead = await shop.signed_in("lead")
    answer = await lead.put(f"/api/v1/routing/agents/{agent_id}", json={"capacity": 1})
    assert answer.status_code == 200, answer.text
    async with room.ctx(Actor("agent", agent_id)) as ctx:
        await keep_presence(ctx, agent_id)
    return agent_id


async def begin(session: Any, line: Line) -> UUID:
    """A visitor writes for the first time; gives his conversation."""
    await session.handle(Send(id=uuid7(), text="Where is my parcel?"))
    return UUID(line.last("conversation")["conversation"]["id"])


async def test_two_visitors_and_an_agent_who_closes_one(
    chat: Chat, room: Mailroom, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = ReaderLoop(shop.runtime).drain
    other = Chat(room, chat.channel)
    async with chat.visit() as (first, said), other.visit() as (second, told):
        mine = await begin(first, said)
        await settle()
        await until(lambda: places(said) == [(1, None)])
        await begin(second, told)
        await settle()
        await until(lambda: places(told) == [(2, None)])

        ana = await come(shop, room)
        await settle()
        await until(lambda: places(said) == [(1, None), (0, None)])
        # Nobody told the second one of it; he asks with a ping, but not sooner than agreed.
        await second.handle(Ping())
        assert places(told) == [(2, None)]
        monkeypatch.setattr(waiting, "AGAIN_SECONDS", 0.0)
        await second.handle(Ping())
        await second.handle(Ping())
        assert places(told) == [(2, None), (1, None)]

        async with room.ctx(Actor("agent", ana)) as ctx:
            await close_conversation(ctx, mine)
        await settle()
        await until(lambda: places(told)[-1] == (0, None))
        await second.handle(Ping())
        assert places(told) == [(2, None), (1, None), (0, None)]
        assert places(said) == [(1, None), (0, None)]


async def test_who_comes_back_is_told_again_while_he_waits(chat: Chat, room: Mailroom, shop: Shop) -> None:
    settle = ReaderLoop(shop.runtime).drain
    conversation_id, cursor = await chat.write("Anybody there?")
    await settle()
    async with chat.visit(after=cursor) as (_, line):
        assert [frame["t"] for frame in line.frames] == ["welcome", "queue"]
        assert places(line) == [(1, None)]
    agent = await shop.agent()
    async with room.ctx() as ctx:
        await change_conversation(ctx, conversation_id, {"assignee_id": agent})
    await settle()
    async with chat.visit(after=cursor) as (session, line):
        await session.handle(Ping())
        assert places(line) == []


async def test_minutes_are_told_once_there_is_experience(chat: Chat, room: Mailroom, shop: Shop) -> None:
    settle = ReaderLoop(shop.runtime).drain
    agent = await shop.agent()
    for _ in range(3):
        conversation_id, _ = await Chat(room, chat.channel).write("Hello")
        await settle()
        async with room.ctx() as ctx:
            await change_conversation(ctx, conversation_id, {"assignee_id": agent})
        await settle()
    async with chat.visit() as (session, line):
        mine = await begin(session, line)
        await settle()
        await until(lambda: len(places(line)) == 1)
        lead = await shop.signed_in("lead")
        shown = body_of(await lead.get(f"/api/v1/conversations/{mine}/place"))
        assert places(line) == [(shown["position"], shown["minutes"])]
        assert shown["minutes"] is not None
