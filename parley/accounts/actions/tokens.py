"""API tokens: issued once in clear, kept as a hash, bounded by their scopes."""

from datetime import datetime
from uuid import UUID

from parley.accounts.actions.auditing import write_audit
from parley.accounts.credentials import hash_secret, make_api_token
from parley.accounts.models import IssuedToken
from parley.accounts.words import parse_name, wrong
from parley.facts.accounts import SettingsChanged
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.ids import uuid7


async def issue_api_token(
    ctx: Ctx, *, name: str, scopes: list[str], known: frozenset[str], expires_at: datetime | None = None
) -> IssuedToken:
    """Issues a token with permissions as `scopes`, all of them out of `known`; raises Invalid."""
    name = parse_name(name)
    unknown = sorted(set(scopes) - known)
    if unknown:
        raise wrong("scopes", f"Unknown or not yours to give: {', '.join(unknown)[:500]}.")
    if not scopes:
        raise wrong("scopes", "Choose at least one.")
    if expires_at is not None and expires_at <= ctx.now:
        raise wrong("expires_at", "This lies in the past.")
    token, token_id = make_api_token(ctx.workspace_id), uuid7()
    created_by = ctx.actor.id if ctx.actor.kind == "agent" else None
    kept = sorted(set(scopes))
    await ctx.tx.execute(
        """INSERT INTO api_tokens (workspace_id, id, name, token_hash, hint, scopes, created_by,
        created_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        ctx.workspace_id,
        token_id,
        name,
        hash_secret(token),
        token[-4:],
        kept,
        created_by,
        ctx.now,
        expires_at,
    )
    ctx.emit(SettingsChanged(record="token", record_id=token_id, act="created"))
    await write_audit(ctx, "token_issued", "token", token_id, scopes=kept, expires_at=expires_at)
    return IssuedToken(
        id=token_id,
        name=name,
        hint=token[-4:],
        scopes=kept,
        created_by=created_by,
        created_at=ctx.now,
        expires_at=expires_at,
        last_used_at=None,
        token=token,
    )


async def revoke_api_token(ctx: Ctx, token_id: UUID) -> None:
    """Revokes a token at once; raises NotFound when it is unknown or revoked already."""
    revoked = await ctx.tx.fetchval(
        """UPDATE api_tokens SET revoked_at = $3
           WHERE workspace_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING id""",
        ctx.workspace_id,
        token_id,
        ctx.now,
    )
    if revoked is None:
        raise NotFound("token")
    ctx.emit(SettingsChanged(record="token", record_id=token_id, act="removed"))
    await write_audit(ctx, "token_revoked", "token", token_id)
