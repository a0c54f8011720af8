"""Decisions: stored once per fact and decider, carried out once, explained, bounded, undone."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from parley.kit.ctx import Ctx
from parley.kit.db import Database
from parley.kit.decisions.executor import (
    MAX_DEPTH,
    decide_and_act,
    load_config,
    save_config,
    undo_decision,
)
from parley.kit.decisions.registry import Act, Config, Decider, Decision, DecisionRegistry, Reason, act_key
from parley.kit.errors import Conflict, NotFound
from parley.kit.ids import uuid7
from parley.kit.log.cursor import START
from parley.kit.log.fact import Actor, Fact, Recorded
from parley.kit.log.read import read_workspace
from parley.kit.runtime import Runtime
from tests.kit.deeds import Answered, Probed, deeds, tell
from tests.kit.test_readers import catch_up, parked

WORKSPACE = uuid7()
DEFAULTS = {"times": 2}


async def load(_: Ctx, fact: Fact, recorded: Recorded) -> Fact | None:
    """Gives the fact itself; odd numbers are nobody's business."""
    assert recorded.kind in ("Probed", "Answered")
    return None if getattr(fact, "n", 0) % 2 else fact


def decide(fact: Fact, _: Any, config: Config, now: datetime) -> Decision:
    """Answers as often as it is told to."""
    assert isinstance(fact, Probed | Answered)
    args = {"conversation_id": str(fact.conversation_id), "n": fact.n, "at": now.isoformat()}
    return Decision(
        acts=[Act("answer", args)] * config.values["times"],
        reasons=[Reason("test.even", {"n": fact.n})],
        facts_used={"n": fact.n},
        keep=fact.n == 100,
    )


DECIDER = Decider("even", (Probed,), load, decide, DEFAULTS)


def register(runtime: Runtime, decider: Decider = DECIDER) -> DecisionRegistry:
    """Registers the decider with an act that writes a deed and tells a fact."""
    registry = runtime.decisions

    async def answer(ctx: Ctx, args: dict[str, Any], key: str) -> dict[str, Any]:
        subject = UUID(args["conversation_id"])
        await ctx.tx.execute(
            "INSERT INTO deeds (who, subject, n, note) VALUES ('answer', $1, $2, $3)", subject, args["n"], key
        )
        ctx.emit(Answered(conversation_id=subject, n=args["n"]))
        return {"before": args["n"] - 1}

    async def take_back(ctx: Ctx, args: dict[str, Any], result: dict[str, Any]) -> None:
        await ctx.tx.execute(
            "INSERT INTO deeds (who, subject, n) VALUES ('undo', $1, $2)",
            UUID(args["conversation_id"]), result["before"],
        )  # fmt: skip

    async def other(ctx: Ctx, _: dict[str, Any], __: str) -> dict[str, Any]:
        return {}

    registry.add_decider(decider)
    registry.add_act("answer", answer, take_back)
    registry.add_act("final", other)

    async def handle(ctx: Ctx, fact: Fact, recorded: Recorded) -> None:
        await decide_and_act(registry, ctx, decider, fact, recorded)

    runtime.readers.subscribe("deciders", handle, *decider.kinds)
    return registry


async def facts(database: Database) -> list[Recorded]:
    """Reads the whole log."""
    async with database.transaction(WORKSPACE) as tx:
        return await read_workspace(tx, WORKSPACE, START, epoch=1, own=True)


async def decisions(database: Database) -> list[Any]:
    """Gives the stored decisions."""
    async with database.transaction(WORKSPACE) as tx:
        return await tx.fetch("SELECT * FROM decisions ORDER BY at, id")


async def test_a_decision_is_stored_with_its_reasons_and_carried_out_under_keys(
    runtime: Runtime, own_db: Database
) -> None:
    register(runtime)
    subject = uuid7()
    await tell(runtime, WORKSPACE, subject, 2, 3)
    await catch_up(runtime)
    (stored,) = await decisions(own_db)
    asked = next(fact for fact in await facts(own_db) if fact.kind == "Probed")
    assert (stored["fact_id"], stored["decider"], stored["version"]) == (asked.id, "even", 0)
    assert stored["conversation_id"] == subject
    assert stored["reasons"] == [{"key": "test.even", "values": {"n": 2}}]
    assert stored["facts"] == {"n": 2}
    done = await deeds(own_db)
    assert [row["note"] for row in done] == [act_key(asked.id, "even", 0), act_key(asked.id, "even", 1)]
    caused = [fact for fact in await facts(own_db) if fact.kind == "Answered"]
    assert [(f.actor_kind, f.actor_id, f.cause_id, f.depth) for f in caused] == [
        ("decider", stored["id"], stored["id"], 1)
    ] * 2
    async with own_db.transaction(WORKSPACE) as tx:
        acts = await tx.fetch("SELECT position, act, state, result FROM decision_acts ORDER BY position")
    assert [tuple(row) for row in acts] == [(n, "answer", "done", {"before": 1}) for n in (0, 1)]


async def test_the_same_fact_is_decided_on_once_whatever_the_version(
    runtime: Runtime, own_db: Database
) -> None:
    registry = register(runtime)
    await tell(runtime, WORKSPACE, uuid7(), 2)
    await catch_up(runtime)
    (asked,) = [fact for fact in await facts(own_db) if fact.kind == "Probed"]
    async with runtime.ctx(WORKSPACE) as ctx:
        await save_config(ctx, DECIDER, enabled=True, values={"times": 5})
    for _ in range(2):
        async with runtime.ctx(WORKSPACE) as ctx:
            await decide_and_act(registry, ctx, DECIDER, Probed(conversation_id=uuid7(), n=2), asked)
    assert len(await decisions(own_db)) == 1
    assert len(await deeds(own_db)) == 2


