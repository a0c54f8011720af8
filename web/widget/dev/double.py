"""A stand-in for the server while the widget is being developed: it speaks docs/widget.md and can misbehave on request.

Run it after `npm run build` with `python double.py [port]` and open the page it prints. The shop and the widget have different
hosts (127.0.0.1 and localhost), as in real life. `POST /control` with a JSON object makes the other side act or the wire fail:

    {"do": "say", "text": …, "kind": "agent"|"assistant"|"system", "name": …, "html": …, "ask": …, "files": […]}
    {"do": "typing", "on": true, "kind": "agent"}      {"do": "seen"}       {"do": "change", "text": …}
    {"do": "presence", "online": false, "opens_at": …}  {"do": "status", "status": "closed"}
    {"do": "fault", …}   any of: `deaf` (frames vanish), `lose_acks`, `twice` (acks repeated), `ack_delay` (s), `refuse` (texts),
                         `down` (sockets are not accepted), `reset` (cursors are forgotten), `upload_delay` (s), `upload_status`
    {"do": "close", "code": 1012}                        {"do": "clear"}
"""

from __future__ import annotations

import asyncio
import itertools
import json
import mimetypes
import re
import sys
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import uvicorn
from uvicorn.protocols.utils import ClientDisconnected

Json = dict[str, Any]
Send = Callable[[Json], Awaitable[None]]
Receive = Callable[[], Awaitable[Json]]

DEV = Path(__file__).resolve().parent
WIDGET = DEV.parent
ASSETS = WIDGET / "frame" / "dist"
PAGE = 30
FRAME_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data: blob:; "
    "connect-src 'self' ws://localhost:*; frame-ancestors http://127.0.0.1:*"
)
SHOP_POLICY = (
    "default-src 'none'; script-src http://localhost:* 'self'; style-src 'self'; img-src 'self'; "
    "frame-src http://localhost:*; require-trusted-types-for 'script'"
)


COUNTER = itertools.count()


def make_id(at: datetime) -> str:
    """A UUIDv7 for an instant; later calls within one millisecond give greater ids."""
    head = f"{int(at.timestamp() * 1000):012x}"
    tail = f"{next(COUNTER) % 4096:03x}{uuid.uuid4().hex}"
    return f"{head[:8]}-{head[8:]}-7{tail[:3]}-a{tail[3:6]}-{tail[6:18]}"


class Visitor:
    """One history: the messages, the order in which they changed, and what is known of the visitor."""

    def __init__(self) -> None:
        self.messages: list[Json] = []
        self.log: list[str] = []
        self.email: str | None = None
        self.conversation: Json | None = None

    @property
    def cursor(self) -> str:
        """Where the history stands; the shape is nobody's business."""
        return f"c{len(self.log)}"

    def put(self, message: Json) -> None:
        """Adds a message, or notes that it has changed."""
        if message not in self.messages:
            self.messages.append(message)
        self.log.append(message["id"])
        if self.conversation is None:
            self.conversation = {"id": make_id(datetime.now(UTC)), "status": "open", "rating": None}


