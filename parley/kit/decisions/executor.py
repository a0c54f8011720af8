"""The one executor: stores a decision, then carries out its acts, once each."""

from typing import Any
from uuid import UUID

import structlog

from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Act, Config, Decider, Decision, DecisionRegistry, act_key
from parley.kit.decisions.undoing import take_back
from parley.kit.errors import ParleyError
from parley.kit.ids import uuid7
from parley.kit.log.fact import Actor, Fact, Recorded

log = structlog.get_logger("decisions")
MAX_DEPTH = 8


async def load_config(ctx: Ctx, decider: Decider) -> Config:
    """Gives the newest configuration of a decider, or its defaults as version 0."""
    row = await ctx.tx.fetchrow(
        """SELECT version, enabled, config FROM decider_configs
           WHERE workspace_id = $1 AND decider = $2 ORDER BY version DESC LIMIT 1""",
        ctx.workspace_id,
        decider.name,
    )
    if row is None:
        return Config(0, True, decider.defaults)
    return Config(row["version"], row["enabled"], {**decider.defaults, **row["config"]})


async def decide_and_act(
    registry: DecisionRegistry, ctx: Ctx, decider: Decider, fact: Fact, recorded: Recorded
) -> None:
    """Lets one decider look at one fact and carries out what it decides. Facts too deep in a chain are left alone."""
    if recorded.depth >= MAX_DEPTH:
        log.warning("chain too long, decider not asked", decider=decider.name, fact=recorded.kind)
        return
    snapshot = await decider.load(ctx, fact, recorded)
    if snapshot is None:
        return
    config = await load_config(ctx, decider)
    if not config.enabled:
        return
    decision = decider.decide(fact, snapshot, config, ctx.now)
    if not decision.acts and not decision.keep:
        return
    decision_id = await store_decision(ctx, decider.name, config.version, recorded, decision)
    if decision_id is not None:
        if decider.note is not None:
            await decider.note(ctx, recorded, decision)
        await perform_acts(registry, ctx, decider.name, decision_id, recorded.id, decision.acts)


async def store_decision(
    ctx: Ctx, decider: str, version: int, recorded: Recorded, decision: Decision
) -> UUID | None:
    """Stores the decision; None when this decider has already decided on this fact."""
    return await ctx.tx.fetchval(  # type: ignore[no-any-return]
        """INSERT INTO decisions
             (workspace_id, id, fact_id, decider, version, conversation_id, reasons, facts, acts, at, chain)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
             coalesce((SELECT d.chain FROM decisions d WHERE d.workspace_id = $1 AND d.id = $11), '{}') || $12::text[])
           ON CONFLICT (workspace_id, fact_id, decider) DO NOTHING RETURNING id""",
        ctx.workspace_id,
        uuid7(),
        recorded.id,
        decider,
        version if decision.version is None else decision.version,
        recorded.conversation_id or decision.conversation_id,
        decision.reasons,
        decision.facts_used,
        decision.acts,
        ctx.now,
        cause_of(recorded),
        decision.links,
    )


async def load_chain(ctx: Ctx, recorded: Recorded) -> frozenset[str]:
    """Gives what has fired in the chain of decisions that led to a fact; empty where no decider caused it."""
    decision_id = cause_of(recorded)
    if decision_id is None:
        return frozenset()
    chain = await ctx.tx.fetchval(
        "SELECT chain FROM decisions WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, decision_id
    )
    return frozenset(chain or ())


def cause_of(recorded: Recorded) -> UUID | None:
    """Gives the decision that a fact follows from: one that was carried out, or one that a person took back."""
    if recorded.actor_kind == "decider":
        return recorded.actor_id
    return recorded.cause_id if recorded.actor_kind in ("agent", "token") else None


async def perform_acts(
    registry: DecisionRegistry, ctx: Ctx, decider: str, decision_id: UUID, fact_id: UUID, acts: list[Act]
) -> None:
    """Carries out the acts in order; the facts they cause name the decision as their cause.

    An act that is refused (its agent is gone, the conversation was merged) is recorded as failed with the sentence
    that says why; the others are carried out. Anything else that goes wrong ends the whole, to be tried again.
    """
    actor, cause = ctx.actor, ctx.cause_id
    ctx.actor, ctx.cause_id = Actor("decider", decision_id), decision_id
    try:
        for position, act in enumerate(acts):
            state, result = await _perform(registry, ctx, act, act_key(fact_id, decider, position))
            await ctx.tx.execute(
                """INSERT INTO decision_acts (workspace_id, decision_id, position, act, state, result, at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING""",
                ctx.workspace_id,
                decision_id,
                position,
                act.name,
                state,
                result,
                ctx.now,
            )
    finally:
        ctx.actor, ctx.cause_id = actor, cause


async def _perform(registry: DecisionRegistry, ctx: Ctx, act: Act, key: str) -> tuple[str, dict[str, Any]]:
    try:
        async with ctx.attempt():
            return "done", await registry.acts[act.name].perform(ctx, act.args, key)
    except ParleyError as refusal:
        log.info("act refused", act=act.name, code=refusal.code)
        return "failed", {"code": refusal.code, "detail": refusal.detail}


async def undo_decision(registry: DecisionRegistry, ctx: Ctx, decision_id: UUID) -> list[str]:
    """Undoes what a decision did and gives the names of the acts undone; see `undoing.take_back`."""
    return (await take_back(registry, ctx, decision_id)).acts


async def save_config(ctx: Ctx, decider: Decider, *, enabled: bool, values: dict[str, Any]) -> Config:
    """Stores a new version of a decider's configuration; older versions stay, decisions name theirs."""
    row = await ctx.tx.fetchrow(
        """INSERT INTO decider_configs (workspace_id, decider, version, enabled, config, created_by, at)
           SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5, $6 FROM decider_configs
           WHERE workspace_id = $1 AND decider = $2
           RETURNING version""",
        ctx.workspace_id,
        decider.name,
        enabled,
        values,
        ctx.actor.id,
        ctx.now,
    )
    assert row is not None  # noqa: S101 - INSERT … RETURNING gives a row
    return Config(row["version"], enabled, {**decider.defaults, **values})
