"""Whatever comes over a socket: it is answered or the socket is closed with a code, and nobody else notices.

In-process for the application's own checks; against a running product for what the server does with broken frames.
"""

import asyncio
import contextlib
import os
import random
import socket
import struct
import sys
import time
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from parley.kit.http.limits import Limiter
from parley.kit.ids import uuid7
from tests.app.installation import Installation
from tests.robust.world import Place, World
from tests.support.sockets import AsgiSocket
from tests.support.widget import Widget

SOAK = os.environ.get("PARLEY_SOAK") == "1"
SEED = int(os.environ.get("PARLEY_TEST_SEED") or (time.time_ns() % 1_000_000 if SOAK else 20260304))
TURNS = [pytest.param(1, id="sample"), pytest.param(30, id="full", marks=pytest.mark.soak)]
CHAT, DESK = "/widget/socket", "/api/v1/live"
DOCUMENTED = {4400, 4401, 4403, 4404, 4408, 4429, 1012}
QUIET = settings(
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TEXTS = st.one_of(
    st.text(max_size=200), st.sampled_from(["\x00", "\u202e", "x" * 9000, "\U0001f600" * 50, ""])
)
IDS = st.one_of(st.uuids().map(str), st.just("not an id"), st.integers(), st.none())
ANY = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    TEXTS,
    st.lists(st.integers(), max_size=3),
    st.dictionaries(TEXTS, st.integers(), max_size=3),
)
FIELDS = {
    "v": ANY,
    "token": TEXTS,
    "identity": st.one_of(
        ANY, st.fixed_dictionaries({"id": TEXTS, "expires": st.integers(), "signature": TEXTS})
    ),
    "language": TEXTS,
    "zone": TEXTS,
    "page": st.one_of(ANY, st.fixed_dictionaries({"url": TEXTS, "title": TEXTS, "referrer": TEXTS})),
    "after": st.one_of(TEXTS, st.just("1.2.3"), st.just("9" * 60)),
    "id": IDS,
    "text": TEXTS,
    "files": st.one_of(ANY, st.lists(IDS, max_size=12)),
    "topic": TEXTS,
    "on": st.one_of(st.booleans(), ANY),
    "message": IDS,
    "email": st.one_of(TEXTS, st.just("zoe@x.example")),
    "name": TEXTS,
    "conversation": IDS,
    "score": st.one_of(st.integers(), ANY),
    "comment": TEXTS,
    "before": IDS,
    "url": TEXTS,
    "title": TEXTS,
    "kind": TEXTS,
}
KINDS = ["hello", "send", "typing", "seen", "email", "rate", "history", "page", "ping", "viewing", "x", ""]
FRAMES = st.fixed_dictionaries({"t": st.sampled_from(KINDS)}, optional=FIELDS)


@pytest.fixture(autouse=True)
def patience(request: pytest.FixtureRequest) -> None:
    """Gives every test its own measure of how fast one may be, and of how often one may come."""
    if "world" in request.fixturenames:
        sockets = request.getfixturevalue("world").runtime.parts["chat_socket"]
        sockets._speed, sockets._arrivals = Limiter(rate=10, burst=60), Limiter(rate=5, burst=10**9)


def errors(events: list[Any]) -> list[Any]:
    """Gives the events that should not be there."""
    return [event for event in events if event["log_level"] in ("error", "critical") or "exc_info" in event]


async def play(world: World, path: str, query: str, frames: list[Any], **headers: str) -> None:
    """Sends frames in this order; the socket answers all of them or closes with a documented code."""
    async with AsgiSocket(world.door, path, query, **headers) as one:
        for frame in frames:
            if isinstance(frame, bytes):
                await one.send_bytes(frame)
            else:
                await one.send_text(frame if isinstance(frame, str) else msgspec.json.encode(frame).decode())
        await one.send("ping")
        await one.until(lambda s: s.ended or s.closed is not None or any(f["t"] == "pong" for f in s.frames))
        assert one.closed in DOCUMENTED | {None}, one.closed
        assert one.closed is not None or not one.ended, "it ended without a code"


RAW_FRAMES: st.SearchStrategy[Any] = st.one_of(
    st.text(max_size=300), st.binary(max_size=300), FRAMES, FRAMES, FRAMES
)


async def at_the_widget(world: World, ours: Place, frames: list[Any], greet: bool) -> None:
    """Plays frames at a widget's socket; nothing is logged as an error."""
    world.runtime.parts["chat_socket"]._speed = Limiter(rate=10, burst=60)
    first = [{"t": "hello", "token": ours.visitor}] if greet else []
    with capture_logs() as events:
        await play(world, CHAT, f"channel={ours.keys['chat1']}", [*first, *frames])
    assert errors(events) == []


