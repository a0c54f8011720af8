"""What a return needs next: which of its acts, and when it is over. Pure."""

from typing import Any, Literal
from uuid import UUID

import msgspec

from parley.commerce.intents import BuyLabel, Intent, NewLine, OpenReturn, RefundOrder
from parley.commerce.model import Address, Pieces, StoreOrder
from parley.commerce.policies.terms import Terms
from parley.commerce.returns.shapes import ReturnView

Kind = Literal["return", "label", "refund"]
DEAD = ("failed", "declined", "expired")
GOING = ("waiting", "committed", "unknown", "done")
# The order in which a return that is on its way passes through its states.
ORDER = ("requested", "approved", "in_transit", "received", "closed")
ADDRESS = Address.__struct_fields__


class KnownAct(msgspec.Struct, frozen=True, kw_only=True):
    """An act of a return that was committed, with what its last step brought about."""

    id: UUID
    act: str
    state: str
    error: str = ""
    external_id: str = ""
    details: dict[str, Any] = {}


class Next(msgspec.Struct, frozen=True):
    """The act a return needs now, and the idempotency key under which it is committed."""

    kind: Kind
    key: str


def next_act(
    found: ReturnView, acts: list[KnownAct], supported: frozenset[str], again: str = ""
) -> Next | None:
    """Gives the act that is to be begun; None while one is under way, or nothing (more) is to be done.

    An act that came to nothing is begun anew only when somebody asks for it (`again`).
    """
    blocked = found.error.partition(":")[0]
    for kind in _needed(found, supported):
        if kind == blocked and again != kind:
            if kind == "label":
                continue
            return None
        latest = next((act for act in reversed(acts) if act.act == kind), None)
        if latest is None:
            return Next(kind, act_key(found, kind, acts))
        if latest.state in DEAD and again == kind:
            return Next(kind, act_key(found, kind, acts))
        if latest.state != "done" and kind != "label":
            return None
    return None


def act_key(found: ReturnView, kind: Kind, acts: list[KnownAct]) -> str:
    """Gives the key under which an act of a return is begun: another one only after those that came to nothing."""
    return f"return:{found.id}:{kind}:{sum(act.act == kind for act in acts)}"


def _needed(found: ReturnView, supported: frozenset[str]) -> list[Kind]:
    """The acts of a return in the order in which they are begun, as far as its moment has come."""
    if found.state not in ("approved", "in_transit", "received"):
        return []
    decision = found.decision
    needed: list[Kind] = []
    if "return" in supported and not found.external_id:
        needed.append("return")
    if decision.get("label") == "shop" and found.label_file_id is None and found.state == "approved":
        needed.append("label")
    if found.refund_amount > 0 and found.refunded_at is None and is_refund_due(found):
        needed.append("refund")
    return needed


def is_refund_due(found: ReturnView) -> bool:
    """Says whether the policy's moment for the money has come."""
    moment = found.decision.get("refund_when", "received")
    wanted = {"requested": "approved", "in_transit": "in_transit"}.get(moment, "received")
    return found.state in ORDER and ORDER.index(found.state) >= ORDER.index(wanted)


def is_over(found: ReturnView) -> bool:
    """Says whether nothing is left to be done: the goods are back (or are kept) and the money is."""
    back = found.state == "received" or found.decision.get("label") == "none"
    return back and (found.refund_amount == 0 or found.refunded_at is not None)


def trouble_of(acts: list[KnownAct], known: str = "") -> str:
    """Gives what a person must look at, as `<act>:<state>: reason`; empty when all is well.

    What is `known` already stays until an act of its kind is under way again.
    """
    latest = {act.act: act for act in acts}
    for act in latest.values():
        if act.state in (*DEAD, "unknown"):
            return f"{act.act}:{act.state}: {act.error}".rstrip(": ")
    return "" if known.partition(":")[0] in latest else known


def build_intent(kind: Kind, found: ReturnView, order: StoreOrder, terms: Terms) -> Intent:
    """Writes what is wanted of store, carrier or bank."""
    pieces = [Pieces(line.line, line.quantity) for line in found.lines]
    if kind == "return":
        return OpenReturn(
            pieces=pieces,
            reasons={line.line: line.reason for line in found.lines},
            exchange=[
                NewLine(line.exchange_variant, line.quantity)
                for line in found.lines
                if line.resolution == "exchange" and line.exchange_variant
            ],
            note=found.note,
        )
    if kind == "label":
        given = {name: text for name, text in terms.returns.address.items() if name in ADDRESS}
        return BuyLabel(
            sender=order.address or Address(name=order.name),
            recipient=Address(**given),
            grams=terms.returns.grams * sum(line.quantity for line in found.lines),
            reference=found.number,
        )
    paid = [p for p, line in zip(pieces, found.lines, strict=True) if line.resolution != "exchange"]
    return RefundOrder(
        amount=found.refund_amount,
        pieces=paid,
        shipping=int(found.decision.get("shipping", 0)),
        destination="store_credit" if found.destination == "store_credit" else "original",
        restock=False,
        reason=found.lines[0].reason if found.lines else "",
        note=found.number,
        payment_reference=order.payment_reference,
    )


def list_progress(found: ReturnView) -> list[tuple[str, str]]:
    """Gives the stages of a return that was agreed to, each `done`, `now` or empty; none for one that was not."""
    if found.state not in ORDER[1:]:
        return []
    sent = found.decision.get("label") != "none"
    stages = {
        "approved": True,
        **({"in_transit": found.sent_at is not None or found.received_at is not None} if sent else {}),
        **({"received": found.received_at is not None} if sent else {}),
        **({"refunded": found.refunded_at is not None} if found.refund_amount else {}),
    }
    first = next((name for name, done in stages.items() if not done), "")
    return [(name, "done" if done else "now" if name == first else "") for name, done in stages.items()]
