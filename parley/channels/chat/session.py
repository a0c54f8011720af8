"""One open widget: what it sends becomes transactions, what happens on the log becomes frames."""

import asyncio
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

import msgspec
import structlog

from parley.channels.chat import frames as f
from parley.channels.chat.batches import REARRANGED, build_frames
from parley.channels.chat.identity import is_genuine
from parley.channels.chat.resuming import find_changes, find_resumable
from parley.channels.chat.views import (
    build_own_message,
    build_widget_conversation,
    build_widget_message,
    list_visible,
    mask_email,
)
from parley.channels.chat.visitors import (
    Visitor,
    become,
    claim_email,
    ensure_customer,
    enter_visitor,
    remember_thread,
    verify_visitor,
    visitor_topic,
)
from parley.channels.chat.waiting import Place
from parley.channels.chat.welcome import describe
from parley.channels.model import Channel
from parley.conversations.actions.attaching import find_uploads
from parley.conversations.actions.changing import rate_conversation
from parley.conversations.actions.reading import mark_seen_by_customer
from parley.conversations.actions.receiving import receive_message
from parley.conversations.model import Inbound, Received
from parley.conversations.presence import VISITORS
from parley.conversations.queries.messages import list_messages
from parley.conversations.queries.rows import find_row
from parley.conversations.shapes import ConversationRow
from parley.kit.ctx import Ctx
from parley.kit.errors import BadInput, Invalid, NotAllowed, ParleyError
from parley.kit.live.hub import DESK, Batch, Item, Watcher, conversation_topic
from parley.kit.log.cursor import Cursor, parse_cursor
from parley.kit.log.fact import Actor
from parley.kit.richtext import html_from_text

if TYPE_CHECKING:
    from parley.channels.parts import ChannelParts
    from parley.kit.runtime import Runtime

log = structlog.get_logger("chat")


class Wire(Protocol):
    """The socket as a session sees it."""

    async def send(self, text: str) -> None:
        """Sends one frame; raises ConnectionError when the other side is gone."""

    async def close(self, code: int) -> None:
        """Closes the socket."""


