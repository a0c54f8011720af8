"""Escalation: what an SLA has done when a promise is warned of or broken, while it still stands."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.automation.promises.model import Sla, parse_sla
from parley.automation.promises.vocabulary import is_broken, is_warned
from parley.automation.rules.model import RuleAct
from parley.facts.automation import PromiseChanged
from parley.kit.conditions.catalogue import Catalogue, Subject
from parley.kit.conditions.sheet import Sheet
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Act, Config, Decider, Decision, Reason
from parley.kit.errors import Invalid
from parley.kit.log.fact import Fact, Recorded

NAME = "escalation"
LOAD = """
SELECT v.name, v.body FROM promises p
JOIN sla_versions v ON v.workspace_id = $1 AND v.sla_id = p.sla_id AND v.version = p.sla_version
WHERE p.workspace_id = $1 AND p.id = $2 AND p.ended_at IS NULL AND v.body -> 'escalate' -> $3::text IS NOT NULL
"""


class Asked(msgspec.Struct, frozen=True):
    """The SLA that was promised, on what occasion it is asked, and what its acts look at."""

    sla: Sla
    occasion: str
    kind: str
    sheet: Sheet
    ids: Mapping[str, UUID]


def build_escalation_decider(catalogue: Catalogue) -> Decider:
    """Gives the decider; the acts are those of the version under which the promise was made."""

    async def load(ctx: Ctx, fact: Fact, recorded: Recorded) -> Asked | None:
        occasion = find_occasion(fact)
        if occasion is None or not isinstance(fact, PromiseChanged):
            return None
        row = await ctx.tx.fetchrow(LOAD, ctx.workspace_id, fact.promise_id, occasion)
        if row is None:
            return None
        try:
            sla = parse_sla(row["body"], catalogue, fact.sla_id, fact.sla_version, row["name"])
        except Invalid:
            return None
        subject = Subject(fact, recorded, ctx.now)
        await catalogue.load(ctx, [subject], list_sections(sla.escalate[occasion], catalogue))
        return Asked(sla, occasion, fact.kind, subject.sheet(), subject.ids)

    def decide(_: Fact, asked: Asked, __: Config, ___: datetime) -> Decision:
        return decide_escalation(asked, catalogue)

    return Decider(NAME, (PromiseChanged,), load, decide, {})


def find_occasion(fact: Fact) -> str | None:
    """Says on what occasion a fact asks for escalation."""
    return "warned" if is_warned(fact) else "broken" if is_broken(fact) else None


def list_sections(acts: tuple[RuleAct, ...], catalogue: Catalogue) -> list[str]:
    """Gives the sections that acts look at."""
    written = {name.partition(".")[0] for act in acts for name in catalogue.acts[act.name].writes}
    needed = {name for act in acts for name in catalogue.acts[act.name].needs}
    return sorted((written | needed | {"conversation"}) & catalogue.sections.keys())


def decide_escalation(asked: Asked, catalogue: Catalogue) -> Decision:
    """Plans the acts one after the other, each on what those before it leave; says which had nothing to do. Pure."""
    sheet, planned, skipped = asked.sheet, [], []
    for act in asked.sla.escalate.get(asked.occasion, ()):
        form = catalogue.acts[act.name]
        missing = [name for name in form.needs if name not in asked.ids]
        wanted: list[Act] = [] if missing else form.plan(act.args, sheet, asked.ids)
        if not wanted:
            skipped.append({"act": act.name, "why": f"no_{missing[0]}" if missing else "nothing_to_do"})
            continue
        planned += wanted
        if form.foresee is not None:
            sheet = sheet.with_changes(form.foresee(act.args, sheet))
    told: dict[str, Any] = {
        "sla_id": str(asked.sla.id),
        "version": asked.sla.version,
        "name": asked.sla.name,
        "kind": asked.kind,
    }
    if skipped:
        told["skipped"] = skipped
    return Decision(planned, [Reason(f"promise.escalated_{asked.occasion}", told)], keep=True)
