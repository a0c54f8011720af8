"""What a visitor, a desk or the holder of an address may reach beyond what is his: nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import pytest

from parley.channels.chat.frames import Identity
from parley.channels.chat.identity import sign_identity
from parley.kit.files.links import FileLinks
from parley.kit.ids import uuid7
from tests.robust.world import PICTURE, Place, World, changed, snapshot
from tests.support.app import body_of
from tests.support.sockets import AsgiSocket

CHAT, DESK = "/widget/socket", "/api/v1/live"


def chat(world: World, place: Place, key: str = "chat1", **headers: str) -> AsgiSocket:
    """Gives a widget's socket on a channel of a place."""
    return AsgiSocket(world.door, CHAT, f"channel={place.keys[key]}", **headers)


async def enter(socket: AsgiSocket, token: str | None, **fields: Any) -> dict[str, Any]:
    """Says hello and gives the welcome."""
    await socket.send("hello", token=token, **fields)
    return await socket.next("welcome")


async def test_a_visitor_comes_back_to_what_is_his(world: World, ours: Place) -> None:
    async with chat(world, ours) as socket:
        welcome = await enter(socket, ours.visitor)
    assert welcome["token"] == ours.visitor
    assert welcome["conversation"]["id"] == ours.ids["conversation_id"]
    assert any(message["id"] == ours.ids["message_id"] for message in welcome["messages"])
    assert not any("note" in message["text"] for message in welcome["messages"])


@pytest.mark.parametrize("door", ["another channel", "another workspace", "invented"])
async def test_a_token_is_worth_nothing_elsewhere(
    world: World, ours: Place, theirs: Place, door: str
) -> None:
    place, key = (ours, "chat2") if door == "another channel" else (ours, "chat1")
    token = {
        "another channel": ours.visitor,
        "another workspace": theirs.visitor,
        "invented": "v_" + "x" * 32,
    }
    before = await snapshot(theirs)
    async with chat(world, place, key) as socket:
        welcome = await enter(socket, token[door])
    assert welcome["token"] != token[door]
    assert welcome["messages"] == []
    assert welcome["conversation"] is None
    assert welcome["verified"] is False
    assert changed(before, await snapshot(theirs)) == []


@pytest.mark.parametrize("whose", ["neighbour", "stranger"])
async def test_another_ones_ids_are_worth_nothing(
    world: World, ours: Place, theirs: Place, whose: str
) -> None:
    """A visitor names conversation, message and file of another visitor, here or in another workspace."""
    victim = theirs if whose == "stranger" else ours
    before = await snapshot(victim) if victim is theirs else {}
    async with chat(world, ours) as socket:
        await enter(socket, None)
        await socket.send("send", id=str(uuid7()), text="Mine", files=[])
        own = (await socket.next("ack"))["message"]
        await socket.send("history", before=victim.ids["note_id"])
        assert {m["id"] for m in (await socket.next("history"))["messages"]} <= {own["id"]}
        await socket.send("seen", message=victim.ids["message_id"])
        await socket.send("rate", conversation=victim.ids["conversation_id"], score=1, comment="x")
        assert (await socket.next("error"))["code"] == "not_found"
        for name in ("file_id", "upload_id"):
            await socket.send("send", id=str(uuid7()), text="", files=[victim.ids[name]])
            assert (await socket.next("reject", "ack"))["t"] == "reject", name
        await socket.send("ping")
        await socket.next("pong")
    row = await victim.row(
        f"SELECT rating, assignee_id FROM conversations WHERE workspace_id = $1 AND id = '{victim.ids['conversation_id']}'"
    )
    assert row["rating"] is None
    if before:
        assert changed(before, await snapshot(victim)) == []


async def test_a_file_that_another_visitor_uploaded_cannot_be_sent(world: World, ours: Place) -> None:
    async with chat(world, ours) as first, chat(world, ours) as second:
        tokens = [(await enter(socket, None))["token"] for socket in (first, second)]
        uploaded = await ours.client(Authorization=f"Bearer {tokens[0]}").post(
            "/widget/api/files", files={"file": ("a.png", PICTURE, "image/png")}
        )
        file_id = body_of(uploaded)["id"]
        await second.send("send", id=str(uuid7()), text="", files=[file_id])
        assert (await second.next("reject", "ack"))["t"] == "reject"
        await first.send("send", id=str(uuid7()), text="", files=[file_id])
        assert (await first.next("reject", "ack"))["t"] == "ack"


async def test_who_is_no_visitor_uploads_nothing(ours: Place, theirs: Place) -> None:
    before = await snapshot(ours), await snapshot(theirs)
    files = {"file": ("a.png", PICTURE, "image/png")}
    for token in ("", "v_" + "x" * 32, ours.tokens["every"], ours.ids["conversation_id"]):
        answer = await ours.client(Authorization=f"Bearer {token}").post("/widget/api/files", files=files)
        assert answer.status_code == 401, (token, answer.text)
    assert changed(before[0], await snapshot(ours)) == []
    assert changed(before[1], await snapshot(theirs)) == []


