"""Whose mail it is: the customer behind a writer, proven by his address or only named."""

from uuid import UUID

import msgspec

from parley.channels.email.reading import Writer
from parley.customers.actions.editing import name_if_unnamed
from parley.customers.actions.identify import (
    add_identity,
    confirm_identity,
    create_customer,
    find_identity,
    identify_customer,
    lock_identity,
    prove_identity,
)
from parley.customers.identify import identity_key
from parley.kit.ctx import Ctx

WROTE = "wrote_mail"
ANSWERED = "answered_our_mail"
IN_FORM = "left_in_form"
IN_REPLY_TO = "named_in_reply_to"
BY_AGENT = "forwarded_by_agent"
IN_FORWARD = "named_in_forward"
UNPROVEN = "sender_not_authenticated"
UNNAMED = "mail_without_sender"
# Claims that a later mail from the same address makes true. What somebody typed into a chat is not among them:
# that browser may belong to somebody else.
TAKEN_UP = (IN_FORM, IN_REPLY_TO, BY_AGENT, IN_FORWARD)


class Found(msgspec.Struct, frozen=True):
    """The customer and the identity by which he was found."""

    customer_id: UUID
    identity_id: UUID


async def find_customer(ctx: Ctx, writer: Writer, *, reason: str, language: str | None = None) -> Found:
    """Finds or creates the customer behind a writer; a writer who is only named gets an unverified identity."""
    await lock_identity(ctx, "email", writer.address)
    holder = await find_identity(ctx, "email", writer.address)
    if holder is not None and reason != UNPROVEN:
        if writer.proven:
            await confirm_identity(ctx, holder, reason=reason)
        await name_if_unnamed(ctx, holder.customer_id, writer.name)
        return Found(holder.customer_id, holder.identity_id)
    reasons = (UNPROVEN,) if reason == UNPROVEN else TAKEN_UP
    claimed = await _find_claim(ctx, writer.address, reasons)
    if claimed is not None:
        if writer.proven:
            await prove_identity(ctx, claimed.customer_id, "email", writer.address, reason=reason)
        await name_if_unnamed(ctx, claimed.customer_id, writer.name)
        return claimed
    if writer.proven:
        found = await identify_customer(
            ctx, "email", writer.address, name=writer.name, reason=reason, language=language
        )
        return Found(found.customer_id, found.identity_id)
    customer_id = await create_customer(ctx, name=writer.name, language=language)
    identity_id = await add_identity(ctx, customer_id, "email", writer.address, verified=False, reason=reason)
    return Found(customer_id, identity_id)


async def find_nameless_customer(ctx: Ctx, key: str, shown: str) -> Found:
    """Finds or creates the customer of mails that name no sender; `key` is what they have in common."""
    found = await identify_customer(ctx, "mail_source", key, name=shown, reason=UNNAMED)
    return Found(found.customer_id, found.identity_id)


async def _find_claim(ctx: Ctx, address: str, reasons: tuple[str, ...]) -> Found | None:
    row = await ctx.tx.fetchrow(
        """SELECT customer_id, id FROM identities WHERE workspace_id = $1 AND kind = 'email' AND value_key = $2
           AND NOT verified AND reason = ANY($3) ORDER BY id LIMIT 1""",
        ctx.workspace_id,
        identity_key("email", address),
        list(reasons),
    )
    return Found(row["customer_id"], row["id"]) if row else None