async def at_the_desk(world: World, ours: Place, frames: list[Any], greet: bool) -> None:
    """Plays frames at a desk's socket; nothing is logged as an error."""
    first = [{"t": "hello", "after": None}] if greet else []
    cookie = f"parley_session={ours.owner.cookies['parley_session']}"
    with capture_logs() as events:
        await play(world, DESK, "", [*first, *frames], cookie=cookie)
    assert errors(events) == []


SOMETHING = given(frames=st.lists(RAW_FRAMES, max_size=6), greet=st.booleans())
SOCKETS = pytest.mark.parametrize("at", [at_the_widget, at_the_desk])


@SOCKETS
@settings(QUIET, max_examples=60, derandomize=True)
@SOMETHING
async def test_random_frames(world: World, ours: Place, at: Any, frames: list[Any], greet: bool) -> None:
    await at(world, ours, frames, greet)


@pytest.mark.soak
@SOCKETS
@settings(QUIET, max_examples=5000, print_blob=True)
@SOMETHING
async def test_many_random_frames(world: World, ours: Place, at: Any, frames: list[Any], greet: bool) -> None:
    await at(world, ours, frames, greet)


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([b"\x00\x01"], 4400),
        (["{"], 4400),
        (["[]"], 4400),
        (['{"t":"nobody"}'], 4400),
        (['{"t":"send"}'], 4400),
        ([{"t": "send", "id": str(uuid7()), "text": "before hello"}], 4400),
        ([{"t": "typing", "on": True}], 4400),
        (["x" * 65_537], 4400),
        (['{"t":"hello","token":"\\ud800"}'], 4400),
        ([{"t": "hello"}, {"t": "send", "id": "1", "text": "x"}], 4400),
        ([{"t": "hello", "v": 2}], 4400),
        ([{"t": "hello"}, *[{"t": "ping"}] * 80], 4429),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_the_widget_is_told_why(world: World, ours: Place, frames: list[Any], code: int) -> None:
    async with AsgiSocket(world.door, CHAT, f"channel={ours.keys['chat1']}") as one:
        for frame in frames:
            if isinstance(frame, bytes):
                await one.send_bytes(frame)
            else:
                await one.send_text(frame if isinstance(frame, str) else msgspec.json.encode(frame).decode())
        assert await one.until_closed() == code


@pytest.mark.parametrize(
    "query", ["", "channel=", "channel=ch_none", "channel=%00", "channel=%ff%fe", "channel=" + "x" * 5000]
)
async def test_an_unknown_channel_is_4404(world: World, query: str) -> None:
    async with AsgiSocket(world.door, CHAT, query) as one:
        assert await one.until_closed() == 4404


