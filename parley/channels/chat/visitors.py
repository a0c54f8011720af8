"""Visitors: a browser that chats. Its token is its secret; the customer behind it appears with the first message."""

from datetime import datetime
from uuid import UUID

import msgspec

from parley.channels.chat.frames import Hello, Identity, Page
from parley.channels.model import Channel
from parley.customers.actions.identify import add_identity, find_identity, identify_customer, prove_identity
from parley.kit.ctx import Ctx
from parley.kit.ids import hash_token, make_token, uuid7

VERIFIED_REASON = "signed_in_at_shop"
VISITOR_REASON = "wrote_in_chat"
CLAIM_REASON = "left_in_chat"


class Visitor(msgspec.Struct, kw_only=True):
    """A visitor as a socket knows him."""

    id: UUID
    customer_id: UUID | None
    identity_id: UUID | None
    verified: bool
    thread_id: UUID | None
    conversation_id: UUID | None
    blocked: bool
    token: str
    language: str | None


def visitor_topic(visitor_id: UUID) -> str:
    """Names the topic by which the tabs of a visitor tell each other."""
    return f"v:{visitor_id}"


def become(visitor: Visitor, other: Visitor) -> None:
    """Makes what is known of a visitor the same as `other`."""
    for name in Visitor.__struct_fields__:
        setattr(visitor, name, getattr(other, name))


FIND = """
UPDATE visitors v SET seen_at = $3, page = coalesce($4, v.page), language = coalesce($5, v.language),
  time_zone = coalesce($6, v.time_zone)
FROM (SELECT x.id, t.conversation_id, c.blocked_at IS NOT NULL AS blocked FROM visitors x
      LEFT JOIN threads t ON t.workspace_id = x.workspace_id AND t.id = x.thread_id
      LEFT JOIN customers c ON c.workspace_id = x.workspace_id AND c.id = x.customer_id
      WHERE x.workspace_id = $1 AND x.token_hash = $2 AND x.channel_id = $7) found
WHERE v.workspace_id = $1 AND v.id = found.id
RETURNING v.id, v.customer_id, v.identity_id, v.verified, v.thread_id, v.language, found.conversation_id, found.blocked
"""


async def enter_visitor(ctx: Ctx, channel: Channel, hello: Hello) -> Visitor:
    """Finds the visitor of a token, or makes a new one; an unknown token simply starts afresh."""
    page = hello.page if hello.page and hello.page.url else None
    if hello.token:
        row = await ctx.tx.fetchrow(
            FIND,
            ctx.workspace_id,
            hash_token(hello.token).hex(),
            ctx.now,
            page,
            hello.language,
            hello.zone,
            channel.id,
        )
        if row is not None:
            return Visitor(token=hello.token, **row)
    token = make_token("v", 24)
    visitor_id = uuid7()
    await ctx.tx.execute(
        """INSERT INTO visitors (workspace_id, id, channel_id, token_hash, language, time_zone, page, created_at, seen_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)""",
        ctx.workspace_id,
        visitor_id,
        channel.id,
        hash_token(token).hex(),
        hello.language,
        hello.zone,
        page or Page(),
        ctx.now,
    )
    return Visitor(
        id=visitor_id,
        customer_id=None,
        identity_id=None,
        verified=False,
        thread_id=None,
        conversation_id=None,
        blocked=False,
        token=token,
        language=hello.language,
    )


async def verify_visitor(ctx: Ctx, channel: Channel, visitor: Visitor, identity: Identity) -> None:
    """Joins the visitor to the customer whom the shop vouches for; what he wrote anonymously comes along.

    On a shared device somebody else may sign in: then the visitor starts afresh and nothing is joined.
    """
    account = f"{channel.id}:{identity.id}"
    if visitor.verified and not await _is_same_account(ctx, visitor, account):
        fresh = await enter_visitor(ctx, channel, Hello(language=visitor.language))
        become(visitor, fresh)
    if visitor.customer_id is not None:
        customer_id = await prove_identity(
            ctx, visitor.customer_id, "account", account, reason=VERIFIED_REASON
        )
    else:
        found = await identify_customer(
            ctx, "account", account, name=identity.name, reason=VERIFIED_REASON, language=visitor.language
        )
        customer_id = found.customer_id
    if identity.email:
        customer_id = await prove_identity(ctx, customer_id, "email", identity.email, reason=VERIFIED_REASON)
    holder = await find_identity(ctx, "account", account)
    await _settle(
        ctx, visitor, customer_id, holder.identity_id if holder else visitor.identity_id, verified=True
    )
    if visitor.thread_id is None:
        await _take_up_thread(ctx, channel, visitor)