@pytest.mark.parametrize("flaw", ["", "other channel", "other customer", "expired", "far ahead", "newline"])
async def test_a_signed_identity_holds_for_what_was_signed(world: World, ours: Place, flaw: str) -> None:
    channel = ours.ids["other_channel_id" if flaw == "other channel" else "channel_id"]
    secret = body_of(await ours.owner.get(f"/api/v1/channels/{channel}/identity-secret"))["secret"]
    expires = int(datetime.now(UTC).timestamp()) + {"expired": -10, "far ahead": 40 * 86400}.get(flaw, 3600)
    name = "Zoe\nx" if flaw == "newline" else "Zoe"
    identity = Identity(id=f"c-{uuid7()}", email="", name=name, expires=expires)
    signature = sign_identity(secret, identity)
    shown = {"id": identity.id, "name": name, "expires": expires, "signature": signature}
    if flaw == "other customer":
        shown["id"] = "somebody else"
    async with chat(world, ours) as socket:
        welcome = await enter(socket, None, identity=shown)
        assert welcome["verified"] is (flaw == "")
        if flaw:
            assert (await socket.next("error"))["code"] == "identity_invalid"


async def test_a_page_of_another_site_opens_no_socket(world: World, ours: Place) -> None:
    async with chat(world, ours, origin="https://evil.example") as socket:
        assert await socket.until_closed() == 4403
    cookie = f"parley_session={ours.owner.cookies['parley_session']}"
    async with AsgiSocket(world.door, DESK, cookie=cookie, origin="https://evil.example") as desk:
        assert await desk.until_closed() == 4401
    async with AsgiSocket(world.door, "/api/v1/elsewhere", cookie=cookie) as nowhere:
        assert await nowhere.until_closed() == 4404


async def test_desk_sockets_want_a_session_or_token_that_may_read(
    world: World, ours: Place, theirs: Place
) -> None:
    own, their = ours.owner.cookies["parley_session"], theirs.owner.cookies["parley_session"]
    end = len("parley_") + 22
    refused: list[dict[str, str]] = [
        {},
        {"cookie": "parley_session=nonsense"},
        {"cookie": f"parley_session={own[:22]}{their[22:]}"},
        *({"authorization": f"Bearer {ours.tokens[name]}"} for name in ("few", "revoked", "expired")),
        {"authorization": f"Bearer {ours.tokens['every'][:end]}{theirs.tokens['every'][end:]}"},
        {"authorization": f"Bearer {ours.visitor}"},
    ]
    for headers in refused:
        async with AsgiSocket(world.door, DESK, **headers) as socket:
            assert await socket.until_closed() == 4401, headers
    async with AsgiSocket(world.door, DESK, authorization=f"Bearer {ours.tokens['every']}") as socket:
        await socket.send("hello", after=None)
        assert (await socket.next("ready"))["reset"] is True


async def test_a_desk_hears_of_its_own_workspace_only(world: World, ours: Place, theirs: Place) -> None:
    cookie = f"parley_session={ours.owner.cookies['parley_session']}"
    async with AsgiSocket(world.door, DESK, cookie=cookie) as desk, chat(world, theirs) as visitor:
        await desk.send("hello", after="0.0.0")
        first = await desk.next("changes")
        assert theirs.marker not in str(first)
        await enter(visitor, theirs.visitor)
        await visitor.send("typing", on=True)
        await visitor.send("send", id=str(uuid7()), text=f"{theirs.marker} goes on", files=[])
        await visitor.next("ack")
        await desk.send("viewing", conversation=theirs.ids["conversation_id"])
        await desk.send("typing", conversation=theirs.ids["conversation_id"], on=True)
        await theirs.owner.put("/api/v1/me/presence", json={"state": "away"})
        answer = await ours.owner.post("/api/v1/tags", json={"name": f"{ours.marker} {uuid7()}"})
        assert answer.status_code == 201
        heard: list[dict[str, Any]] = []
        while not any("SettingsChanged" in str(frame) for frame in heard):
            heard.append(await desk.next())
        assert theirs.marker not in str(heard)
        assert theirs.ids["conversation_id"] not in str([f for f in heard if f["t"] == "changes"])
        assert not [frame for frame in visitor.frames if frame["t"] == "typing"], (
            "another shop's agent types here"
        )


async def test_addresses_of_files_hold_for_that_file_and_time(
    world: World, ours: Place, theirs: Place
) -> None:
    client = ours.client()
    for address in (*ours.files, *theirs.files):
        assert (await client.get(address)).status_code == 200
    links: FileLinks = world.runtime.parts["file_links"]
    own, their = ours.files[0], theirs.files[0]
    own_query, parts = parse_qs(urlsplit(own).query), urlsplit(their)
    foreign = FileLinks(b"another key")
    now, ws, file = world.runtime.clock.now(), theirs.workspace_id, UUID(theirs.ids["file_id"])
    long_ago = links.sign(ws, file, now - timedelta(days=2))
    altered = [
        parts.path,
        f"{parts.path}?e={own_query['e'][0]}&s={own_query['s'][0]}",
        their[:-1] + ("A" if their[-1] != "A" else "B"),
        their.replace("?e=", "?e=1"),
        their + "&t=1",
        their.replace(str(ws), str(ours.workspace_id)),
        foreign.sign(ws, file, now + timedelta(hours=1)),
        long_ago,
        parts.path + "?e=99999999999999999999&s=x",
        parts.path + "?e=-1&s=",
        parts.path + "?e=x&s=x",
    ]
    for address in altered:
        answer = await client.get(address)
        assert answer.status_code in (400, 404), (address, answer.status_code)
        assert answer.content != PICTURE


async def test_answers_of_files_run_nothing(ours: Place) -> None:
    for address in ours.files:
        answer: httpx.Response = await ours.client().get(address)
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
