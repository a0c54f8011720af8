"""What runs by itself in the demo store: its rules, promises and routing, and what they have done lately."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from parley.accounts.actions.settings import create_hours
from parley.app.demo.importing import Cast
from parley.app.demo.people import load_people
from parley.app.demo.standing import Automation, DemoRehearsal, DemoRule, Span, load_automation
from parley.automation.alerts.raising import note_handled, note_seen
from parley.automation.promises.saving import create_sla
from parley.automation.routing.decider import ROUTING
from parley.automation.routing.model import TeamSettings
from parley.automation.routing.queue import enter_queue
from parley.automation.routing.saving import AgentRouting, Shift, save_agent_routing, save_team_routing
from parley.automation.rules.saving import create_rule
from parley.automation.rules.templates import fill_template, find_template, name_of
from parley.kit.clock import FixedClock
from parley.kit.ctx import Ctx
from parley.kit.decisions.executor import decide_and_act, load_config, save_config
from parley.kit.log.fact import Actor, Recorded, load_fact
from parley.kit.runtime import Runtime
from parley.rehearsal.actions import order_rehearsal

LANGUAGE = "en"
REACTION = timedelta(seconds=0.4)
FURIOUS = """
SELECT workspace_id, epoch, xid, seq, id, kind, at, lane, conversation_id, subject_id, actor_kind, actor_id, cause_id,
  depth, data
