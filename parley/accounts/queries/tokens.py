"""Asking for API tokens."""

from uuid import UUID

from parley.accounts.models import IssuedToken
from parley.kit.db import Transaction, rows_as
from parley.kit.http.paging import Page, encode_cursor


async def list_api_tokens(
    tx: Transaction, workspace_id: UUID, *, after: UUID | None = None, limit: int = 200
) -> Page[IssuedToken]:
    """Lists the tokens that are not revoked, without the tokens themselves, in the order of issue."""
    rows = await tx.fetch(
        """SELECT id, name, hint, scopes, created_by, created_at, expires_at, used_at AS last_used_at
           FROM api_tokens WHERE workspace_id = $1 AND revoked_at IS NULL AND ($2::uuid IS NULL OR id > $2)
           ORDER BY id LIMIT $3""",
        workspace_id,
        after,
        limit + 1,
    )
    tokens = rows_as(IssuedToken, rows[:limit])
    return Page(tokens, encode_cursor(tokens[-1].id) if len(rows) > limit else None)
