"""The desk's live socket: resumes by cursor, hands on what is new, tells who looks and who types."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
import structlog

from parley.accounts.actions.profile import keep_presence
from parley.conversations.presence import PresenceBoard
from parley.kit.db import TROUBLE, Transaction
from parley.kit.http.access import Authenticator, Principal
from parley.kit.live.hub import DESK, Ephemeral, Item, Watcher, agent_topic
from parley.kit.log.cursor import BadCursor, Cursor, parse_cursor
from parley.kit.log.fact import Recorded
from parley.kit.log.read import newest_cursor, read_workspace
from parley.kit.metrics import SOCKETS

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

log = structlog.get_logger("desk")
PATH = "/api/v1/live"
CATCH_UP = 1000
SILENCE_SECONDS = 90.0
PRESENCE_SECONDS = 60.0


class ClientFrame(msgspec.Struct, frozen=True):
    """What a desk sends: `t` is hello, viewing, typing or ping."""

    t: str
    after: str | None = None
    conversation: UUID | None = None
    on: bool = False
    kind: str = "reply"


DECODER = msgspec.json.Decoder(ClientFrame)


def encode(t: str, **fields: Any) -> str:
    """Builds a frame to the desk."""
    return msgspec.json.encode({"t": t, **fields}).decode()


def show_fact(fact: Recorded) -> dict[str, Any]:
    """Shows a fact as GET /api/v1/facts does."""
    return {
        "cursor": fact.cursor,
        "id": fact.id,
        "kind": fact.kind,
        "at": fact.at,
        "conversation_id": fact.conversation_id,
        "actor": {"kind": fact.actor_kind, "id": fact.actor_id},
        "data": fact.data,
    }


class DeskSocket:
    """The ASGI application behind `/api/v1/live`."""

    def __init__(self, runtime: "Runtime") -> None:
        self._runtime = runtime
        self._open: set[DeskSession] = set()
        self.board = PresenceBoard(runtime)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serves one desk."""
        await receive()
        # A socket that is refused before it is accepted tells a browser no code.
        await send({"type": "websocket.accept"})
        try:
            me = await self._authenticate(scope)
        except TROUBLE:
            await send({"type": "websocket.close", "code": 1012})
            return
        if me is None or not _same_origin(scope):
            await send({"type": "websocket.close", "code": 4401})
            return
        session = DeskSession(self._runtime, self.board, me, send, lambda: self._authenticate(scope))
        self._open.add(session)
        SOCKETS.labels("desk").inc()
        try:
            await session.listen(receive)
        except TROUBLE as failure:
            log.debug("desk went away", error=repr(failure))
            await session.close(1012)
        finally:
            SOCKETS.labels("desk").dec()
            self._open.discard(session)
            await session.leave()

    async def close_all(self) -> None:
        """Tells every desk to come back at once; used when the process stops."""
        await asyncio.gather(*(session.close(1012) for session in list(self._open)), return_exceptions=True)

    async def _authenticate(self, scope: Any) -> Principal | None:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        try:
            cookies = {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
        except CookieError:
            cookies = {}
        authenticator: Authenticator = self._runtime.parts["authenticator"]
        claim = authenticator.read_claim(headers, cookies)
        if claim is None:
            return None
        async with self._runtime.db.transaction(claim.workspace_id) as tx:
            me = await authenticator.authenticate(tx, claim, self._runtime.clock.now())
        return me if me is not None and me.allows("conversations:read") else None


def _same_origin(scope: Any) -> bool:
    headers = {name.lower(): value for name, value in scope["headers"]}
    origin = headers.get(b"origin", b"").decode("latin-1")
    return not origin or origin.split("://")[-1] == headers.get(b"host", b"").decode("latin-1")


Believe = Callable[[], Awaitable[Principal | None]]


class DeskSession:
    """One open desk."""

    def __init__(
        self, runtime: "Runtime", board: PresenceBoard, me: Principal, send: Any, believe: Believe
    ) -> None:
        self._runtime = runtime
        self._board = board
        self._me = me
        self._send_raw = send
        self._believe = believe
        self._watcher: Watcher | None = None
        self._from = Cursor(0, 0, 0)
        self._viewing: UUID | None = None
        self._alive = True
        self._touched = 0.0

    async def send(self, text: str) -> None:
        """Sends one frame."""
        if not self._alive:
            raise ConnectionError("closed")
        await self._send_raw({"type": "websocket.send", "text": text})

    async def close(self, code: int) -> None:
        """Closes once."""
        if self._alive:
            self._alive = False
            with contextlib.suppress(OSError):
                await self._send_raw({"type": "websocket.close", "code": code})

    async def listen(self, receive: Any) -> None:
        """Handles frames until the desk goes away."""
        while True:
            try:
                event = await asyncio.wait_for(receive(), SILENCE_SECONDS)
            except TimeoutError:
                await self.close(4408)
                return
            if event["type"] == "websocket.disconnect":
                self._alive = False
                return
            try:
                frame = DECODER.decode(event.get("text") or "")
            except msgspec.DecodeError:
                await self.close(4400)
                return
            await self._handle(frame)

    async def _handle(self, frame: ClientFrame) -> None:
        await self._touch()
        if frame.t == "ping":
            await self.send(encode("pong"))
        elif frame.t == "hello":
            await self._hello(frame.after)
        elif frame.t == "viewing":
            self._view(frame.conversation)
        elif frame.t == "typing" and frame.conversation is not None:
            self._board.type(self._me, frame.conversation, frame.kind if frame.on else None)

    async def _hello(self, after: str | None) -> None:
        if self._watcher is not None:
            self._runtime.hub.unwatch(self._watcher)
        topics = {DESK}
        if self._me.actor.kind == "agent" and self._me.actor.id is not None:
            topics.add(agent_topic(self._me.actor.id))
        self._watcher, start = await self._runtime.hub.watch(self._me.workspace_id, topics, self._hear)
        db = self._runtime.db
        async with db.transaction(self._me.workspace_id) as tx:
            newest = await newest_cursor(tx, self._me.workspace_id, epoch=db.epoch, own=db.sees_own_writes)
            missed = await self._missed(tx, after, newest)
        await self.send(encode("ready", cursor=str(newest), reset=missed is None))
        facts, extras = missed or ([], {})
        if facts:
            last = facts[-1]
            await self._push(facts, extras, str(Cursor(last.epoch, last.xid, last.seq)))
        self._from = max(start, newest)
        await self.send(encode("agents", online=self._board.online(self._me.workspace_id)))

    async def _missed(
        self, tx: Transaction, after: str | None, newest: Cursor
    ) -> tuple[list[Recorded], dict[str, Any]] | None:
        try:
            cursor = parse_cursor(after or "")
        except BadCursor:
            return None
        if cursor > newest:
            return None
        db = self._runtime.db
        facts = await read_workspace(
            tx, self._me.workspace_id, cursor, epoch=db.epoch, own=db.sees_own_writes, limit=CATCH_UP + 1
        )
        if len(facts) > CATCH_UP:
            return None
        extras: dict[str, Any] = {}
        if facts:
            await self._runtime.hub.look_up(tx, self._me.workspace_id, facts, extras)
        return facts, extras

    def _view(self, conversation_id: UUID | None) -> None:
        if self._viewing is not None and conversation_id != self._viewing:
            self._board.leave(self._me, self._viewing, self)
        self._viewing = conversation_id
        if conversation_id is not None:
            self._board.view(self._me, conversation_id, self)

    async def _touch(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._touched < PRESENCE_SECONDS or self._me.actor.kind != "agent":
            return
        self._touched = now
        if await self._believe() is None:
            await self.close(4401)
            return
        async with self._runtime.ctx(self._me.workspace_id, self._me.actor) as ctx:
            name = await keep_presence(ctx, self._me.agent_id)
        self._board.here(self._me, self, name or "")

    async def _hear(self, item: Item) -> None:
        if self._watcher is not None and self._watcher.overflowed:
            await self.close(1012)
        elif isinstance(item, Ephemeral):
            await self.send(
                encode(
                    str(item.data.get("what", "presence")),
                    **{k: v for k, v in item.data.items() if k != "what"},
                )
            )
        elif item.cursor > self._from:
            await self._push(item.facts, item.extras, str(item.cursor))

    async def _push(self, facts: list[Recorded], extras: dict[str, Any], cursor: str) -> None:
        await self.send(
            encode(
                "changes",
                cursor=cursor,
                facts=[show_fact(fact) for fact in facts],
                conversations=extras.get("conversations", []),
                messages=extras.get("messages", []),
            )
        )
        for told in extras.get("notifications", []):
            if told.agent_id == self._me.actor.id:
                await self.send(encode("notification", notification=told))

    async def leave(self) -> None:
        """Ends the session."""
        self._alive = False
        if self._watcher is not None:
            self._runtime.hub.unwatch(self._watcher)
        self._view(None)
        self._board.gone(self._me, self)
