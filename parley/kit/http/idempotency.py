"""Idempotency keys: a write repeated with the same `Idempotency-Key` gives the first answer and acts once.

After the draft "The Idempotency-Key HTTP Header Field" of the IETF HTTPAPI working group.
"""

import hashlib
from datetime import timedelta
from typing import Any

import msgspec
from litestar import Response

from parley.kit.ctx import Ctx
from parley.kit.errors import BadInput, Conflict, Invalid
from parley.kit.secrets import SecretBox

ANSWER = "idempotent answer"
ABANDONED = timedelta(minutes=10)
"""After this long a claim without an answer belongs to a process that has died."""


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
    _check_key(key)
    caller = _caller(ctx)
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
    row = await _read(ctx, key, fingerprint)
    return Stored(row["status"] or 200, row["body"] or b"")


async def claim_for_long(ctx: Ctx, key: str, fingerprint: str) -> Stored | None:
    """Claims the key for a request of several transactions, or gives the stored answer of the first one.

    Does not wait: raises Conflict while a request with the same key is under way, else as `claim_key`.
    """
    _check_key(key)
    claimed = await ctx.tx.fetchval(
        """INSERT INTO idempotency_keys AS k (workspace_id, key, caller, request_hash, at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (workspace_id, caller, key) DO UPDATE SET at = excluded.at
             WHERE k.status IS NULL AND k.request_hash = excluded.request_hash AND k.at < $6 RETURNING 1""",
        ctx.workspace_id,
        key,
        _caller(ctx),
        fingerprint,
        ctx.now,
        ctx.now - ABANDONED,
    )
    if claimed:
        return None
    row = await _read(ctx, key, fingerprint)
    if row["status"] is None:
        raise Conflict(
            "request_under_way", "A request with this Idempotency-Key is under way; ask again in a moment."
        )
    return Stored(row["status"], row["body"] or b"")


async def drop_claim(ctx: Ctx, key: str) -> None:
    """Gives back a claim that came to nothing, so that the request may be tried again."""
    await ctx.tx.execute(
        "DELETE FROM idempotency_keys WHERE workspace_id = $1 AND caller = $2 AND key = $3 AND status IS NULL",
        ctx.workspace_id,
        _caller(ctx),
        key,
    )


async def keep_answer(ctx: Ctx, key: str, status: int, body: bytes) -> None:
    """Stores the answer beside the key, in the transaction of the effect."""
    await ctx.tx.execute(
        "UPDATE idempotency_keys SET status = $4, body = $5 WHERE workspace_id = $1 AND caller = $2 AND key = $3",
        ctx.workspace_id,
        _caller(ctx),
        key,
        status,
        body,
    )


def build_replay(box: SecretBox, key: str, stored: Stored) -> Response[bytes]:
    """Builds the answer to a repeated request."""
    return Response(
        box.open(stored.body, owner=key, field=ANSWER) if stored.body else b"",
        status_code=stored.status,
        media_type="application/json",
        headers={"Idempotency-Replayed": "true"},
    )


async def _read(ctx: Ctx, key: str, fingerprint: str) -> Any:
    row = await ctx.tx.fetchrow(
        "SELECT request_hash, status, body FROM idempotency_keys WHERE workspace_id = $1 AND caller = $2 AND key = $3",
        ctx.workspace_id,
        _caller(ctx),
        key,
    )
    if row is None or row["request_hash"] != fingerprint:
        raise Invalid("idempotency_key_reused", "This Idempotency-Key was used for a different request.")
    return row


def _check_key(key: str) -> None:
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise BadInput("bad_idempotency_key", "Idempotency-Key takes 1 to 200 printable characters.")


def _caller(ctx: Ctx) -> str:
    return f"{ctx.actor.kind}:{ctx.actor.id}"
