"""Finding or creating the customer behind an identity, with the reason why we believe it."""

from typing import Any
from uuid import UUID

import msgspec

from parley.customers.actions.merging import merge_customers
from parley.customers.identify import HEARSAY, avatar_colour, identity_key
from parley.facts.customers import CustomerCreated, IdentityAdded, IdentityVerified
from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7
from parley.kit.personal import store_personal

ADD = """
WITH old AS (
  SELECT verified FROM identities WHERE workspace_id = $1 AND customer_id = $3 AND kind = $4 AND value_key = $6
), put AS (
  INSERT INTO identities (workspace_id, id, customer_id, kind, value, value_key, verified, reason, created_at, seen_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
  ON CONFLICT (workspace_id, customer_id, kind, value_key) DO UPDATE SET seen_at = excluded.seen_at,
    reason = CASE WHEN excluded.verified AND NOT identities.verified THEN excluded.reason ELSE identities.reason END,
    verified = identities.verified OR excluded.verified
  RETURNING id, verified, xmax = 0 AS added
)
SELECT put.*, (SELECT verified FROM old) AS was_verified FROM put
"""


class Identified(msgspec.Struct, frozen=True):
    """Who it is: the customer, the identity by which he was found, whether he is new or blocked."""

    customer_id: UUID
    identity_id: UUID
    new: bool
    blocked: bool
    language: str | None
    reason: str


async def find_identity(ctx: Ctx, kind: str, value: str) -> Identified | None:
    """Finds the customer who holds a verified identity."""
    row = await ctx.tx.fetchrow(
        """SELECT i.customer_id, i.id AS identity_id, c.blocked_at IS NOT NULL AS blocked, c.language, i.reason
           FROM identities i JOIN customers c ON c.workspace_id = i.workspace_id AND c.id = i.customer_id
           WHERE i.workspace_id = $1 AND i.kind = $2 AND i.value_key = $3 AND i.verified""",
        ctx.workspace_id,
        kind,
        identity_key(kind, value),
    )
    return Identified(new=False, **row) if row else None


async def identify_customer(
    ctx: Ctx,
    kind: str,
    value: str,
    *,
    name: str = "",
    reason: str,
    language: str | None = None,
    time_zone: str | None = None,
) -> Identified:
    """Gives the customer behind a proven identity, creating customer and identity when they are new.

    Two processes that meet the same newcomer agree: one waits for the other and takes what it made.
    """
    found = await find_identity(ctx, kind, value)
    if found is not None:
        return found
    await lock_identity(ctx, kind, value)
    found = await find_identity(ctx, kind, value)
    if found is not None:
        return found
    customer_id = await create_customer(ctx, name=name, language=language, time_zone=time_zone)
    identity_id = await add_identity(ctx, customer_id, kind, value, verified=True, reason=reason)
    return Identified(customer_id, identity_id, True, False, language, reason)


async def lock_identity(ctx: Ctx, kind: str, value: str) -> None:
    """Lets one transaction at a time decide whose an identity is."""
    await ctx.tx.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
        f"{ctx.workspace_id}:{kind}:{identity_key(kind, value)}",
    )


async def create_customer(
    ctx: Ctx,
    *,
    name: str = "",
    language: str | None = None,
    time_zone: str | None = None,
    country: str | None = None,
) -> UUID:
    """Creates a customer; the name becomes a personal value."""
    customer_id = uuid7()
    name_id = await store_personal(ctx, "customer", customer_id, "name", name) if name else None
    fields: dict[str, Any] = {
        "name_id": name_id,
        "language": language,
        "time_zone": time_zone,
        "country": country,
        "vip": False,
        "blocked_at": None,
        "merged_into_id": None,
        "note_id": None,
    }
    await ctx.tx.execute(
        """INSERT INTO customers (workspace_id, id, name_id, language, time_zone, country, avatar_colour,
                                  created_at, seen_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)""",
        ctx.workspace_id,
        customer_id,
        name_id,
        language,
        time_zone,
        country,
        avatar_colour(customer_id),
        ctx.now,
    )
    ctx.emit(CustomerCreated(customer_id=customer_id, fields=fields))
    return customer_id


async def add_identity(
    ctx: Ctx, customer_id: UUID, kind: str, value: str, *, verified: bool, reason: str
) -> UUID:
    """Adds an identity to a customer, or gives the one he has; a claim never replaces a proof."""
    row = await ctx.tx.fetchrow(
        ADD,
        ctx.workspace_id,
        uuid7(),
        customer_id,
        kind,
        value.strip(),
        identity_key(kind, value),
        verified,
        reason,
        ctx.now,
    )
    assert row is not None  # noqa: S101 - INSERT … DO UPDATE always gives a row
    identity_id: UUID = row["id"]
    if row["added"]:
        ctx.emit(
            IdentityAdded(
                customer_id=customer_id, identity_id=identity_id, kind=kind, verified=verified, reason=reason
            )
        )
    elif row["verified"] and not row["was_verified"]:
        ctx.emit(IdentityVerified(customer_id=customer_id, identity_id=identity_id, reason=reason))
    return identity_id


async def prove_identity(ctx: Ctx, customer_id: UUID, kind: str, value: str, *, reason: str) -> UUID:
    """Turns a claim into a proof; gives the customer who holds the identity afterwards.

    When another customer already holds it, the claimant was him all along: his identities move there.
    """
    await lock_identity(ctx, kind, value)
    holder = await find_identity(ctx, kind, value)
    if holder is None:
        identity_id = await add_identity(ctx, customer_id, kind, value, verified=False, reason=reason)
        await ctx.tx.execute(
            "UPDATE identities SET verified = true, reason = $3 WHERE workspace_id = $1 AND id = $2",
            ctx.workspace_id,
            identity_id,
            reason,
        )
        ctx.emit(IdentityVerified(customer_id=customer_id, identity_id=identity_id, reason=reason))
        return customer_id
    await confirm_identity(ctx, holder, reason=reason)
    if holder.customer_id != customer_id:
        await _join(ctx, customer_id, holder.customer_id, reason)
    return holder.customer_id


async def _join(ctx: Ctx, claimant: UUID, holder: UUID, reason: str) -> None:
    """Merges the claimant into the holder, unless he is part of somebody already: then nothing is left to move."""
    gone = await ctx.tx.fetchval(
        "SELECT merged_into_id IS NOT NULL FROM customers WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        claimant,
    )
    if not gone:
        await merge_customers(ctx, claimant, holder, reason=reason, automatic=True)


async def confirm_identity(ctx: Ctx, known: Identified, *, reason: str) -> None:
    """Notes that an address which an agent entered, or wrote to, has been proven by whoever has it."""
    if known.reason not in HEARSAY:
        return
    await ctx.tx.execute(
        "UPDATE identities SET reason = $3 WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        known.identity_id,
        reason,
    )
    ctx.emit(IdentityVerified(customer_id=known.customer_id, identity_id=known.identity_id, reason=reason))
