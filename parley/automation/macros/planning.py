"""What the acts of macros come to in a conversation. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from parley.automation.macros.model import Macro, read_acts
from parley.kit.conditions.catalogue import Catalogue
from parley.kit.conditions.sheet import Sheet
from parley.kit.decisions.registry import Decision, Reason


class Wanted(msgspec.Struct, frozen=True):
    """Macros that are to be carried out, each with the places of the acts that are wanted (None: all of them)."""

    macros: list[tuple[Macro, list[int] | None]]
    sheet: Sheet
    ids: Mapping[str, UUID]
    facts: Mapping[str, Any] = {}


def plan_macros(catalogue: Catalogue, wanted: Wanted) -> Decision:
    """Plans the acts in order; each sees what those before it have changed. What cannot be done is named with why."""
    sheet, acts, reasons = wanted.sheet, [], []
    for macro, places in wanted.macros:
        done: list[int] = []
        skipped: list[list[Any]] = []
        for place, act in enumerate(read_acts(macro.acts)):
            if places is not None and place not in places:
                continue
            form = catalogue.acts.get(act.name)
            why = (
                "gone" if form is None else next((f"no_{n}" for n in form.needs if n not in wanted.ids), None)
            )
            if form is None or why is not None:
                skipped.append([place, why])
                continue
            acts += form.plan(act.args, sheet, wanted.ids)
            done.append(place)
            if form.foresee is not None:
                sheet = sheet.with_changes(form.foresee(act.args, sheet))
        values = {"macro_id": str(macro.id), "version": macro.version, "name": macro.name, "acts": done}
        reasons.append(Reason("macro.applied", {**values, "skipped": skipped}))
    links = [str(macro.id) for macro, _ in wanted.macros]
    return Decision(acts=acts, reasons=reasons, facts_used=dict(wanted.facts), links=links)


def sections_for(catalogue: Catalogue, macros: Sequence[Macro]) -> list[str]:
    """Gives the sections whose values and ids the acts of macros need."""
    named = {one["act"] for macro in macros for one in macro.acts}
    needs = {need for name in named if name in catalogue.acts for need in catalogue.acts[name].needs}
    return [
        name for name in ("conversation", *sorted(needs - {"conversation"})) if name in catalogue.sections
    ]


def preview_acts(
    catalogue: Catalogue, macro: Macro, sheet: Sheet, ids: Mapping[str, UUID]
) -> list[dict[str, Any]]:
    """Gives each act with `idle`: whether it would change nothing here, or cannot be done."""
    shown: list[dict[str, Any]] = []
    for place, one in enumerate(macro.acts):
        alone = plan_macros(catalogue, Wanted([(macro, [place])], sheet, ids))
        shown.append({**one, "idle": not alone.acts})
    return shown