FROM facts WHERE workspace_id = $1 AND kind = 'MessageUnderstood' AND data ->> 'sentiment' = 'furious' AND at > $2
ORDER BY at
"""


async def add_automation(runtime: Runtime, workspace_id: UUID, cast: Cast, now: datetime) -> None:
    """Sets everything up as it was set up some weeks ago, and lets the rules answer the furious messages since.

    Only those facts are put before the rules, and only the rules are asked: nothing is sent, nobody is told.
    """
    told = load_automation()
    maya = Actor("agent", cast.agents["maya"])
    begun = FixedClock(now - timedelta(days=told.days_ago))
    async with runtime.db.transaction(workspace_id) as tx:
        ctx = Ctx(runtime.db, tx, workspace_id, begun, actor=maya)
        ids = [await _add_rule(runtime, ctx, rule, cast) for rule in told.rules]
        await _add_slas(runtime, ctx, told)
        await _add_routing(ctx, told, cast)
        ctx.forget_jobs()
        await ctx.flush()
        await _ask_rules(runtime, ctx, cast, now - timedelta(days=2))
        late = Ctx(runtime.db, tx, workspace_id, FixedClock(now))
        await enter_queue(late, cast.conversations[told.queued])
        await late.flush()
    # A real one, carried out as a job once the workers run.
    rehearsed = next(n for n, rule in enumerate(told.rules) if rule.template == told.rehearsal.rule)
    async with runtime.ctx(workspace_id, maya) as ctx:
        await _order_rehearsal(runtime, ctx, told.rehearsal, ids[rehearsed], now)


async def _add_rule(runtime: Runtime, ctx: Ctx, rule: DemoRule, cast: Cast) -> UUID:
    template = find_template(rule.template, runtime.catalogue)
    chosen: dict[str, Any] = dict(rule.choices)
    if rule.team is not None:
        chosen["team_id"] = str(cast.teams[rule.team])
    body = await fill_template(ctx, template, chosen, LANGUAGE)
    name = name_of(template, LANGUAGE)
    return await create_rule(ctx, runtime.catalogue, name, body, enabled=rule.enabled, template=rule.template)


def list_periods(span: Span) -> list[dict[str, Any]]:
    """Gives the periods of a week as business hours and shifts have them."""
    return [{"day": day, "from": span.from_, "to": span.to} for day in span.days]


async def _add_slas(runtime: Runtime, ctx: Ctx, told: Automation) -> None:
    hours = told.hours
    hours_id = await create_hours(
        ctx,
        {
            "name": hours.name,
            "time_zone": hours.time_zone,
            "periods": list_periods(hours),
            "holidays": [],
        },
    )
    for sla in told.slas:
        body = {
            "if": {"field": "conversation.channel", "op": "is", "value": [sla.channel]},
            "targets": sla.targets,
            "hours": str(hours_id) if sla.open_only else None,
            "warn_minutes": sla.warn_minutes,
        }
        await create_sla(ctx, runtime.catalogue, sla.name, body)


async def _add_routing(ctx: Ctx, told: Automation, cast: Cast) -> None:
    config = await load_config(ctx, ROUTING)
    skills = [
        {"name": one.name, "intents": one.intents, "tags": [str(cast.tags[key]) for key in one.tags]}
        for one in told.skills
    ]
    await save_config(ctx, ROUTING, enabled=config.enabled, values={**config.values, "skills": skills})
    shifts = {span.agent: span for span in told.shifts}
    for agent in load_people().agents:
        span = shifts.get(agent.key)
        given = AgentRouting(
            capacity=told.capacities.get(agent.key),
            languages=agent.languages,
            skills=[one.name for one in told.skills if agent.key in one.agents],
            time_zone=span.time_zone if span else None,
            shifts=[Shift(day, span.from_, span.to) for day in span.days] if span else [],
        )
        await save_agent_routing(ctx, cast.agents[agent.key], given)
    for team in told.teams:
        overflow = cast.teams[team.overflow] if team.overflow else None
        await save_team_routing(ctx, cast.teams[team.team], TeamSettings(mode=team.mode, overflow=overflow))


async def _ask_rules(runtime: Runtime, whole: Ctx, cast: Cast, since: datetime) -> None:
    """Puts furious messages before the rules at their times; all alerts but the last were seen and taken in hand."""
    decider = runtime.decisions.deciders["rules"]
    told = load_automation()
    rows = await whole.tx.fetch(FURIOUS, whole.workspace_id, since)
    maya = cast.agents["maya"]
    for n, row in enumerate(rows, start=1):
        recorded = Recorded(**row)
        ctx = _at(whole, recorded.at + REACTION, cause=recorded)
        await decide_and_act(runtime.decisions, ctx, decider, load_fact(recorded), recorded)
        ctx.forget_jobs()
        await ctx.flush()
        if n < len(rows):
            await _see_alert(whole, recorded, maya, told.seen_after_seconds + n % 3)


async def _see_alert(whole: Ctx, recorded: Recorded, agent_id: UUID, seconds: float) -> None:
    alert_id = await whole.tx.fetchval(
        "SELECT id FROM alerts WHERE workspace_id = $1 AND message_id = $2",
        whole.workspace_id,
        UUID(recorded.data["message_id"]),
    )
    if alert_id is None:
        return
    for moment, handled in ((timedelta(seconds=seconds), False), (timedelta(seconds=seconds + 40), True)):
        ctx = _at(whole, recorded.at + moment, actor=Actor("agent", agent_id))
        if handled:
            await note_handled(ctx, agent_id, alert_id=alert_id)
        else:
            await note_seen(ctx, alert_id, agent_id)
        ctx.forget_jobs()
        await ctx.flush()


def _at(whole: Ctx, moment: datetime, *, actor: Actor | None = None, cause: Recorded | None = None) -> Ctx:
    """Gives a context of the same transaction at another time."""
    more: dict[str, Any] = {} if actor is None else {"actor": actor}
    if cause is not None:
        more |= {"cause_id": cause.id, "depth": cause.depth + 1}
    return Ctx(whole.db, whole.tx, whole.workspace_id, FixedClock(moment), **more)


async def _order_rehearsal(
    runtime: Runtime, ctx: Ctx, told: DemoRehearsal, rule_id: UUID, now: datetime
) -> None:
    row = await ctx.tx.fetchrow(
        "SELECT name, body FROM rules WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, rule_id
    )
    assert row is not None  # noqa: S101 - made a moment ago
    put = {"id": str(rule_id), "name": row["name"], "enabled": True, "rule": row["body"]}
    begins = now - timedelta(days=told.days)
    await order_rehearsal(ctx, runtime, told.title, {"rules": {"put": [put]}}, begins, now)
