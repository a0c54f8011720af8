"""What agents write to each other: told to them at once, and to nobody else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from parley.conversations.desk_socket import ClientFrame, DeskSession
from parley.conversations.presence import PresenceBoard
from parley.kit.clock import FixedClock
from parley.kit.http.access import Principal
from parley.kit.ids import uuid7
from parley.kit.log.fact import Actor
from tests.support.app import Shop, body_of

PATH = "/api/v1/direct-threads"


class People:
    """Three colleagues, each before a browser."""

    def __init__(self, shop: Shop, ids: list[UUID], browsers: list[httpx.AsyncClient]) -> None:
        self.shop = shop
        self.ana_id, self.ben_id, self.cleo_id = ids
        self.ana, self.ben, self.cleo = browsers

    async def begin(self, browser: httpx.AsyncClient, *others: UUID) -> str:
        """Opens a talk."""
        answer = await browser.post(PATH, json={"agent_ids": [str(one) for one in others]})
        assert answer.status_code == 201, answer.text
        thread_id: str = body_of(answer)["id"]
        return thread_id

    async def say(self, browser: httpx.AsyncClient, thread: str, text: str) -> dict[str, Any]:
        """Writes."""
        answer = await browser.post(f"{PATH}/{thread}/messages", json={"text": text})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = body_of(answer)
        return found


@pytest.fixture
async def people(shop: Shop) -> People:
    ids = [await shop.agent(name=name) for name in ("Ana", "Ben", "Cleo")]
    return People(shop, ids, [await shop.browser(one) for one in ids])


@asynccontextmanager
async def listening(shop: Shop, agent_id: UUID) -> AsyncIterator[list[dict[str, Any]]]:
    """A desk of an agent at the live socket; gives what it is sent."""
    frames: list[dict[str, Any]] = []

    async def send(event: dict[str, Any]) -> None:
        if event["type"] == "websocket.send":
            frames.append(msgspec.json.decode(event["text"]))

    me = Principal(shop.workspace_id, Actor("agent", agent_id), frozenset(), "agent")

    async def believe() -> Principal:
        return me

    session = DeskSession(shop.runtime, PresenceBoard(shop.runtime), me, send, believe)
    await session._handle(ClientFrame(t="hello"))
    try:
        yield frames
    finally:
        await session.leave()


async def heard(frames: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """Waits for a frame of a kind."""
    async with asyncio.timeout(5):
        while True:
            for frame in frames:
                if frame["t"] == kind:
                    return frame
            await asyncio.sleep(0.01)


async def unread(browser: httpx.AsyncClient) -> tuple[int, list[int]]:
    """Gives how many talks have something unread, and how much each has."""
    page = body_of(await browser.get(PATH))
    return page["unread"], [one["unread"] for one in page["items"]]


async def test_two_talk(people: People) -> None:
    thread = await people.begin(people.ana, people.ben_id)
    assert body_of(await people.ben.get(PATH))["items"] == []
    first = await people.say(people.ana, thread, "  Have you seen #1042?\n")
    assert first["text"] == "Have you seen #1042?"
    assert await unread(people.ben) == (1, [1])
    assert await unread(people.ana) == (0, [0])
    await people.say(people.ben, thread, "On it")
    assert await unread(people.ben) == (0, [0])
    page = body_of(await people.ana.get(f"{PATH}/{thread}/messages", params={"limit": 1}))
    assert [m["text"] for m in page["items"]] == ["On it"]
    older = body_of(await people.ana.get(f"{PATH}/{thread}/messages", params={"after": page["next"]}))
    assert ([m["text"] for m in older["items"]], older["next"]) == (["Have you seen #1042?"], None)
    shown = body_of(await people.ana.post(f"{PATH}/{thread}/read", json={}))
    assert (shown["unread"], shown["last_message"]["text"]) == (0, "On it")
    assert {m["id"]: m["read_id"] for m in shown["members"]} == {
        str(people.ana_id): shown["last_message"]["id"],
        str(people.ben_id): shown["last_message"]["id"],
    }
    assert await people.begin(people.ben, people.ana_id) == thread
    assert await people.begin(people.ben, people.ana_id, people.cleo_id) != thread


async def test_a_read_mark_never_goes_back(people: People) -> None:
    thread = await people.begin(people.ana, people.ben_id)
    first = await people.say(people.ana, thread, "One")
    await people.say(people.ana, thread, "Two")
    for upto, left in ((first["id"], 1), (None, 0), (first["id"], 0)):
        shown = body_of(await people.ben.post(f"{PATH}/{thread}/read", json={"message_id": upto}))
        assert shown["unread"] == left


async def test_a_third_agent_and_another_workspace_see_nothing(people: People, neighbour: Shop) -> None:
    thread = await people.begin(people.ana, people.ben_id)
    await people.say(people.ana, thread, "Between us")
    strangers = [people.cleo, await people.shop.signed_in("owner"), await neighbour.signed_in("owner")]
    for stranger in strangers:
        for method, path, body in (
            ("GET", "", None),
            ("GET", "/messages", None),
            ("POST", "/messages", {"text": "Me too"}),
            ("POST", "/read", {}),
        ):
            answer = await stranger.request(method, f"{PATH}/{thread}{path}", json=body)
            assert answer.status_code == 404, (method, path)
        assert body_of(await stranger.get(PATH)) == {"items": [], "next": None, "unread": 0}
        assert body_of(await stranger.get("/api/v1/me/notifications"))["items"] == []
    theirs = await neighbour.signed_in()
    answer = await theirs.post(PATH, json={"agent_ids": [str(people.ana_id)]})
    assert (answer.status_code, body_of(answer)["code"]) == (422, "agent_inactive")
    program = await people.shop.program("agents:read")
    assert (await program.get(PATH)).status_code == 403
    assert (await people.shop.client().get(PATH)).status_code == 401


async def test_the_log_tells_nothing_of_it(people: People) -> None:
    told = len(await people.shop.facts())
    thread = await people.begin(people.ana, people.ben_id)
    await people.say(people.ana, thread, "Between us")
    await people.ben.post(f"{PATH}/{thread}/read", json={})
    assert len(await people.shop.facts()) == told


async def test_the_screens_of_both_hear_at_once_and_no_others(people: People) -> None:
    thread = await people.begin(people.ana, people.ben_id)
    async with (
        listening(people.shop, people.ana_id) as ana,
        listening(people.shop, people.ben_id) as ben,
        listening(people.shop, people.cleo_id) as cleo,
    ):
        await people.say(people.ana, thread, "Hello")
        for frames in (ana, ben):
            assert (await heard(frames, "direct"))["thread"] == thread
        told = (await heard(ben, "notification"))["notification"]
        assert (told["kind"], told["text"], told["direct_thread_id"]) == (
            "direct_message",
            "Ana wrote to you",
            thread,
        )
        ana.clear()
        await people.ben.post(f"{PATH}/{thread}/read", json={})
        assert (await heard(ana, "direct"))["thread"] == thread
        await heard(ben, "notifications_read")
        assert {frame["t"] for frame in cleo} <= {"ready", "agents", "presence"}
        assert thread not in repr(cleo)
        assert "notification" not in {frame["t"] for frame in ana}


async def test_one_is_told_once_until_one_has_read(people: People) -> None:
    thread = await people.begin(people.ana, people.ben_id)
    for text in ("One", "Two"):
        await people.say(people.ana, thread, text)
    page = body_of(await people.ben.get("/api/v1/me/notifications"))
    assert [(n["kind"], n["read"]) for n in page["items"]] == [("direct_message", False)]
    await people.ben.post(f"{PATH}/{thread}/read", json={})
    assert body_of(await people.ben.get("/api/v1/me/notifications"))["unread"] == 0
    await people.say(people.ana, thread, "Three")
    assert body_of(await people.ben.get("/api/v1/me/notifications"))["unread"] == 1
    assert body_of(await people.ana.get("/api/v1/me/notifications"))["items"] == []


async def test_wishes_and_quiet_hours_hold(people: People, clock: FixedClock) -> None:
    quiet = {"on": True, "from": "09:00", "to": "12:00"}
    await people.ben.patch("/api/v1/me", json={"notifications": {"quiet": quiet}})
    thread = await people.begin(people.ana, people.ben_id)
    await people.say(people.ana, thread, "Shh")
    (told,) = body_of(await people.ben.get("/api/v1/me/notifications"))["items"]
    assert told["ways"] == ["desk"]
    await people.ben.post(f"{PATH}/{thread}/read", json={})
    await people.ben.patch("/api/v1/me", json={"notifications": {"events": {"direct_message": False}}})
    clock.advance(timedelta(hours=5))
    await people.say(people.ana, thread, "Still there?")
    assert len(body_of(await people.ben.get("/api/v1/me/notifications"))["items"]) == 1
    assert await unread(people.ben) == (1, [1])


async def test_who_has_left_cannot_be_written_to(people: People) -> None:
    thread = await people.begin(people.ana, people.ben_id)
    group = await people.begin(people.ana, people.ben_id, people.cleo_id)
    owner = await people.shop.signed_in("owner", name="Olga")
    answer = await owner.patch(f"/api/v1/agents/{people.ben_id}", json={"state": "disabled"})
    assert answer.status_code == 200, answer.text
    answer = await people.ana.post(f"{PATH}/{thread}/messages", json={"text": "Hello?"})
    assert (answer.status_code, body_of(answer)["code"]) == (409, "agent_inactive")
    assert body_of(await people.ana.get(f"{PATH}/{thread}"))["writable"] is False
    await people.say(people.ana, group, "Hello, Cleo")
    assert await unread(people.cleo) == (1, [1])
    answer = await people.ana.post(PATH, json={"agent_ids": [str(people.ben_id)]})
    assert (answer.status_code, body_of(answer)["code"]) == (422, "agent_inactive")


async def test_bad_messages_are_refused(people: People) -> None:
    thread = await people.begin(people.ana, people.ben_id)
    path = f"{PATH}/{thread}/messages"
    for body, status in (
        ({"text": ""}, 400),
        ({"text": " \n "}, 422),
        ({"text": "a" * 4001}, 400),
        ({"text": "a", "html": "<b>a</b>"}, 400),
    ):
        assert (await people.ana.post(path, json=body)).status_code == status, body
    for ids, status in (
        ([], 400),
        ([people.ana_id], 422),
        ([uuid7()], 422),
        ([uuid7() for _ in range(9)], 400),
    ):
        answer = await people.ana.post(PATH, json={"agent_ids": [str(one) for one in ids]})
        assert answer.status_code == status, ids
    assert await people.shop.count("SELECT count(*) FROM direct_messages") == 0
    kept = await people.say(people.ana, thread, "<b>ü</b> " + "ü" * 3991)
    assert len(kept["text"]) == 4000


async def test_who_writes_too_fast_has_to_wait(people: People) -> None:
    thread = await people.begin(people.ana, people.ben_id)
    answers = [
        (await people.ana.post(f"{PATH}/{thread}/messages", json={"text": str(n)})).status_code
        for n in range(25)
    ]
    assert answers[:20] == [201] * 20
    assert 429 in answers[20:]


async def test_the_cost_does_not_grow(people: People) -> None:
    async def cost() -> int:
        people.shop.statements.clear()
        await people.ana.get(PATH)
        return len(people.shop.statements)

    thread = await people.begin(people.ana, people.ben_id)
    await people.say(people.ana, thread, "One")
    before = await cost()
    other = await people.begin(people.ana, people.cleo_id)
    for n in range(5):
        await people.say(people.ana, other, str(n))
    assert await cost() == before <= 3
