"""Macros on trial: what their uses of the past would have done, left blank, or not sent at all.

Names and addresses are those of today, orders and parcels stand as they did; of returns and policies it is taken that
they are known. A use counts with the macro as it stands beside the macro as it would be.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from parley.automation.macros.model import Macro, choose_language, clean_acts, clean_texts
from parley.automation.macros.planning import Wanted, plan_macros, sections_for
from parley.automation.macros.queries import COLUMNS, read_macro
from parley.automation.macros.template import Value, parse_template, render_template
from parley.automation.macros.variables import FLAGS, POLICY, RETURN, SHOP, VARIABLES, fill_people
from parley.facts.automation import MacrosSent, MacroUsed
from parley.kit.conditions.catalogue import Catalogue, Past, Subject
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Act, Decision
from parley.kit.decisions.trials import Heard, Sides
from parley.kit.errors import FieldError, Invalid

NAME = "macros"
PART = f"change.{NAME}"
KEYS = {"id", "name", "texts", "acts"}
KNOWN = "\u2026"
STANDING = f"SELECT {COLUMNS} FROM macros m WHERE m.workspace_id = $1 AND m.archived_at IS NULL ORDER BY m.id"
PEOPLE = """
SELECT c.id, c.number, c.channel_kind, c.intent, s.value AS subject, n.value AS name, cu.vip, w.name AS workspace,
  cu.language AS customer_language, a.name AS agent,
  (SELECT b.name FROM brands b WHERE b.workspace_id = $1 AND b.archived_at IS NULL
     AND (b.id = c.brand_id OR c.brand_id IS NULL AND b.is_default) ORDER BY b.id LIMIT 1) AS brand,
  (SELECT i.value FROM identities i WHERE i.workspace_id = $1 AND i.customer_id = c.customer_id AND i.kind = 'email'
   ORDER BY i.verified DESC, i.seen_at DESC NULLS LAST, i.id LIMIT 1) AS email
FROM unnest($2::uuid[], $3::uuid[]) AS u(id, agent_id)
JOIN conversations c ON c.workspace_id = $1 AND c.id = u.id
JOIN workspaces w ON w.workspace_id = $1
JOIN customers cu ON cu.workspace_id = $1 AND cu.id = c.customer_id
LEFT JOIN personal_values n ON n.workspace_id = $1 AND n.id = cu.name_id
LEFT JOIN personal_values s ON s.workspace_id = $1 AND s.id = c.subject_value_id
LEFT JOIN agents a ON a.workspace_id = $1 AND a.id = CASE WHEN u.agent_id IS NULL THEN c.assignee_id ELSE u.agent_id END
"""
DECIDED = "SELECT id, acts FROM decisions WHERE workspace_id = $1 AND id = ANY($2)"
Macros = Mapping[UUID, Macro]


class Use(msgspec.Struct, frozen=True):
    """One use: which macros with the places of their acts, whether a text went out, and whether by itself."""

    macros: list[tuple[UUID, list[int] | None]]
    acts: bool
    text: bool
    automatic: bool


class MacrosTrial:
    """`change`: `{"put": [{"id": …, "name": …, "texts": {…}, "acts": […]}], "remove": [id]}`.

    What is put replaces name, texts and acts of the macro of its id, as far as they are given; what is removed is
    neither offered nor sent any more.
    """

    name = NAME
    kinds = (MacrosSent, MacroUsed)
    # What rules have sent is told by their decisions.
    hears_deciders = True

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def prepare(self, ctx: Ctx, change: Any) -> Sides:
        """Reads the macros and lays the change over them; raises Invalid."""
        rows = await ctx.tx.fetch(STANDING, ctx.workspace_id)
        standing = {macro.id: macro for macro in map(read_macro, rows)}
        tried = apply_change(standing, change, self._catalogue)
        names = {str(key): macro.name for key, macro in sorted({**standing, **tried}.items())}
        about = {"macros_before": len(standing), "macros_after": len(tried), "names": names}
        return Sides(standing, tried, about)

    async def gather(self, ctx: Ctx, sides: Sides, batch: Sequence[Heard]) -> None:
        """Reads who the texts were for, what the decisions of rules had wanted, and sections that do not change."""
        if not batch:
            return
        by_rules = [h.recorded.actor_id for h in batch if h.recorded.actor_kind == "decider"]
        decided = {row["id"]: row["acts"] for row in await ctx.tx.fetch(DECIDED, ctx.workspace_id, by_rules)}
        asked = [(h, use) for h in batch if (use := read_use(h, decided)) is not None]
        rows = await ctx.tx.fetch(
            PEOPLE,
            ctx.workspace_id,
            [h.fact.conversation() for h, _ in asked],
            [getattr(h.fact, "agent_id", None) for h, _ in asked],
        )
        people = {row["id"]: row for row in rows}
        subjects = []
        for heard, use in asked:
            conversation_id = heard.fact.conversation()
            if conversation_id in people:
                subject = Subject(heard.fact, heard.recorded, heard.now)
                subject.ids |= heard.ids
                heard.loaded[NAME] = (use, subject, people[conversation_id])
                subjects.append(subject)
        wanted = sections_for(self._catalogue, [*sides.before.values(), *sides.after.values()])
        for name in self._catalogue.order(wanted) if subjects else ():
            if self._catalogue.sections[name].recall is None:
                await self._catalogue.sections[name].load(ctx, subjects)

    def decide(self, config: Macros, heard: Heard, past: Past, _: dict[Any, Any]) -> Decision:
        """Gives what one side's macros do in a use: their acts, a text that goes out, has a blank or is not sent."""
        if NAME not in heard.loaded:
            return Decision()
        use, template, person = heard.loaded[NAME]
        macros = [(config[key], places) for key, places in use.macros if key in config]
        if not macros:
            return Decision()
        wanted = [(macro, places if use.acts else []) for macro, places in macros]
        subject = self._recall(template, past, sections_for(self._catalogue, [macro for macro, _ in macros]))
        decision = plan_macros(self._catalogue, Wanted(wanted, subject.sheet(), subject.ids))
        if use.text:
            texts = [act for macro, _ in macros for act in say(macro, use, heard, past, person)]
            decision = replace(decision, acts=[*decision.acts, *texts])
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


