"""(i) Conversations rehearsed in a minute, and whether the same rehearsal gives the same bytes."""

import hashlib
from time import perf_counter

import msgspec

from bench.cast import open_runtime
from bench.report import Goal
from bench.stage import RUNS, Stage
from parley.rehearsal.running import rehearse

CHANGE = {
    "rules": {
        "put": [
            {
                "name": f"Rule {number}",
                "rule": {
                    "when": "message_received",
                    "if": {"all": [{"field": "message.text", "op": "contains", "value": [word]}]},
                    "then": [{"act": "set_priority", "priority": "high"}],
                },
            }
            for number, word in enumerate(
                ("refund", "size", "order", "where", "broken", "thanks", "invoice", "late")
            )
        ]
    }
}


async def measure_rehearsal(stage: Stage) -> None:
    """Rehearses eight rules over the whole history of 10 thousand conversations, on one core."""
    loaded = await stage.loaded("10k")
    runtime = await open_runtime(stage.cluster.dsn(loaded.database), stage.data)
    speeds: list[float] = []
    digests: set[str] = set()
    try:
        workspace_id = loaded.cast.workspace_id
        async with runtime.db.transaction(workspace_id) as tx:
            begins, ends = (
                await tx.fetchval("SELECT min(at) FROM facts WHERE workspace_id = $1", workspace_id),
                await tx.fetchval(
                    "SELECT max(at) + interval '1 second' FROM facts WHERE workspace_id = $1", workspace_id
                ),
            )
        for _ in range(RUNS):
            began = perf_counter()
            async with runtime.ctx(workspace_id) as ctx:
                understander = runtime.parts["understander"]
                report = await rehearse(
                    ctx, runtime.decisions, CHANGE, begins, ends, understander=understander
                )
            speeds.append(report["conversations"]["seen"] / (perf_counter() - began) * 60)
            digests.add(hashlib.sha256(msgspec.json.encode(report)).hexdigest())
    finally:
        await runtime.http.close()
        await runtime.db.close()
    goal = Goal(10_000, at_least=True)
    stage.book.add("rehearsal: conversations a minute", speeds, "a minute", goal=goal)
    same = "gave the same bytes each time" if len(digests) == 1 else f"gave {len(digests)} different reports"
    stage.book.note(f"rehearsal: {RUNS} runs {same}")
