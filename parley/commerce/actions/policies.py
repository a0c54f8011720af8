"""Writing policies: a draft is changed until it is published; what was published stays as it was."""

from uuid import UUID

from parley.commerce.policies.checking import check_terms
from parley.commerce.policies.terms import Terms
from parley.facts.commerce import PolicyPublished
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, Invalid, NotFound
from parley.kit.ids import uuid7

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 16))"


async def save_draft(ctx: Ctx, store_id: UUID | None, terms: Terms, note: str = "") -> UUID:
    """Keeps the draft of a store (or of all stores) and gives its id. Raises Invalid and NotFound."""
    mistakes = check_terms(terms)
    if mistakes:
        raise Invalid("invalid_policy", "Some of the policy is wrong; nothing was saved.", *mistakes)
    await _lock(ctx, store_id)
    if store_id is not None and not await ctx.tx.fetchval(
        "SELECT true FROM stores WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, store_id
    ):
        raise NotFound("store")
    draft = await ctx.tx.fetchval(
        """UPDATE policies SET terms = $3, note = $4, made_by = $5 WHERE workspace_id = $1
           AND store_id IS NOT DISTINCT FROM $2 AND state = 'draft' RETURNING id""",
        ctx.workspace_id,
        store_id,
        terms,
        note,
        ctx.actor.id,
    )
    if draft is not None:
        return draft  # type: ignore[no-any-return]
    policy_id = uuid7()
    await ctx.tx.execute(
        """INSERT INTO policies (workspace_id, id, store_id, version, state, terms, note, made_by, created_at)
           SELECT $1, $2, $3, coalesce(max(version), 0) + 1, 'draft', $4, $5, $6, $7 FROM policies
           WHERE workspace_id = $1 AND store_id IS NOT DISTINCT FROM $3""",
        ctx.workspace_id,
        policy_id,
        store_id,
        terms,
        note,
        ctx.actor.id,
        ctx.now,
    )
    return policy_id


async def publish_policy(ctx: Ctx, policy_id: UUID) -> None:
    """Puts a draft in force; the version before it ends in the same moment. Raises NotFound and Conflict."""
    row = await ctx.tx.fetchrow(
        "SELECT store_id FROM policies WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, policy_id
    )
    if row is None:
        raise NotFound("policy")
    await _lock(ctx, row["store_id"])
    draft = await ctx.tx.fetchrow(
        "SELECT version, state FROM policies WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
        ctx.workspace_id,
        policy_id,
    )
    assert draft is not None  # noqa: S101 - versions are never removed
    if draft["state"] != "draft":
        raise Conflict("not_a_draft", "This version was published before; save a new draft.")
    await ctx.tx.execute(
        """UPDATE policies SET state = 'ended', ended_at = $3 WHERE workspace_id = $1
           AND store_id IS NOT DISTINCT FROM $2 AND state = 'published'""",
        ctx.workspace_id,
        row["store_id"],
        ctx.now,
    )
    await ctx.tx.execute(
        "UPDATE policies SET state = 'published', published_at = $3 WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        policy_id,
        ctx.now,
    )
    ctx.emit(
        PolicyPublished(policy_id=policy_id, store_id=row["store_id"], version=draft["version"], at=ctx.now)
    )


async def _lock(ctx: Ctx, store_id: UUID | None) -> None:
    await ctx.tx.execute(LOCK, f"{ctx.workspace_id}:{store_id}")
