"""Shoppers at the portal: proved by order number and address, or by a code that was sent to the address."""

import secrets
from datetime import timedelta
from uuid import UUID

import msgspec

from parley.commerce.mirroring import email_key
from parley.commerce.portal.codes import FIELD, JOB, Code
from parley.kit.ctx import Ctx
from parley.kit.db import Transaction
from parley.kit.ids import hash_token, is_same_secret, make_token, uuid7
from parley.kit.secrets import SecretBox

LASTS = timedelta(hours=1)
CODE_LASTS = timedelta(minutes=10)
TRIES = 5
ORDER = """
SELECT id FROM orders WHERE workspace_id = $1 AND store_id = $2 AND number = ANY($3) AND email_key = $4
  AND deleted_at IS NULL ORDER BY placed_at DESC LIMIT 1
"""
KNOWN = """
SELECT EXISTS (SELECT 1 FROM orders WHERE workspace_id = $1 AND store_id = $2 AND email_key = $3 AND deleted_at IS NULL)
"""
INSERT = """
INSERT INTO portal_sessions (workspace_id, id, store_id, email_key, order_id, token_hash, code_hash, language,
  created_at, expires_at, proved_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""


class Shopper(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in: an address at a store; with `order_id` this one order is all he may see."""

    session_id: UUID
    workspace_id: UUID
    store_id: UUID
    email_key: str
    order_id: UUID | None
    token: str

    @property
    def csrf(self) -> str:
        """What his forms carry, so that no other page can send them."""
        return hash_token(f"portal form {self.token}").hex()


class Shopfront(msgspec.Struct, frozen=True, kw_only=True):
    """The store a page belongs to; `key` is how its address names it."""

    workspace_id: UUID
    store_id: UUID
    key: str
    name: str
    slug: str
    language: str
    time_zone: str


async def find_shopfront(tx: Transaction, key: str) -> Shopfront | None:
    """Finds a store by its id, or the first store of a workspace by its slug; needs the scope of all workspaces."""
    try:
        store_id, slug = UUID(key), ""
    except ValueError:
        store_id, slug = None, key
    row = await tx.fetchrow(
        """SELECT s.workspace_id, s.id AS store_id, s.name, w.slug, w.language, s.time_zone FROM stores s
           JOIN workspaces w ON w.workspace_id = s.workspace_id
           JOIN connections c ON c.workspace_id = s.workspace_id AND c.id = s.id AND c.deleted_at IS NULL
           WHERE s.id = $1 OR $1::uuid IS NULL AND w.slug = $2 ORDER BY s.created_at, s.id LIMIT 1""",
        store_id,
        slug,
    )
    return Shopfront(key=key, **row) if row else None


async def open_by_order(ctx: Ctx, store_id: UUID, number: str, email: str, language: str) -> str | None:
    """Opens a session for one order and gives its token; None when number and address do not belong together."""
    key = email_key(email[:320])
    bare = number.strip().lstrip("#")[:60]
    spellings = [bare, f"#{bare}", bare.upper(), f"#{bare.upper()}"]
    order_id = await ctx.tx.fetchval(ORDER, ctx.workspace_id, store_id, spellings, key)
    if order_id is None or key is None:
        return None
    token = make_token("portal", 32)
    await ctx.tx.execute(
        INSERT,
        ctx.workspace_id,
        uuid7(),
        store_id,
        key,
        order_id,
        hash_token(token).hex(),
        None,
        language,
        ctx.now,
        ctx.now + LASTS,
        ctx.now,
    )
    return token


async def ask_code(ctx: Ctx, box: SecretBox, shop: Shopfront, email: str, language: str) -> UUID:
    """Has a code sent to an address that has orders; whoever asks learns nothing of whether it has."""
    key = email_key(email[:320]) or ""
    session_id = uuid7()
    code = f"{secrets.randbelow(1_000_000):06d}"
    await ctx.tx.execute(
        INSERT,
        ctx.workspace_id,
        session_id,
        shop.store_id,
        key,
        None,
        None,
        _hash(session_id, code),
        language,
        ctx.now,
        ctx.now + CODE_LASTS,
        None,
    )
    if await ctx.tx.fetchval(KNOWN, ctx.workspace_id, shop.store_id, key):
        told = Code(
            request_id=session_id,
            workspace_id=ctx.workspace_id,
            store_id=shop.store_id,
            shop=shop.name,
            to=email.strip(),
            code=code,
            language=language,
        )
        sealed = box.seal(msgspec.json.encode(told), owner=session_id, field=FIELD)
        ctx.defer(JOB, {"session_id": session_id, "sealed": sealed.hex()})
    return session_id


async def open_by_code(ctx: Ctx, store_id: UUID, session_id: UUID, code: str) -> str | None:
    """Opens the session a code was sent for and gives its token; None for a wrong, old or worn-out code.

    Every try counts, so the caller must commit in either case.
    """
    row = await ctx.tx.fetchrow(
        """UPDATE portal_sessions SET tries = tries + 1 WHERE workspace_id = $1 AND id = $2 AND store_id = $3
             AND code_hash IS NOT NULL AND expires_at > $4 AND tries < $5 RETURNING code_hash""",
        ctx.workspace_id,
        session_id,
        store_id,
        ctx.now,
        TRIES,
    )
    digits = "".join(letter for letter in code if letter.isdigit())[:12]
    if row is None or not is_same_secret(row["code_hash"], _hash(session_id, digits)):
        return None
    token = make_token("portal", 32)
    await ctx.tx.execute(
        """UPDATE portal_sessions SET token_hash = $3, code_hash = NULL, proved_at = $4, expires_at = $5
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        session_id,
        hash_token(token).hex(),
        ctx.now,
        ctx.now + LASTS,
    )
    return token


async def find_shopper(ctx: Ctx, store_id: UUID, token: str) -> Shopper | None:
    """Gives who holds a token of this store that is still good."""
    if not token or len(token) > 200:
        return None
    row = await ctx.tx.fetchrow(
        """SELECT id, email_key, order_id FROM portal_sessions WHERE workspace_id = $1 AND store_id = $2
           AND token_hash = $3 AND expires_at > $4 AND proved_at IS NOT NULL""",
        ctx.workspace_id,
        store_id,
        hash_token(token).hex(),
        ctx.now,
    )
    if row is None:
        return None
    return Shopper(
        session_id=row["id"],
        workspace_id=ctx.workspace_id,
        store_id=store_id,
        email_key=row["email_key"],
        order_id=row["order_id"],
        token=token,
    )


async def end_session(ctx: Ctx, shopper: Shopper) -> None:
    """Signs somebody out."""
    await ctx.tx.execute(
        "DELETE FROM portal_sessions WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        shopper.session_id,
    )


def _hash(session_id: UUID, code: str) -> str:
    return hash_token(f"{session_id}:{code}").hex()
