"""Idempotency keys: a write repeated with the same `Idempotency-Key` gives the first answer and acts once.

After the draft "The Idempotency-Key HTTP Header Field" of the IETF HTTPAPI working group.
"""

import hashlib

import msgspec

from parley.kit.ctx import Ctx
from parley.kit.errors import BadInput, Invalid


class Stored(msgspec.Struct, frozen=True):
    """The answer that was given the first time."""

    status: int
    body: bytes


def hash_request(method: str, path: str, body: bytes) -> str:
    """Gives the fingerprint by which a reused key is told from a repeated request."""
    return hashlib.sha256(b"\n".join((method.encode(), path.encode(), body))).hexdigest()


async def claim_key(ctx: Ctx, key: str, fingerprint: str) -> Stored | None:
    """Claims the key for this request, or gives the stored answer of the first one.

    Waits while a request with the same key is under way. Raises BadInput for a key over 200 characters
    and Invalid when the key was used for a different request.
    """
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise BadInput("bad_idempotency_key", "Idempotency-Key takes 1 to 200 printable characters.")
    caller = f"{ctx.actor.kind}:{ctx.actor.id}"
    claimed = await ctx.tx.fetchval(
        """INSERT INTO idempotency_keys (workspace_id, key, caller, request_hash, at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (workspace_id, caller, key) DO NOTHING RETURNING 1""",
        ctx.workspace_id,
        key,
        caller,
        fingerprint,
        ctx.now,
    )
    if claimed:
        return None
    row = await ctx.tx.fetchrow(
        "SELECT request_hash, status, body FROM idempotency_keys WHERE workspace_id = $1 AND caller = $2 AND key = $3",
        ctx.workspace_id,
        caller,
        key,
    )
    if row is None or row["request_hash"] != fingerprint:
        raise Invalid("idempotency_key_reused", "This Idempotency-Key was used for a different request.")
    return Stored(row["status"] or 200, row["body"] or b"")


async def keep_answer(ctx: Ctx, key: str, status: int, body: bytes) -> None:
    """Stores the answer beside the key, in the transaction of the effect."""
    await ctx.tx.execute(
        "UPDATE idempotency_keys SET status = $4, body = $5 WHERE workspace_id = $1 AND caller = $2 AND key = $3",
        ctx.workspace_id,
        f"{ctx.actor.kind}:{ctx.actor.id}",
        key,
        status,
        body,
    )