class ChatSession:
    """A visitor's session on one socket. Frames are handled one after another."""

    __slots__ = (
        "_channel",
        "_last_typing",
        "_parts",
        "_place",
        "_runtime",
        "_turn",
        "_visitor",
        "_watcher",
        "_wire",
    )

    def __init__(self, runtime: "Runtime", parts: "ChannelParts", channel: Channel, wire: Wire) -> None:
        self._runtime = runtime
        self._parts = parts
        self._channel = channel
        self._wire = wire
        self._place = Place(runtime, wire)
        self._visitor: Visitor | None = None
        self._watcher: Watcher | None = None
        self._last_typing = 0.0
        self._turn = asyncio.Lock()

    async def handle(self, frame: f.Frame) -> None:
        """Handles one frame; raises BadInput for anything before hello."""
        if isinstance(frame, f.Ping):
            await self._wire.send(f.encode("pong"))
            if (visitor := self._visitor) is not None:
                async with self._turn:
                    await self._place.renew(self._ctx(visitor), visitor.conversation_id)
            return
        if isinstance(frame, f.Hello):
            if frame.v != f.VERSION:
                said = f"This server speaks version {f.VERSION} of the widget's frames."
                await self._wire.send(f.encode("error", code="unsupported_version", detail=said))
                raise BadInput("unsupported_version", said)
            await self._hello(frame)
            return
        if self._visitor is None:
            raise BadInput("hello_first", "Say hello first.")
        await self._handle_known(frame, self._visitor)

    async def _handle_known(self, frame: f.Frame, visitor: Visitor) -> None:
        if isinstance(frame, f.Send):
            await self._send(frame, visitor)
        elif isinstance(frame, f.Typing):
            self._typing(frame, visitor)
        elif isinstance(frame, f.Seen):
            await self._seen(frame, visitor)
        elif isinstance(frame, f.Email):
            await self._email(frame, visitor)
        elif isinstance(frame, f.Rate):
            await self._rate(frame, visitor)
        elif isinstance(frame, f.History):
            async with self._ctx(visitor) as ctx:
                messages, more = await list_visible(ctx, visitor, self._parts.links, before=frame.before)
            await self._wire.send(f.encode("history", messages=messages, more=more))
        elif isinstance(frame, f.PageMoved):
            self._tell_desk("page", visitor, {"url": frame.url, "title": frame.title})

    def _ctx(self, visitor: Visitor | None) -> Any:
        actor = Actor("customer", visitor.customer_id if visitor else None)
        return self._runtime.ctx(self._channel.workspace_id, actor)

    async def _hello(self, hello: f.Hello) -> None:
        refused: str | None = None
        async with self._ctx(None) as ctx:
            visitor = await enter_visitor(ctx, self._channel, hello)
            if hello.identity is not None:
                if is_genuine(self._channel.settings.identity_secret, hello.identity, ctx.now):
                    await verify_visitor(ctx, self._channel, visitor, hello.identity)
                else:
                    refused = "identity_invalid"
        self._visitor = visitor
        if visitor.blocked or (self._channel.settings.require_identity and not visitor.verified):
            await self._wire.close(4403)
            return
        await self._watch(visitor)
        await self._welcome(visitor, find_resumable(hello, visitor))
        if refused:
            await self._wire.send(
                f.encode("error", code=refused, detail="The shop's signature is wrong or has expired.")
            )

    async def look_again(self) -> None:
        """Takes up a conversation that another tab of the visitor has begun."""
        visitor = self._visitor
        if visitor is None or self._watcher is None:
            return
        async with self._ctx(visitor) as ctx:
            found = await enter_visitor(
                ctx, self._channel, f.Hello(token=visitor.token, language=visitor.language)
            )
        if found.conversation_id is None or found.conversation_id == visitor.conversation_id:
            return
        await self._turn_to(visitor, found)

    async def _turn_to(self, visitor: Visitor, found: Visitor) -> None:
        become(visitor, found)
        if found.conversation_id is None or self._watcher is None:
            return
        self._runtime.hub.add_topic(self._watcher, conversation_topic(found.conversation_id))
        await self._welcome(visitor)

    @property
    def has_conversation(self) -> bool:
        """Whether there is anything that this socket may hear of."""
        return self._visitor is not None and self._visitor.conversation_id is not None

    async def _watch(self, visitor: Visitor) -> None:
        topics = {VISITORS, visitor_topic(visitor.id)}
        if visitor.conversation_id is not None:
            topics.add(conversation_topic(visitor.conversation_id))
        if self._watcher is not None:
            self._runtime.hub.unwatch(self._watcher)
        self._watcher, _ = await self._runtime.hub.watch(self._channel.workspace_id, topics, self._hear)

    async def _welcome(self, visitor: Visitor, after: Cursor | None = None) -> None:
        # A client forgets what it has when it is welcomed: what is new since then must come after, never before.
        async with self._turn:
            await self._send_welcome(visitor, after)
        self._tell_desk("here", visitor, {"online": True})

    async def _send_welcome(self, visitor: Visitor, after: Cursor | None) -> None:
        async with self._ctx(visitor) as ctx:
            cursor = await self._parts.newest(ctx)
            missed = (
                await find_changes(ctx, self._runtime.hub, visitor, after, parse_cursor(cursor))
                if after
                else None
            )
            messages, more = (
                (missed.messages, False) if missed else await list_visible(ctx, visitor, self._parts.links)
            )
            row = (
                await find_row(ctx.tx, ctx.workspace_id, visitor.conversation_id, None)
                if visitor.conversation_id
                else None
            )
            standing = await self._place.find(ctx, row)
            staffing = await self._parts.staffing.get(ctx.tx, ctx.workspace_id, ctx.now)
            name, email = await self._parts.customer_card(ctx, visitor)
        await self._wire.send(
            f.encode(
                "welcome",
                token=visitor.token,
                verified=visitor.verified,
                name=name,
                email=mask_email(email) if email else None,
                conversation=build_widget_conversation(row) if row else None,
                messages=messages,
                more=more,
                cursor=cursor,
                reset=missed is None,
                **describe(staffing),
            )
        )
        if missed is not None and missed.read is not None:
            await self._wire.send(f.encode("seen", message=missed.read))
        await self._place.begin(standing)

    async def _send(self, frame: f.Send, visitor: Visitor) -> None:
        before = msgspec.structs.replace(visitor)
        try:
            message, row, cursor = await self._receive(frame, visitor)
        except ParleyError as refusal:
            # What was noted of the visitor on the way has been rolled back.
            become(visitor, before)
            await self._wire.send(f.encode("reject", id=frame.id, code=refusal.code, detail=refusal.detail))
            return
        await self._wire.send(f.encode("ack", id=frame.id, message=message, cursor=cursor))
        if row is not None:
            await self._wire.send(
                f.encode("conversation", conversation=build_widget_conversation(row), cursor=None)
            )
            self._runtime.nerves.tell(
                self._channel.workspace_id,
                visitor_topic(visitor.id),
                {"what": "began", "conversation": str(row.id)},
            )

    async def _receive(
        self, frame: f.Send, visitor: Visitor
    ) -> tuple[f.WidgetMessage, ConversationRow | None, str]:
        if not frame.text.strip() and not frame.files:
            raise Invalid("empty_message", "Write something or attach a file.")
        if len(frame.text) > f.LONGEST_TEXT:
            raise Invalid("too_long", f"A message takes at most {f.LONGEST_TEXT} characters.")
        if visitor.blocked:
            raise NotAllowed("blocked", "Messages from here are not accepted.")
        async with self._ctx(visitor) as ctx:
            await ensure_customer(ctx, visitor)
            assert visitor.customer_id is not None  # noqa: S101 - ensured just above
            ctx.actor = Actor("customer", visitor.customer_id)
            received = await receive_message(
                ctx, await self._inbound(ctx, frame, visitor, visitor.customer_id)
            )
            first = visitor.conversation_id != received.conversation_id
            if first and self._watcher is not None:
                # Before the commit, so that nothing told about the new conversation goes past this socket.
                self._runtime.hub.add_topic(self._watcher, conversation_topic(received.conversation_id))
            await remember_thread(ctx, visitor, received.thread_id, received.conversation_id)
            shown = await self._show(ctx, frame, received, visitor.customer_id)
            row = await find_row(ctx.tx, ctx.workspace_id, received.conversation_id, None) if first else None
            await ctx.flush()
            cursor = str(ctx.cursor) if ctx.cursor is not None else await self._parts.newest(ctx)
        return shown, row, cursor

    async def _show(self, ctx: Ctx, frame: f.Send, received: Received, customer_id: UUID) -> f.WidgetMessage:
        if received.new and not frame.files:
            return build_own_message(received, customer_id, str(frame.id), ctx.now)
        found = await list_messages(
            ctx.tx, ctx.workspace_id, [received.message_id], self._parts.links, ctx.now
        )
        return build_widget_message(found[0], str(frame.id), None)

    async def _inbound(self, ctx: Ctx, frame: f.Send, visitor: Visitor, customer_id: UUID) -> Inbound:
        return Inbound(
            channel_id=self._channel.id,
            channel_kind="chat",
            brand_id=self._channel.brand_id,
            thread_id=visitor.thread_id,
            thread_key=f"visitor:{visitor.id}",
            customer_id=customer_id,
            identity_id=visitor.identity_id,
            external_id=str(frame.id),
            html=html_from_text(frame.text),
            text=frame.text,
            envelope=f.topic_envelope(frame.topic),
            language=visitor.language,
            files=await find_uploads(ctx, frame.files, visitor_id=visitor.id) if frame.files else [],
        )

    async def _seen(self, frame: f.Seen, visitor: Visitor) -> None:
        if visitor.thread_id is None:
            return
        async with self._ctx(visitor) as ctx:
            await mark_seen_by_customer(ctx, visitor.thread_id, frame.message)

    async def _email(self, frame: f.Email, visitor: Visitor) -> None:
        if not self._parts.is_address(frame.email):
            await self._wire.send(
                f.encode("error", code="bad_email", detail="This is not an e-mail address.")
            )
            return
        async with self._ctx(visitor) as ctx:
            await claim_email(ctx, visitor, frame.email, frame.name.strip())
            name, email = await self._parts.customer_card(ctx, visitor)
        await self._wire.send(
            f.encode("me", verified=visitor.verified, name=name, email=mask_email(email) if email else None)
        )

    async def _rate(self, frame: f.Rate, visitor: Visitor) -> None:
        if frame.conversation != visitor.conversation_id:
            await self._wire.send(
                f.encode("error", code="not_found", detail="There is no such conversation.")
            )
            return
        try:
            async with self._ctx(visitor) as ctx:
                await rate_conversation(ctx, frame.conversation, frame.score, frame.comment)
        except Invalid as refusal:
            await self._wire.send(f.encode("error", code=refusal.code, detail=refusal.detail))

    def _typing(self, frame: f.Typing, visitor: Visitor) -> None:
        if visitor.conversation_id is None:
            return
        now = asyncio.get_running_loop().time()
        if frame.on and now - self._last_typing < 1:
            return
        self._last_typing = now if frame.on else 0.0
        self._tell_desk("customer_typing", visitor, {"on": frame.on})

    def _tell_desk(self, what: str, visitor: Visitor, data: dict[str, Any]) -> None:
        if visitor.conversation_id is not None:
            self._runtime.nerves.tell(
                self._channel.workspace_id,
                DESK,
                {"what": what, "conversation": str(visitor.conversation_id), **data},
            )

    async def _hear(self, item: Item) -> None:
        visitor = self._visitor
        if visitor is None:
            return
        try:
            await self._take(item, visitor)
        except Exception:
            # A client that missed something must come back and begin afresh.
            await self._wire.close(1012)
            raise

    async def _take(self, item: Item, visitor: Visitor) -> None:
        if self._watcher is not None and self._watcher.overflowed:
            await self._wire.close(1012)
        elif isinstance(item, Batch) and any(fact.kind in REARRANGED for fact in item.facts):
            async with self._ctx(visitor) as ctx:
                hello = f.Hello(token=visitor.token, language=visitor.language)
                found = await enter_visitor(ctx, self._channel, hello)
            await self._turn_to(visitor, found)
        elif isinstance(item, Batch):
            async with self._turn:
                await self._hear_batch(item, visitor)
        elif item.topic == VISITORS:
            staffing = await self._parts.staffing.get_kept(self._ctx(visitor), self._channel.workspace_id)
            await self._wire.send(f.encode("presence", **describe(staffing)))
        elif item.data.get("what") == "began":
            if item.data["conversation"] != str(visitor.conversation_id):
                await self.look_again()
        elif item.data.get("what") == "agent_typing":
            await self._wire.send(
                f.encode("typing", on=item.data["on"], name=item.data["name"].split(" ")[0], kind="agent")
            )

    async def _hear_batch(self, batch: Batch, visitor: Visitor) -> None:
        found = build_frames(batch, visitor)
        # A client that has got only some of a batch must ask for all of it again: the last frame carries the cursor.
        for position, (kind, fields) in enumerate(found, start=1):
            cursor = str(batch.cursor) if position == len(found) else None
            await self._wire.send(f.encode(kind, **fields, cursor=cursor))
        await self._place.hear(batch, self._ctx(visitor), visitor.conversation_id)

    async def leave(self) -> None:
        """Ends the session."""
        if self._watcher is not None:
            self._runtime.hub.unwatch(self._watcher)
            self._watcher = None
        if self._visitor is not None:
            self._tell_desk("here", self._visitor, {"online": False})