class Double:
    """Everything the stand-in knows; `faults` holds what goes wrong at present."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.clear()

    def clear(self) -> None:
        """Begins anew."""
        self.visitors: dict[str, Visitor] = {}
        self.sockets: dict[Send, str] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.received: list[Json] = []
        self.faults: Json = {}
        self.presence: Json = {
            "online": True,
            "people": [{"name": "Ana Kovač", "avatar": "/dev/ana.svg"}, {"name": "Bruno Lima", "avatar": None}],
            "expected": "minutes",
            "opens_at": None,
        }
        self.settings: Json = {}

    async def tell(self, token: str, frame: Json) -> None:
        """Sends a frame to every socket of a visitor."""
        for send in [send for send, owner in self.sockets.items() if owner == token]:
            await self.answer(send, frame)

    async def answer(self, send: Send, frame: Json) -> None:
        """Sends one frame, unless the wire is cut."""
        if self.faults.get("deaf"):
            return
        try:
            await send({"type": "websocket.send", "text": json.dumps(frame)})
        except (ClientDisconnected, RuntimeError):
            self.sockets.pop(send, None)

    async def take(self, send: Send, frame: Json) -> None:
        """Handles one frame of a client."""
        if self.faults.get("deaf"):
            return
        self.received.append(frame)
        handler = getattr(self, f"take_{frame.get('t')}", None)
        if handler is None:
            await send({"type": "websocket.close", "code": 4400})
        else:
            await handler(send, frame)

    async def take_hello(self, send: Send, frame: Json) -> None:
        """Welcomes a client: the changes since its cursor, or the newest page."""
        token = frame["token"] if frame["token"] in self.visitors else uuid.uuid4().hex
        visitor = self.visitors.setdefault(token, Visitor())
        self.sockets[send] = token
        after = int(frame["after"][1:]) if frame["after"] else -1
        reset = token != frame["token"] or not 0 <= after <= len(visitor.log) or bool(self.faults.get("reset"))
        changed = set(visitor.log[max(after, 0) :])
        newest = sorted(visitor.messages, key=lambda message: str(message["id"]))
        messages = newest[-PAGE:] if reset else [message for message in newest if message["id"] in changed]
        await self.answer(
            send,
            {
                "t": "welcome", "token": token, "verified": bool(frame["identity"]), "name": None, "email": visitor.email,
                "conversation": visitor.conversation, "messages": messages, "more": reset and len(newest) > PAGE,
                "cursor": visitor.cursor, "reset": reset, **self.presence,
            },
        )  # fmt: skip

    async def take_send(self, send: Send, frame: Json) -> None:
        """Takes a message once, however often it comes."""
        if send not in self.sockets:
            return
        visitor = self.visitors[self.sockets[send]]
        if frame["text"] in self.faults.get("refuse", []):
            await self.answer(send, {"t": "reject", "id": frame["id"], "code": "refused", "detail": "not today"})
            return
        known = next((item for item in visitor.messages if item["client_id"] == frame["id"]), None)
        message = known or self.build("customer", frame["text"], client_id=frame["id"], files=frame["files"])
        if not known:
            visitor.put(message)
            await self.tell(self.sockets[send], {"t": "message", "message": message, "cursor": visitor.cursor})
        if self.faults.get("lose_acks"):
            return
        await asyncio.sleep(self.faults.get("ack_delay", 0))
        for _ in range(2 if self.faults.get("twice") else 1):
            await self.answer(send, {"t": "ack", "id": frame["id"], "message": message, "cursor": visitor.cursor})

    async def take_history(self, send: Send, frame: Json) -> None:
        """Answers with a page of older messages."""
        visitor = self.visitors[self.sockets[send]]
        older = sorted((item for item in visitor.messages if item["id"] < frame["before"]), key=lambda item: str(item["id"]))
        await self.answer(send, {"t": "history", "messages": older[-PAGE:], "more": len(older) > PAGE})

    async def take_email(self, send: Send, frame: Json) -> None:
        """Notes an address; one at `.invalid` is refused."""
        if frame["email"].endswith(".invalid"):
            await self.answer(send, {"t": "error", "code": "bad_email", "detail": ""})
            return
        visitor = self.visitors[self.sockets[send]]
        visitor.email = re.sub(r"(?<=.).(?=.*@)", "•", frame["email"])
        await self.tell(self.sockets[send], {"t": "me", "verified": False, "name": frame.get("name"), "email": visitor.email})

    async def take_rate(self, send: Send, frame: Json) -> None:
        """Notes a rating."""
        visitor = self.visitors[self.sockets[send]]
        if visitor.conversation:
            visitor.conversation["rating"] = frame["score"]
            update = {"t": "conversation", "conversation": visitor.conversation, "cursor": visitor.cursor}
            await self.tell(self.sockets[send], update)

    async def take_ping(self, send: Send, _: Json) -> None:
        """Answers a ping."""
        await self.answer(send, {"t": "pong"})

    async def take_typing(self, _: Send, frame: Json) -> None:
        """Nothing to do: the test looks at what was received."""

    take_seen = take_page = take_typing

    def build(self, kind: str, text: str, **extra: Any) -> Json:
        """A message as the socket carries it; `minutes` puts it into the past."""
        at = datetime.now(UTC) - timedelta(minutes=extra.pop("minutes", 0))
        files = [self.describe(file) for file in extra.pop("files", [])]
        name = extra.pop("name", {"agent": "Ana Kovač", "assistant": "Mila"}.get(kind))
        avatar = "/dev/ana.svg" if name == "Ana Kovač" else None
        html = extra.pop("html", None) or f"<p>{escape(text)}</p>".replace("\n", "<br>") if text else None
        return {
            "id": make_id(at), "client_id": None, "author": {"kind": kind, "name": name, "avatar": avatar},
            "html": html, "text": text, "files": files, "at": at.isoformat(),
            "state": "sent", "seen": False, "ask": None, **extra,
        }  # fmt: skip

    def describe(self, file: str) -> Json:
        """A stored file as a message carries it."""
        name, data = self.files.get(file, (file, b""))
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        sides = re.search(r"(\d+)x(\d+)", name)
        width, height = (int(sides[1]), int(sides[2])) if sides else (None, None)
        return {
            "id": file, "name": name, "type": kind, "size": len(data), "url": f"/widget/files/{file}", "thumbnail": None,
            "width": width, "height": height,
        }  # fmt: skip

    async def control(self, order: Json) -> Json:
        """Carries out one order of the developer."""
        do = order.pop("do", None)
        if do == "clear":
            self.clear()
        elif do == "settings":
            self.settings = order
        elif do == "fault":
            self.faults = order
        elif do == "close":
            for send in list(self.sockets):
                self.sockets.pop(send)
                await send({"type": "websocket.close", "code": order.get("code", 1012)})
        elif do == "presence":
            self.presence |= order
            for send in list(self.sockets):
                await self.answer(send, {"t": "presence", **self.presence})
        elif do == "file":
            file = make_id(datetime.now(UTC))
            self.files[file] = (order["name"], bytes.fromhex(order["hex"]))
            return {"id": file}
        else:
            for token, visitor in self.visitors.items():
                await self.act(str(do), order, token, visitor)
        return {"received": self.received, "messages": [item for one in self.visitors.values() for item in one.messages]}

    async def act(self, do: str, order: Json, token: str, visitor: Visitor) -> None:
        """Lets the shop's side do something in one conversation."""
        if do == "say":
            fields = dict(order)
            message = self.build(fields.pop("kind", "agent"), fields.pop("text", ""), **fields)
            visitor.put(message)
            await self.tell(token, {"t": "message", "message": message, "cursor": visitor.cursor})
        elif do == "change" and visitor.messages:
            message = visitor.messages[-1]
            message |= {"text": order["text"], "html": f"<p>{escape(order['text'])}</p>"}
            visitor.put(message)
            await self.tell(token, {"t": "message", "message": message, "cursor": visitor.cursor})
        elif do == "typing":
            kind = order.get("kind", "agent")
            await self.tell(token, {"t": "typing", "on": order.get("on", True), "name": "Ana", "kind": kind})
        elif do == "seen" and visitor.messages:
            await self.tell(token, {"t": "seen", "message": visitor.messages[-1]["id"]})
        elif do == "status" and visitor.conversation:
            visitor.conversation |= order
            await self.tell(token, {"t": "conversation", "conversation": visitor.conversation, "cursor": visitor.cursor})

    def frame_page(self, query: dict[str, list[str]]) -> str:
        """The page of the frame with its settings."""
        entry = json.loads((ASSETS / "manifest.json").read_text())["index.html"]
        language = query.get("language", ["en"])[0]
        settings = {
            "channel": query["channel"][0], "name": "Bloom & Barrel", "colour": "#0f766e", "greeting": None, "language": language,
            "languages": ["en", "pt-BR", "ko", "sl", "zh-Hans"], "brand": {"name": "Bloom & Barrel", "logo": None},
            "topics": [{"key": "order", "label": "Where is my order?"}, {"key": "return", "label": "Return or exchange"}],
            **self.settings,
        }  # fmt: skip
        styles = "".join(f'<link rel="stylesheet" href="/widget/assets/{file}">' for file in entry["css"])
        data = json.dumps(settings).replace("<", "\\u003c")
        return (
            f'<!doctype html><html lang="{escape(language)}"><meta charset="utf-8"><title>Chat</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">{styles}'
            f'<script type="application/json" id="parley-config">{data}</script><div id="root"></div>'
            f'<script type="module" src="/widget/assets/{entry["file"]}"></script></html>'
        )

    def shop_page(self, query: dict[str, list[str]]) -> bytes:
        """A product page; the query becomes the script tag's attributes."""
        given = {name: values[0] for name, values in query.items() if name not in {"lang", "dir"}}
        tag = "".join(f' data-{escape(name)}="{escape(value)}"' for name, value in ({"channel": "ch_dev"} | given).items())
        lang, direction = query.get("lang", ["en"])[0], query.get("dir", ["ltr"])[0]
        page = (DEV / "shop.html").read_text()
        for name, value in {"LANG": lang, "DIR": direction, "PORT": str(self.port), "TAG": tag}.items():
            page = page.replace(f"[[{name}]]", value)
        return page.encode()


