"""Policies: the one in force, and all versions there ever were."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.commerce.policies.defaults import default_terms
from parley.commerce.policies.terms import Terms
from parley.commerce.returns.shapes import ReturnView
from parley.kit.db import Transaction
from parley.kit.errors import NotFound
from parley.kit.http.paging import Page, decode_cursor, encode_cursor

COLUMNS = "id, store_id, version, state, terms, note, made_by, created_at, published_at, ended_at"
IN_FORCE = f"""
SELECT {COLUMNS} FROM policies WHERE workspace_id = $1 AND state = 'published'
  AND (store_id = $2 OR store_id IS NULL) ORDER BY store_id NULLS LAST LIMIT 1
"""


class PolicyView(msgspec.Struct, kw_only=True):
    """A version of a policy: `draft`, `published` (in force) or `ended`. Version 0 stands for the built-in one."""

    id: UUID | None
    store_id: UUID | None
    version: int
    state: str
    terms: Terms
    note: str = ""
    made_by: UUID | None = None
    created_at: datetime | None = None
    published_at: datetime | None = None
    ended_at: datetime | None = None


async def find_policy(tx: Transaction, workspace_id: UUID, store_id: UUID | None) -> PolicyView | None:
    """Gives the policy in force for a store: its own, else the one for all stores."""
    row = await tx.fetchrow(IN_FORCE, workspace_id, store_id)
    return view_policy(row) if row else None


async def policy_for(tx: Transaction, workspace_id: UUID, store_id: UUID) -> PolicyView:
    """Gives the policy in force for a store, or the built-in one; raises NotFound without such a store."""
    found = await find_policy(tx, workspace_id, store_id)
    if found is not None:
        return found
    store = await tx.fetchrow(
        "SELECT currency, time_zone FROM stores WHERE workspace_id = $1 AND id = $2", workspace_id, store_id
    )
    if store is None:
        raise NotFound("store")
    terms = default_terms(store["currency"], store["time_zone"])
    return PolicyView(id=None, store_id=store_id, version=0, state="published", terms=terms)


async def policy_of(tx: Transaction, workspace_id: UUID, found: ReturnView) -> PolicyView:
    """Gives the policy by which a return was decided; raises NotFound without its store."""
    if found.policy_id is not None:
        return await get_policy(tx, workspace_id, found.policy_id)
    return await policy_for(tx, workspace_id, found.store_id)


async def get_policy(tx: Transaction, workspace_id: UUID, policy_id: UUID) -> PolicyView:
    """Gives one version; raises NotFound."""
    row = await tx.fetchrow(
        f"SELECT {COLUMNS} FROM policies WHERE workspace_id = $1 AND id = $2", workspace_id, policy_id
    )
    if row is None:
        raise NotFound("policy")
    return view_policy(row)


async def list_policies(
    tx: Transaction, workspace_id: UUID, limit: int, after: str | None, store_id: UUID | None
) -> Page[PolicyView]:
    """Gives versions, newest first; those of one store, or of all."""
    at, last = decode_cursor(after, datetime, UUID) if after else (None, None)
    rows = await tx.fetch(
        f"""SELECT {COLUMNS} FROM policies WHERE workspace_id = $1 AND ($2::uuid IS NULL OR store_id = $2)
            AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::uuid))
            ORDER BY created_at DESC, id DESC LIMIT $5""",
        workspace_id,
        store_id,
        at,
        last,
        limit + 1,
    )
    found = [view_policy(row) for row in rows]
    more = len(found) > limit
    return Page(
        found[:limit], encode_cursor(found[limit - 1].created_at, found[limit - 1].id) if more else None
    )


def view_policy(row: Any) -> PolicyView:
    """Reads a row."""
    return msgspec.convert(dict(row), PolicyView)
