"""What rules can test of a customer, and do to one."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from parley.customers.actions.changing import change_customer
from parley.kit.conditions.catalogue import ActForm, Param, Past, Section, Subject
from parley.kit.conditions.fields import Field
from parley.kit.conditions.sheet import Sheet
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Act
from parley.kit.runtime import Runtime

LOAD = """
SELECT c.id, c.vip, c.language, c.country, c.created_at, c.blocked_at,
  (SELECT i.value FROM identities i WHERE i.workspace_id = $1 AND i.customer_id = c.id AND i.kind = 'email'
   ORDER BY i.verified DESC, i.id LIMIT 1) AS email
FROM customers c WHERE c.workspace_id = $1 AND c.id = ANY($2)
"""
FIELDS = (
    Field("customer.vip", "flag"),
    Field("customer.language", "choice", source="languages"),
    Field("customer.country", "choice", source="countries"),
    Field("customer.known_since", "moment"),
    Field("customer.blocked", "flag"),
    Field("customer.has_email", "flag"),
    Field("customer.email_domain", "text"),
)


async def load_customers(ctx: Ctx, subjects: Sequence[Subject]) -> None:
    """Reads the customers whom the facts or their conversations name."""
    wanted = {subject: found for subject in subjects if (found := find_customer(subject)) is not None}
    if not wanted:
        return
    rows = await ctx.tx.fetch(LOAD, ctx.workspace_id, list(set(wanted.values())))
    known = {row["id"]: row for row in rows}
    for subject, customer_id in wanted.items():
        if customer_id in known:
            fill_customer(subject, dict(known[customer_id]))


def recall_customer(past: Past, subject: Subject) -> None:
    """Gives the customer as he was known when the fact was told: `customer` with his `identity` rows."""
    customer_id = find_customer(subject)
    row = None if customer_id is None else past.row("customer", customer_id)
    if row is None:
        return
    addresses = [one for one in past.rows("identity", customer_id=row["id"]) if one["kind"] == "email"]
    addresses.sort(key=lambda one: (not one["verified"], one["id"]))
    fill_customer(subject, {**row, "email": addresses[0]["value"] if addresses else None})


def find_customer(subject: Subject) -> UUID | None:
    """Says whom a subject is about: the conversation's customer, else the one whom the fact names. Pure."""
    known = subject.ids.get("customer") or getattr(subject.fact, "customer_id", None)
    return known if isinstance(known, UUID) else None


def fill_customer(subject: Subject, row: Mapping[str, Any]) -> None:
    """Lays a customer's row (with `email`) on the subject's sheet."""
    subject.ids["customer"] = row["id"]
    address: str = row["email"] or ""
    subject.values |= {
        "customer.vip": row["vip"],
        "customer.language": row["language"],
        "customer.country": row["country"],
        "customer.known_since": row["created_at"],
        "customer.blocked": row["blocked_at"] is not None,
        "customer.has_email": bool(address),
        "customer.email_domain": address.rpartition("@")[2].casefold() or None,
    }


def _plan_vip(args: Mapping[str, Any], sheet: Sheet, ids: Mapping[str, UUID]) -> list[Act]:
    if sheet.get("customer.vip") is args["vip"]:
        return []
    return [Act("change_customer", {"customer_id": str(ids["customer"]), "vip": args["vip"]})]


SET_VIP = ActForm(
    "set_vip",
    (Param("vip", "flag"),),
    _plan_vip,
    lambda args, _: {"customer.vip": args["vip"]},
    writes=("customer.vip",),
    needs=("customer",),
)


async def perform_change(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """Makes somebody a special customer, or no longer; raises NotFound."""
    changes = {"vip": bool(args["vip"])}
    return {"previous": await change_customer(ctx, UUID(args["customer_id"]), changes)}


async def undo_change(ctx: Ctx, args: dict[str, Any], result: dict[str, Any]) -> None:
    """Puts back what was there. The flag has two values: where it has been changed again since, it is there already."""
    if result["previous"]:
        await change_customer(ctx, UUID(args["customer_id"]), result["previous"])


def register_vocabulary(runtime: Runtime) -> None:
    """Adds the section, the form and the act."""
    runtime.catalogue.add_section(
        Section("customer", FIELDS, load_customers, recall=recall_customer, after=("conversation",))
    )
    runtime.catalogue.add_act(SET_VIP)
    runtime.decisions.add_act("change_customer", perform_change, undo_change)