async def read_body(receive: Receive) -> bytes:
    """The whole body of a request."""
    body = b""
    while True:
        part = await receive()
        body += part.get("body", b"")
        if not part.get("more_body"):
            return body


async def respond(send: Send, status: int, kind: str, body: bytes, policy: str | None = None) -> None:
    """Sends one answer; `policy` is its Content-Security-Policy."""
    headers = [(b"content-type", kind.encode()), (b"cache-control", b"no-store")]
    if policy:
        headers.append((b"content-security-policy", policy.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def serve_upload(double: Double, receive: Receive, send: Send) -> None:
    """Stores one file of a multipart form."""
    body = await read_body(receive)
    await asyncio.sleep(double.faults.get("upload_delay", 0))
    status = double.faults.get("upload_status", 201)
    head, _, rest = body.partition(b"\r\n\r\n")
    name = re.search(rb'filename="([^"]*)"', head)
    file = make_id(datetime.now(UTC))
    double.files[file] = (name[1].decode() if name else "file", rest[: rest.rfind(b"\r\n--")])
    await respond(send, status, "application/json", json.dumps(double.describe(file) if status == 201 else {}).encode())


async def serve_socket(double: Double, receive: Receive, send: Send) -> None:
    """One socket from its handshake to its end."""
    await receive()
    if double.faults.get("down"):
        await send({"type": "websocket.close", "code": 1013})
        return
    await send({"type": "websocket.accept"})
    while (event := await receive())["type"] == "websocket.receive":
        await double.take(send, json.loads(event["text"]))
    double.sockets.pop(send, None)


async def serve_file(folder: Path, name: str, send: Send) -> None:
    """A file of a folder, or 404."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        await respond(send, 404, "text/plain", b"")
        return
    await respond(send, 200, mimetypes.guess_type(name)[0] or "application/octet-stream", path.read_bytes())


def build_app(double: Double) -> Callable[[Json, Receive, Send], Awaitable[None]]:
    """The application: the shop, the widget's files, its socket, and the controls."""

    async def app(scope: Json, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await serve_socket(double, receive, send)
            return
        path, query = scope["path"], parse_qs(scope["query_string"].decode())
        if path == "/control":
            answer = await double.control(json.loads(await read_body(receive)))
            await respond(send, 200, "application/json", json.dumps(answer).encode())
        elif path == "/widget/api/files":
            await serve_upload(double, receive, send)
        elif path == "/widget/frame":
            await respond(send, 200, "text/html", double.frame_page(query).encode(), FRAME_POLICY)
        elif path == "/widget.js":
            await serve_file(WIDGET / "loader" / "dist", "widget.js", send)
        elif path.startswith("/widget/assets/"):
            await serve_file(ASSETS, path.removeprefix("/widget/assets/"), send)
        elif path.startswith("/widget/files/"):
            name, data = double.files.get(path.removeprefix("/widget/files/"), ("", b""))
            await respond(send, 200 if data else 404, mimetypes.guess_type(name)[0] or "text/plain", data)
        elif path.startswith("/dev/"):
            await serve_file(DEV, path.removeprefix("/dev/"), send)
        else:
            await respond(send, 200, "text/html", double.shop_page(query), SHOP_POLICY)

    return app


def main() -> None:
    """Serves on the port given, 8400 without one."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8400
    sys.stdout.write(f"http://127.0.0.1:{port}/\n")
    sys.stdout.flush()
    uvicorn.run(build_app(Double(port)), port=port, lifespan="off", log_level="warning", ws="websockets-sansio")


if __name__ == "__main__":
    main()
