"""What a socket answers: versions, long texts, and under which name the shop's programs speak."""

from pathlib import Path

import pytest

from parley.channels.chat import frames as f
from parley.channels.chat.session import ChatSession
from parley.kit.errors import BadInput
from parley.kit.ids import uuid7
from tests.channels.chat.test_resuming import Chat, Line, chat
from tests.support.app import Shop, body_of

__all__ = ["chat"]
DOCUMENT = Path(__file__).parents[3] / "docs/widget.md"


async def test_another_version_is_refused_by_name(chat: Chat) -> None:
    line = Line()
    session = ChatSession(chat.room.runtime, chat.room.parts, chat.channel, line)
    with pytest.raises(BadInput):
        await session.handle(f.Hello(v=f.VERSION + 1))
    assert [(frame["t"], frame["code"]) for frame in line.frames] == [("error", "unsupported_version")]
    assert "`unsupported_version`" in DOCUMENT.read_text(encoding="utf-8")


async def test_a_text_that_is_too_long_is_rejected_and_the_next_one_taken(chat: Chat) -> None:
    async with chat.visit() as (session, line):
        long, right = uuid7(), uuid7()
        await session.handle(f.Send(id=long, text="ä" * (f.LONGEST_TEXT + 1)))
        refused = line.last("reject")
        assert (refused["id"], refused["code"]) == (str(long), "too_long")
        await session.handle(f.Send(id=right, text="ä" * f.LONGEST_TEXT))
        assert line.last("ack")["id"] == str(right)
    assert f"≤ {f.LONGEST_TEXT:,} characters" in DOCUMENT.read_text(encoding="utf-8")


async def test_a_program_speaks_for_the_shop(chat: Chat, shop: Shop) -> None:
    conversation_id, _ = await chat.write("Where is it?")
    program = await shop.program("conversations:write", "conversations:read", "notes:write")
    path = f"/api/v1/conversations/{conversation_id}/messages"
    made = await program.post(path, json={"text": "On its way"})
    assert made.status_code == 201, made.text
    assert body_of(made)["author"]["name"] == "Program"
    async with chat.visit() as (_, line):
        author = line.last("welcome")["messages"][-1]["author"]
    assert (author["kind"], author["name"]) == ("agent", "Test shop")