async def test_a_refused_frame_does_not_end_the_socket(world: World, ours: Place) -> None:
    """What is understood but not possible is answered, and the next one is taken."""
    async with AsgiSocket(world.door, CHAT, f"channel={ours.keys['chat1']}") as one:
        await one.send("hello", token=None)
        await one.next("welcome")
        refused: list[tuple[dict[str, Any], str]] = [
            ({"t": "send", "id": str(uuid7()), "text": "  "}, "reject"),
            ({"t": "send", "id": str(uuid7()), "text": "x" * 8001}, "reject"),
            ({"t": "send", "id": str(uuid7()), "text": "x", "files": [str(uuid7())]}, "reject"),
            ({"t": "email", "email": "nobody"}, "error"),
            ({"t": "rate", "conversation": str(uuid7()), "score": 3}, "error"),
        ]
        for frame, kind in refused:
            await one.send_text(msgspec.json.encode(frame).decode())
            await one.next(kind)
        await one.send("send", id=str(uuid7()), text="Still here", files=[])
        assert (await one.next("ack"))["message"]["text"] == "Still here"
        conversation = (await one.next("conversation"))["conversation"]["id"]
        await one.send("rate", conversation=conversation, score=99)
        assert (await one.next("error", "conversation"))["t"] == "error"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A running product."""
    made = Installation(tmp_path_factory.mktemp("sockets") / "data")
    made.start()
    made.set_up()
    yield made
    made.kill()


def frame_of(
    opcode: int, payload: bytes, *, fin: bool = True, masked: bool = True, reserved: int = 0
) -> bytes:
    """Builds a frame of RFC 6455, also one that must not be."""
    head = bytes([(0x80 if fin else 0) | reserved << 4 | opcode])
    size = len(payload)
    short = size if size < 126 else 126 if size < 65536 else 127
    head += bytes([(0x80 if masked else 0) | short])
    head += b"" if short < 126 else struct.pack(">H" if short == 126 else ">Q", size)
    if not masked:
        return head + payload
    mask = b"\x01\x02\x03\x04"
    return head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload))


def broken_frames(chance: random.Random) -> list[bytes]:
    """Gives bytes that no client should send after the handshake."""
    return [
        frame_of(1, b"\xff\xfe\xfd"),
        frame_of(1, b"x" * 200_000),
        frame_of(2, b"\x00" * 10),
        frame_of(1, b'{"t":"ping"}', masked=False),
        frame_of(3, b"reserved opcode"),
        frame_of(1, b"reserved bits", reserved=5),
        frame_of(9, b"x" * 126),
        frame_of(0, b"a continuation of nothing"),
        frame_of(1, b'{"t":', fin=False) + frame_of(1, b"a second beginning"),
        frame_of(8, b"\x00"),
        frame_of(8, struct.pack(">H", 1005)),
        b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        chance.randbytes(500),
        b"GET / HTTP/1.1\r\n\r\n",
    ]


def send_raw(port: int, path: str, data: bytes, *headers: str) -> bytes:
    """Shakes hands, sends bytes and reads until the server has had enough."""
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade"]
    lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13", *headers]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        seen = line.recv(65536)
        with contextlib.suppress(OSError):
            line.sendall(data)
            line.shutdown(socket.SHUT_WR)
            while chunk := line.recv(65536):
                seen += chunk
    return seen


@pytest.mark.parametrize("turns", TURNS)
async def test_broken_frames_end_one_socket_and_no_other(shop: Installation, turns: int) -> None:
    sys.stdout.write(f"PARLEY_TEST_SEED={SEED}\n")
    chance = random.Random(SEED)
    channel = shop.add_chat()
    paths = [(f"{CHAT}?channel={channel}", ()), (DESK, (f"Authorization: Bearer {shop.token}",))]
    async with Widget(lambda: shop.origin, channel) as quiet:
        await quiet.until(lambda w: w.welcomes == 1)
        for _ in range(turns):
            for path, headers in paths:
                for data in broken_frames(chance):
                    seen = await asyncio.to_thread(send_raw, shop.port, path, data, *headers)
                    assert seen.startswith((b"HTTP/1.1 101", b"HTTP/1.1 4")), seen[:100]
        sent = await quiet.say("Still here")
        await quiet.until(lambda w: sent in w.acked)
        assert quiet.welcomes == 1, "the quiet socket was disturbed"
    assert shop.running is not None
    assert [line for line in shop.running.complained if "lost the database" not in line] == []


async def test_broken_handshakes(shop: Installation) -> None:
    upgrade = b"Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    key = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    tries = [
        b"GET /widget/socket HTTP/1.1\r\n" + upgrade + b"\r\n",
        b"GET /widget/socket?channel=\xff\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/v1/live HTTP/1.1\r\nCookie: parley_session=\xff\xfe; \x01=;;\r\n" + upgrade + key,
        b"GET /widget/socket HTTP/1.1\r\n" + upgrade + key.replace(b"13", b"99"),
        b"POST /widget/socket HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\n" + b"X-Header: " + b"x" * 100_000 + b"\r\n\r\n",
    ]
    for data in tries:
        seen = await asyncio.to_thread(send_bytes, shop.port, data)
        assert not seen.startswith(b"HTTP/1.1 5"), (data[:80], seen[:200])
    assert shop.call("GET", "/healthz").status_code == 200
    assert shop.running is not None
    assert not [line for line in shop.running.complained if "Traceback" in line or "exception" in line]


def send_bytes(port: int, data: bytes) -> bytes:
    """Sends bytes to the server and reads what it says."""
    seen = b""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line, contextlib.suppress(OSError):
        line.sendall(data)
        line.shutdown(socket.SHUT_WR)
        while chunk := line.recv(65536):
            seen += chunk
    return seen


async def test_a_silent_socket_is_closed(world: World, ours: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who does not say hello in time makes room."""
    monkeypatch.setattr("parley.channels.chat.socket.HELLO_SECONDS", 0.2)
    async with AsgiSocket(world.door, CHAT, f"channel={ours.keys['chat1']}") as one:
        assert await one.until_closed() == 4408


async def test_too_many_sockets_from_one_place(world: World, ours: Place) -> None:
    world.runtime.parts["chat_socket"]._arrivals = Limiter(rate=0.001, burst=3)
    codes = []
    for _ in range(5):
        async with AsgiSocket(world.door, CHAT, f"channel={ours.keys['chat1']}") as one:
            await one.send("nonsense")
            codes.append(await one.until_closed())
    assert codes == [4400, 4400, 4400, 4429, 4429]