async def ensure_customer(ctx: Ctx, visitor: Visitor, time_zone: str | None = None) -> None:
    """Gives an anonymous visitor his customer, at his first message."""
    if visitor.customer_id is not None:
        return
    found = await identify_customer(
        ctx, "visitor", str(visitor.id), reason=VISITOR_REASON, language=visitor.language, time_zone=time_zone
    )
    await _settle(ctx, visitor, found.customer_id, found.identity_id, verified=False)


async def claim_email(ctx: Ctx, visitor: Visitor, email: str, name: str) -> None:
    """Notes an address that the visitor left. It is a claim: it opens nothing, answers are copied to it."""
    from parley.customers.actions.editing import name_if_unnamed

    await ensure_customer(ctx, visitor)
    assert visitor.customer_id is not None  # noqa: S101 - set just above
    await add_identity(ctx, visitor.customer_id, "email", email, verified=False, reason=CLAIM_REASON)
    if name:
        await name_if_unnamed(ctx, visitor.customer_id, name)


async def remember_thread(ctx: Ctx, visitor: Visitor, thread_id: UUID, conversation_id: UUID) -> None:
    """Notes where the visitor's messages go."""
    if visitor.thread_id == thread_id:
        visitor.conversation_id = conversation_id
        return
    visitor.thread_id, visitor.conversation_id = thread_id, conversation_id
    await ctx.tx.execute(
        "UPDATE visitors SET thread_id = $3, seen_at = $4 WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        visitor.id,
        thread_id,
        ctx.now,
    )


async def leave(ctx: Ctx, visitor: Visitor, now: datetime) -> None:
    """Notes when the visitor was last here."""
    await ctx.tx.execute(
        "UPDATE visitors SET seen_at = $3 WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        visitor.id,
        now,
    )


async def _is_same_account(ctx: Ctx, visitor: Visitor, account: str) -> bool:
    holder = await find_identity(ctx, "account", account)
    return holder is not None and holder.customer_id == visitor.customer_id


async def _settle(
    ctx: Ctx, visitor: Visitor, customer_id: UUID, identity_id: UUID | None, *, verified: bool
) -> None:
    moved = visitor.customer_id if visitor.customer_id != customer_id else None
    visitor.customer_id, visitor.identity_id = customer_id, identity_id
    visitor.verified = visitor.verified or verified
    await ctx.tx.execute(
        "UPDATE visitors SET customer_id = $3, identity_id = $4, verified = $5 WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        visitor.id,
        customer_id,
        identity_id,
        visitor.verified,
    )
    if moved is not None and visitor.conversation_id is not None:
        from parley.conversations.actions.merging import hand_over, take_over

        await take_over(ctx, moved)
        await hand_over(ctx, visitor.conversation_id, moved, customer_id)


async def _take_up_thread(ctx: Ctx, channel: Channel, visitor: Visitor) -> None:
    row = await ctx.tx.fetchrow(
        """SELECT t.id, t.conversation_id FROM conversations c
           JOIN threads t ON t.workspace_id = c.workspace_id AND t.conversation_id = c.id AND t.channel_id = $3
           JOIN identities i ON i.workspace_id = $1 AND i.id = t.identity_id AND i.customer_id = $2
           WHERE c.workspace_id = $1 AND c.customer_id = $2 AND c.status <> 'spam'
           ORDER BY c.last_message_at DESC, t.last_message_at DESC LIMIT 1""",
        ctx.workspace_id,
        visitor.customer_id,
        channel.id,
    )
    if row is not None:
        await remember_thread(ctx, visitor, row["id"], row["conversation_id"])
