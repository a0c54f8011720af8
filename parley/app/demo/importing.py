"""One past conversation of the demo store, played through the inbox's own actions with the clock turned back."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.app.demo.content import FOLDER, Conversation, Message
from parley.app.demo.understood import Understood, understand_past
from parley.conversations.actions.changing import (
    assign_conversation,
    change_conversation,
    close_conversation,
    mark_spam,
    rate_conversation,
    snooze_conversation,
    tag_conversation,
)
from parley.conversations.actions.posting import Draft, add_note, post_message
from parley.conversations.actions.reading import mark_read
from parley.conversations.actions.receiving import receive_message
from parley.conversations.model import PRIORITIES, FileLink, Inbound
from parley.customers.actions.identify import identify_customer
from parley.kit.clock import FixedClock
from parley.kit.ctx import Ctx
from parley.kit.files.actions import store_file
from parley.kit.log.fact import SYSTEM, Actor
from parley.kit.richtext import html_from_text
from parley.kit.runtime import Runtime


class Cast(msgspec.Struct):
    """Everybody and everything a conversation may name, by key."""

    agents: dict[str, UUID]
    teams: dict[str, UUID]
    tags: dict[str, UUID]
    chat: UUID
    email: UUID
    customers: dict[str, Any]
    conversations: dict[str, UUID] = {}
    understood: list[Understood] = []


class _Scene:
    """A conversation being loaded: where it stands while its messages are played."""

    def __init__(
        self, runtime: Runtime, workspace_id: UUID, cast: Cast, told: Conversation, now: datetime
    ) -> None:
        self.runtime, self.workspace_id, self.cast, self.told, self.now = (
            runtime,
            workspace_id,
            cast,
            told,
            now,
        )
        self.conversation_id: UUID | None = None
        self.thread_id: UUID | None = None

    def at(self, minutes: float) -> datetime:
        """Gives the time of an offset from now; seconds differ so that nothing happens at once."""
        return self.now + timedelta(minutes=minutes)


async def load_conversation(
    runtime: Runtime, workspace_id: UUID, cast: Cast, told: Conversation, now: datetime
) -> None:
    """Plays one conversation in one transaction."""
    scene = _Scene(runtime, workspace_id, cast, told, now)
    async with runtime.db.transaction(workspace_id) as tx:
        # Nothing waits for the disk: a load that is cut short is begun again.
        await tx.execute("SET LOCAL synchronous_commit = off")
        last = now
        for position, message in enumerate(told.messages):
            last = scene.at(message.at) + timedelta(seconds=7 * position)
            ctx = Ctx(runtime.db, tx, workspace_id, FixedClock(last), actor=_actor(cast, message))
            await _play(ctx, scene, message)
            if position == 0:
                await _set_up(ctx, scene)
            ctx.forget_jobs()
            await ctx.flush()
        ctx = Ctx(runtime.db, tx, workspace_id, FixedClock(last + timedelta(minutes=1)))
        await _finish(ctx, scene)
        await ctx.flush()
    assert scene.conversation_id is not None  # noqa: S101 - the first message opened it
    cast.conversations[told.key] = scene.conversation_id


def _actor(cast: Cast, message: Message) -> Actor:
    return Actor("agent", cast.agents[message.by]) if message.by in cast.agents else Actor("customer")


async def _play(ctx: Ctx, scene: _Scene, message: Message) -> None:
    if message.by == "customer":
        await _receive(ctx, scene, message)
        return
    assert scene.conversation_id is not None  # noqa: S101 - the lint lets the customer begin
    draft = Draft(
        conversation_id=scene.conversation_id,
        thread_id=scene.thread_id,
        text=message.text,
        author_id=scene.cast.agents[message.by],
        undo_seconds=0,
        mentions=[scene.cast.agents[key] for key in message.mentions],
    )
    if message.note:
        await add_note(ctx, draft)
        return
    posted = await post_message(ctx, scene.runtime.parts["channel_port"], draft)
    await ctx.tx.execute(
        "UPDATE messages SET state = 'sent', seen_at = $3 WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        posted.message_id,
        ctx.now if scene.told.channel == "chat" else None,
    )
    await ctx.tx.execute(
        "UPDATE deliveries SET state = 'sent', finished_at = $3 WHERE workspace_id = $1 AND message_id = $2",
        ctx.workspace_id,
        posted.message_id,
        ctx.now,
    )


async def _receive(ctx: Ctx, scene: _Scene, message: Message) -> None:
    who = await _find_author(ctx, scene)
    ctx.actor = Actor("customer", who.customer_id)
    mail = scene.told.channel == "email"
    people = [{"name": who.name, "address": who.email}] if mail else []
    inbound = Inbound(
        channel_id=scene.cast.email if mail else scene.cast.chat,
        channel_kind=scene.told.channel,
        thread_id=scene.thread_id,
        thread_key=f"demo:{scene.told.key}",
        customer_id=who.customer_id,
        identity_id=who.identity_id,
        html=html_from_text(message.text),
        text=message.text,
        subject=scene.told.subject or "",
        language=scene.told.language,
        envelope={"from": people} if mail else None,
        participants=people,
        files=await _store_files(ctx, scene, message),
    )
    received = await receive_message(ctx, inbound)
    scene.conversation_id, scene.thread_id = received.conversation_id, received.thread_id
    scene.cast.understood.append(
        understand_past(
            ctx,
            scene.runtime,
            inbound,
            received.message_id,
            received.conversation_id,
            received.thread_id,
        )
    )


async def _store_files(ctx: Ctx, scene: _Scene, message: Message) -> list[FileLink]:
    links = []
    for attachment in message.attachments:
        stored = await store_file(
            ctx,
            scene.runtime,
            name=attachment.name,
            data=(FOLDER / "files" / attachment.file).read_bytes(),
            claimed_type="",
            owner_kind="customer",
            owner_id=None,
        )
        links.append(FileLink(stored.id, attachment.name))
    return links


class Author(msgspec.Struct, frozen=True):
    """Who wrote to the shop."""

    customer_id: UUID
    identity_id: UUID
    name: str
    email: str


async def _find_author(ctx: Ctx, scene: _Scene) -> Author:
    told = scene.told
    if told.customer is not None:
        customer_id, identity_id, person = scene.cast.customers[told.customer]
        return Author(customer_id, identity_id, person.name, person.email)
    if told.sender is not None:
        found = await identify_customer(
            ctx, "email", told.sender.email, name=told.sender.name, reason="wrote_mail"
        )
        return Author(found.customer_id, found.identity_id, told.sender.name, told.sender.email)
    found = await identify_customer(
        ctx, "visitor", f"demo:{told.key}", reason="wrote_in_chat", language=told.language
    )
    return Author(found.customer_id, found.identity_id, "", "")


async def _set_up(ctx: Ctx, scene: _Scene) -> None:
    told, cast = scene.told, scene.cast
    assert scene.conversation_id is not None  # noqa: S101 - the first message opened it
    ctx.actor = SYSTEM
    if told.assignee or told.team:
        await assign_conversation(
            ctx,
            scene.conversation_id,
            agent_id=cast.agents[told.assignee] if told.assignee else None,
            team_id=cast.teams[told.team] if told.team else None,
        )
    if told.tags:
        await tag_conversation(
            ctx, scene.conversation_id, add=[cast.tags[key] for key in told.tags], remove=[]
        )
    if told.priority != "normal":
        await change_conversation(ctx, scene.conversation_id, {"priority": PRIORITIES.index(told.priority)})


async def _finish(ctx: Ctx, scene: _Scene) -> None:
    told = scene.told
    assert scene.conversation_id is not None  # noqa: S101 - the first message opened it
    ctx.actor = Actor("agent", scene.cast.agents[told.assignee]) if told.assignee else SYSTEM
    if told.status == "closed":
        await close_conversation(ctx, scene.conversation_id)
    elif told.status == "snoozed":
        ctx.now = scene.now
        until = scene.at(told.snoozed_for or 60)
        await snooze_conversation(ctx, scene.conversation_id, until=until, until_reply=True)
    elif told.status == "spam":
        await mark_spam(ctx, scene.conversation_id)
    # What is older than an hour has been looked at by whoever tries the demo.
    if told.messages[-1].at < -60:
        await mark_read(ctx, scene.conversation_id, scene.cast.agents["maya"])
    if told.rating is not None:
        ctx.now, ctx.actor = scene.at(told.rating.at), Actor("customer")
        await rate_conversation(ctx, scene.conversation_id, told.rating.score, told.rating.comment or "")
