"""Lists of messages, and who is said to have written them."""

from datetime import timedelta
from typing import Any

import pytest

from parley.kit.clock import FixedClock
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox


@pytest.fixture
async def written(shop: Shop, inbox: Inbox, clock: FixedClock) -> tuple[str, list[str]]:
    """A conversation of five messages, a note among them, and another of one; the ids, newest first."""
    ana = await shop.agent()
    first = await inbox.receive("Question")
    conversation, ids = first.conversation_id, [str(first.message_id)]
    for number in range(5):
        clock.advance(timedelta(seconds=1))
        ids.append(str((await inbox.receive(f"Question {number}")).message_id))
        if number == 1:
            clock.advance(timedelta(seconds=1))
            ids.append(str((await inbox.reply(conversation, ana, "Answer")).message_id))
        if number == 2:
            clock.advance(timedelta(seconds=1))
            ids.append(str((await inbox.note(conversation, ana, "Careful")).message_id))
    clock.advance(timedelta(seconds=1))
    ids.append(str((await inbox.receive("Elsewhere", email="bo@example.com")).message_id))
    return str(conversation), ids[::-1]


async def pages(client: Any, path: str, **query: Any) -> list[str]:
    """Walks a list to its end."""
    found: list[str] = []
    after: str | None = None
    while True:
        given = {**query, **({"after": after} if after else {})}
        answer = await client.get(path, params=given)
        assert answer.status_code == 200, answer.text
        page = body_of(answer)
        assert len(page["items"]) <= query["limit"]
        found += [item["id"] for item in page["items"]]
        after = page["next"]
        if after is None:
            return found


@pytest.mark.parametrize("limit", [1, 3, 8, 50])
async def test_messages_are_listed_newest_first(
    shop: Shop, written: tuple[str, list[str]], limit: int
) -> None:
    conversation, ids = written
    program = await shop.program("conversations:read")
    assert await pages(program, "/api/v1/messages", limit=limit) == ids
    inside = ids[1:]
    assert await pages(program, "/api/v1/messages", limit=limit, conversation=conversation) == inside
    assert await pages(program, f"/api/v1/conversations/{conversation}/messages", limit=limit) == inside


async def test_messages_by_direction(shop: Shop, written: tuple[str, list[str]]) -> None:
    conversation, ids = written
    program = await shop.program("conversations:read")
    found = {
        way: await pages(program, "/api/v1/messages", limit=2, direction=way)
        for way in ("in", "out", "internal")
    }
    assert sorted(one for ids_found in found.values() for one in ids_found) == sorted(ids)
    assert [len(found[way]) for way in ("in", "out", "internal")] == [7, 1, 1]
    path = f"/api/v1/conversations/{conversation}/messages"
    assert await pages(program, path, limit=9, direction="out") == found["out"]
    assert (await program.get("/api/v1/messages?direction=sideways")).status_code == 400


async def test_a_page_of_messages_is_one_statement(shop: Shop, written: tuple[str, list[str]]) -> None:
    program = await shop.program("conversations:read")
    await program.get("/api/v1/messages?limit=1")
    counted = []
    for limit in (1, 7):
        shop.statements.clear()
        await program.get(f"/api/v1/messages?limit={limit}")
        counted.append([sql for sql in shop.statements if "FROM messages" in sql])
    assert [len(found) for found in counted] == [1, 1]


async def test_messages_of_others_are_not_listed(
    shop: Shop, neighbour: Shop, written: tuple[str, list[str]]
) -> None:
    conversation, _ = written
    stranger = await neighbour.program("conversations:read")
    assert await pages(stranger, "/api/v1/messages", limit=50) == []
    assert await pages(stranger, "/api/v1/messages", limit=50, conversation=conversation) == []
    assert (await stranger.get(f"/api/v1/conversations/{conversation}/messages")).status_code == 404


async def test_a_program_writes_under_its_name(shop: Shop, inbox: Inbox, clock: FixedClock) -> None:
    got = await inbox.receive()
    clock.advance(timedelta(seconds=1))
    program = await shop.program("conversations:read", "conversations:write", "notes:write")
    path = f"/api/v1/conversations/{got.conversation_id}/messages"
    for kind in ("note", "message"):
        made = await program.post(path, json={"text": "On its way", "kind": kind})
        assert made.status_code == 201, made.text
        author = body_of(made)["author"]
        assert (author["kind"], author["name"]) == ("token", "Program")
        assert author["public_name"] == "Test shop"
    # What a program has written itself is not news to it.
    again = await program.post(path, json={"text": "And more", "seen_up_to": str(got.message_id)})
    assert again.status_code == 201, again.text
