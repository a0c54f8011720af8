"""SLAs on trial: the promises that would have been made, paused and kept beside those of the SLAs as they stand.

What breaks is found when the next fact of the conversation comes; automatic answers are known from the period alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.automation.open_hours import OpenHours, load_open_hours
from parley.automation.promises.deciding import decide_promises
from parley.automation.promises.loading import (
    FACTS,
    LOAD_SLAS,
    NAME,
    Shelf,
    build_asked,
    compile_slas,
    is_own,
)
from parley.automation.promises.model import Sla, parse_sla
from parley.automation.promises.record import Promise, read_promise
from parley.automation.rules.trial import new_rule_id
from parley.facts.conversations import MessagePosted
from parley.kit.conditions.catalogue import Catalogue, Past, Subject
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Config, Decision
from parley.kit.decisions.trials import Heard, Sides
from parley.kit.errors import FieldError, Invalid

CONFIG = Config(0, True, {})


class Remembered(msgspec.Struct):
    """What one side has promised in a conversation so far."""

    promises: dict[str, Promise] = {}
    shown: tuple[datetime | None, str | None] = (None, None)
    answered_at: datetime | None = None


class PromisesTrial:
    """`change`: `{"put": [{"id": …, "name": …, "enabled": …, "sla": {…}}], "remove": [id], "order": [id]}`.

    What is put replaces the SLA of its id where it stands, else comes last; what is not enabled is left out.
    """

    name = NAME
    kinds = FACTS

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def prepare(self, ctx: Ctx, change: Any) -> Sides:
        """Compiles both sets of SLAs; raises Invalid."""
        standing = []
        for row in await ctx.tx.fetch(LOAD_SLAS, ctx.workspace_id):
            try:
                standing.append(
                    parse_sla(row["body"], self._catalogue, row["id"], row["version"], row["name"])
                )
            except Invalid:
                continue
        tried = apply_change(standing, change, self._catalogue)
        hours = await load_open_hours(ctx)
        before, after = (compile_slas("", slas, self._catalogue) for slas in (standing, tried))
        names = {str(sla.id): sla.name for sla in (*standing, *tried)}
        about = {"slas_before": len(standing), "slas_after": len(tried), "names": names}
        return Sides((before, hours), (after, hours), about)

    async def gather(self, ctx: Ctx, sides: Sides, batch: Sequence[Heard]) -> None:
        """Reads the sections that do not change; those that do are recalled when their turn comes."""
        wanted = {*sides.before[0].sections, *sides.after[0].sections}
        subjects: list[Subject] = []
        for heard in batch:
            if is_own(heard.fact):
                continue
            subject = Subject(heard.fact, heard.recorded, heard.now)
            subject.ids |= heard.ids
            heard.loaded[NAME] = subject
            subjects.append(subject)
        for name in self._catalogue.order(sorted(wanted)) if subjects else ():
            if self._catalogue.sections[name].recall is None:
                await self._catalogue.sections[name].load(ctx, subjects)

    def decide(
        self, config: tuple[Shelf, OpenHours], heard: Heard, past: Past, memory: dict[Any, Any]
    ) -> Decision:
        """Decides for one side and remembers what it has promised."""
        conversation_id = heard.fact.conversation()
        row = None if conversation_id is None else past.row("conversation", conversation_id)
        if row is None or conversation_id is None or NAME not in heard.loaded:
            return Decision()
        shelf, hours = config
        known: Remembered = memory.setdefault(conversation_id, Remembered())
        if isinstance(heard.fact, MessagePosted) and heard.fact.automatic:
            known.answered_at = heard.now
        asked = build_asked(heard.fact, heard.now, conversation_id, row, known.answered_at)
        asked = msgspec.structs.replace(
            asked,
            promises=known.promises,
            shown=known.shown,
            slas=shelf.slas,
            fields=self._catalogue.fields,
            sheet=self._recall(heard.loaded[NAME], past, shelf.sections).sheet(),
            hours=hours,
        )
        decision = decide_promises(heard.fact, asked, CONFIG, heard.now)
        remember(known, decision)
        return decision

    def _recall(self, template: Subject, past: Past, sections: Sequence[str]) -> Subject:
        subject = Subject(template.fact, template.recorded, template.now)
        subject.ids |= template.ids
        subject.values |= template.values
        for name in self._catalogue.order(sections):
            recall = self._catalogue.sections[name].recall
            if recall is not None:
                recall(past, subject)
        return subject


def remember(known: Remembered, decision: Decision) -> None:
    """Notes what a decision has made of the promises of a conversation."""
    for act in decision.acts:
        if act.name == "show_promise":
            known.shown = (msgspec.convert(act.args["due_at"], datetime | None), act.args["kind"])
        else:
            promise = read_promise(act.args["promise"])
            known.promises = {**known.promises, promise.kind: promise}


def apply_change(standing: Sequence[Sla], change: Any, catalogue: Catalogue) -> list[Sla]:
    """Lays a change over the SLAs; raises Invalid with the place of the first mistake."""
    if not isinstance(change, Mapping) or set(change) - {"put", "remove", "order"}:
        raise Invalid("bad_change", "Give put, remove or order.", FieldError(f"change.{NAME}", "wrong"))
    slas = {sla.id: sla for sla in standing}
    for n, one in enumerate(change.get("put") or []):
        place = f"change.{NAME}.put.{n}"
        if not isinstance(one, Mapping) or not isinstance(one.get("sla"), Mapping):
            raise Invalid("bad_change", "Give an SLA with a name.", FieldError(place, "wrong"))
        key = _id(one["id"], f"{place}.id") if one.get("id") else new_rule_id(n)
        if one.get("enabled") is False:
            slas.pop(key, None)
            continue
        version = slas[key].version if key in slas else 0
        slas[key] = parse_sla(one["sla"], catalogue, key, version, str(one.get("name") or f"SLA {n + 1}"))
    for n, one in enumerate(change.get("remove") or []):
        slas.pop(_id(one, f"change.{NAME}.remove.{n}"), None)
    order = [_id(one, f"change.{NAME}.order.{n}") for n, one in enumerate(change.get("order") or [])]
    place_of = {key: n for n, key in enumerate(order)}
    return sorted(slas.values(), key=lambda sla: place_of.get(sla.id, len(order)))


def _id(value: Any, place: str) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise Invalid("bad_change", "This is not an id.", FieldError(place, "wrong")) from None