def read_use(heard: Heard, decided: Mapping[UUID, Any]) -> Use | None:
    """Says what a fact tells of macros in use; None for what another fact tells as well."""
    fact, recorded = heard.fact, heard.recorded
    if isinstance(fact, MacrosSent):
        return Use([(one.macro_id, one.acts) for one in fact.macros], acts=True, text=True, automatic=False)
    if not isinstance(fact, MacroUsed):
        return None
    if recorded.actor_kind != "decider":
        told = fact.message_id is not None
        return None if told else Use([(fact.macro_id, None)], acts=True, text=False, automatic=False)
    acts = decided.get(recorded.actor_id or UUID(int=0), [])
    about = [one["name"] for one in acts if one["args"].get("macro_id") == str(fact.macro_id)]
    if not about:
        return None
    return Use([(fact.macro_id, None)], acts="apply_macro" in about, text=True, automatic=True)


def say(macro: Macro, use: Use, heard: Heard, past: Past, person: Mapping[str, Any]) -> Iterator[Act]:
    """Gives what becomes of a macro's text: it goes out by itself or is held back, or an agent is asked for a word."""
    conversation_id = heard.fact.conversation()
    row = past.row("conversation", conversation_id) if conversation_id is not None else None
    wanted = [row["language"] if row is not None else None, person["customer_language"], macro.base]
    chosen = choose_language(macro, [tag for tag in wanted if tag])
    if chosen is None:
        return
    template = parse_template(macro.texts[chosen], VARIABLES, f"texts.{chosen}")
    missing = render_template(template, {**fill_people(person), **_shop_values(heard, past)}).missing
    about = {"about": f"{macro.name}: {', '.join(missing)}"}
    if use.automatic:
        yield Act("hold_message", about) if missing else Act("post_message", {"macro_id": str(macro.id)})
    elif missing:
        yield Act("leave_blank", about)


def _shop_values(heard: Heard, past: Past) -> dict[str, Value]:
    """Gives what was known of the customer's newest order; what is there has some value."""
    known: dict[str, Value] = {name: True if name in FLAGS else KNOWN for name in (*RETURN, *POLICY)}
    customer = heard.ids.get("customer")
    orders = [one for one in past.rows("order", customer_id=customer) if one["placed_at"] <= heard.now]
    if not orders:
        return known
    order = max(orders, key=lambda one: (one["placed_at"], one["id"]))
    parcels = past.rows("shipment", order_id=order["id"])
    for name in SHOP:
        if name.startswith("order.") or parcels:
            known[name] = KNOWN
    known |= {
        f"order.{name}": str(order[name]) for name in ("number", "payment", "fulfilment") if name in order
    }
    known["order.cancelled"] = order["cancelled_at"] is not None
    known["order.count"] = order["lines"]
    if parcels:
        known["shipment.status"] = parcels[-1]["status"]
    return known


def apply_change(standing: Macros, change: Any, catalogue: Catalogue) -> dict[UUID, Macro]:
    """Lays a change over the macros; raises Invalid with the place of the first mistake."""
    if not isinstance(change, Mapping) or set(change) - {"put", "remove"}:
        raise _wrong("", "Give put or remove.")
    macros = dict(standing)
    for n, one in enumerate(change.get("put") or []):
        place = f".put.{n}"
        if not isinstance(one, Mapping) or set(one) - KEYS or not isinstance(one.get("texts", {}), Mapping):
            raise _wrong(place, "Give a macro: id, name, texts by language, acts.")
        key = _id(one["id"], f"{place}.id") if one.get("id") else UUID(int=n + 1)
        if one.get("id") and key not in macros:
            raise _wrong(f"{place}.id", "There is no such macro.")
        new: dict[str, Any] = {
            "name": str(one.get("name") or (macros[key].name if key in macros else f"Macro {n + 1}"))
        }
        if "texts" in one:
            new["texts"] = clean_texts(one["texts"])
        if "acts" in one:
            new["acts"] = clean_acts(one["acts"], catalogue)
        macros[key] = replace(macros[key], **new) if key in macros else _fresh(key, new)
    for n, one in enumerate(change.get("remove") or []):
        macros.pop(_id(one, f".remove.{n}"), None)
    return macros


def _fresh(key: UUID, values: Mapping[str, Any]) -> Macro:
    at = "1970-01-01T00:00:00Z"
    return msgspec.convert({"id": key, "created_at": at, "updated_at": at, **values}, Macro)


def _id(value: Any, place: str) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise _wrong(place, "This is not an id.") from None


def _wrong(place: str, sentence: str) -> Invalid:
    return Invalid("bad_change", sentence, FieldError(f"{PART}{place}", "wrong"))