async def test_two_processes_that_meet_one_fact_act_once(runtime: Runtime, own_db: Database) -> None:
    registry = register(runtime)
    runtime.readers.handlers.clear()
    await tell(runtime, WORKSPACE, uuid7(), 4)
    (asked,) = await facts(own_db)

    async def meet() -> None:
        async with runtime.ctx(WORKSPACE) as ctx:
            await decide_and_act(registry, ctx, DECIDER, Probed(conversation_id=uuid7(), n=4), asked)

    await asyncio.gather(*(meet() for _ in range(8)))
    assert len(await decisions(own_db)) == 1
    assert len(await deeds(own_db)) == 2


async def test_configurations_are_versions_and_may_be_off(runtime: Runtime, own_db: Database) -> None:
    register(runtime)
    async with runtime.ctx(WORKSPACE, Actor("agent", uuid7())) as ctx:
        assert await load_config(ctx, DECIDER) == Config(0, True, DEFAULTS)
        assert await save_config(ctx, DECIDER, enabled=True, values={"times": 1}) == Config(
            1, True, {"times": 1}
        )
        assert (await save_config(ctx, DECIDER, enabled=False, values={})).version == 2
    await tell(runtime, WORKSPACE, uuid7(), 2)
    await catch_up(runtime)
    assert await decisions(own_db) == []
    async with runtime.ctx(WORKSPACE) as ctx:
        assert (await load_config(ctx, DECIDER)).enabled is False
        await save_config(ctx, DECIDER, enabled=True, values={"times": 1})
    await tell(runtime, WORKSPACE, uuid7(), 2)
    await catch_up(runtime)
    assert [row["version"] for row in await decisions(own_db)] == [3]


async def test_to_do_nothing_is_kept_only_when_it_matters(runtime: Runtime, own_db: Database) -> None:
    register(runtime)
    async with runtime.ctx(WORKSPACE) as ctx:
        await save_config(ctx, DECIDER, enabled=True, values={"times": 0})
    await tell(runtime, WORKSPACE, uuid7(), 2, 100)
    await catch_up(runtime)
    assert [row["facts"] for row in await decisions(own_db)] == [{"n": 100}]
    assert await deeds(own_db) == []


async def test_a_chain_that_feeds_itself_ends(runtime: Runtime, own_db: Database) -> None:
    endless = Decider("endless", (Probed, Answered), load, decide, {"times": 1})
    register(runtime, endless)
    await tell(runtime, WORKSPACE, uuid7(), 2)
    await catch_up(runtime)
    assert max(fact.depth for fact in await facts(own_db)) == MAX_DEPTH
    assert len(await deeds(own_db)) == MAX_DEPTH


async def test_an_act_that_fails_takes_its_decision_along(runtime: Runtime, own_db: Database) -> None:
    register(runtime)
    broken = True
    answer = runtime.decisions.acts["answer"].perform

    async def sometimes(ctx: Ctx, args: dict[str, Any], key: str) -> dict[str, Any]:
        found = await answer(ctx, args, key)
        if broken and key.endswith(":1"):
            raise ValueError("not now")
        return found

    del runtime.decisions.acts["answer"]
    runtime.decisions.add_act("answer", sometimes)
    await tell(runtime, WORKSPACE, uuid7(), 2)
    await catch_up(runtime)
    assert await decisions(own_db) == []
    assert await deeds(own_db) == []
    (entry,) = await parked(own_db)
    broken = False
    from parley.kit.log.readers import retry_failed_fact

    async with runtime.ctx(WORKSPACE) as ctx:
        assert await retry_failed_fact(runtime, ctx, entry)
    assert len(await deeds(own_db)) == 2


async def test_undoing_goes_backwards_and_happens_once(runtime: Runtime, own_db: Database) -> None:
    registry = register(runtime)
    subject = uuid7()
    await tell(runtime, WORKSPACE, subject, 6)
    await catch_up(runtime)
    (stored,) = await decisions(own_db)
    async with runtime.ctx(WORKSPACE) as ctx:
        assert await undo_decision(registry, ctx, stored["id"]) == ["answer", "answer"]
    assert [row["n"] for row in await deeds(own_db, "undo")] == [5, 5]
    async with own_db.transaction(WORKSPACE) as tx:
        assert await tx.fetchval("SELECT bool_and(state = 'undone') FROM decision_acts")
    with pytest.raises(Conflict):
        async with runtime.ctx(WORKSPACE) as ctx:
            await undo_decision(registry, ctx, stored["id"])
    with pytest.raises(NotFound):
        async with runtime.ctx(uuid7()) as ctx:
            await undo_decision(registry, ctx, stored["id"])


def test_names_are_taken_once() -> None:
    registry = DecisionRegistry()
    registry.add_decider(DECIDER)
    with pytest.raises(ValueError, match="two deciders"):
        registry.add_decider(DECIDER)
    registry.add_act("x", lambda *_: None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="two acts"):
        registry.add_act("x", lambda *_: None)  # type: ignore[arg-type]
