"""What a policy says to a question: the answer as data, with the clause that gives it and its version. Pure.

Texts are made elsewhere, from `code` and `values`: a page, a mail and the assistant say the same thing in their words.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from parley.commerce.model import Address
from parley.commerce.policies.addresses import is_military, is_po_box
from parley.commerce.policies.calendar import arrives_between, end_of_day, leaves_between, local_day
from parley.commerce.policies.terms import Amounts, Reason, Resolution, ShippingOption, Terms

EVERYWHERE = "*"
# An order whose parcel is never seen to arrive is taken to have arrived so long after it left.
UNSEEN = timedelta(days=14)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the policy says: `code` for programs and catalogues, `values` that stand in it, the clause and its version."""

    code: str
    values: dict[str, Any]
    clause: str
    version: int = 0


class Question(msgspec.Struct, frozen=True, kw_only=True, tag_field="about", forbid_unknown_fields=True):
    """Base of all questions."""


class ShippingQuestion(Question, frozen=True, kw_only=True, tag="shipping"):
    """How an order placed `at` with goods for `subtotal` can be sent to an address, when it comes, what it costs."""

    at: datetime
    country: str = ""
    address: Address | None = None
    subtotal: int = 0
    currency: str = ""


class DeliveryQuestion(Question, frozen=True, kw_only=True, tag="delivery"):
    """When an order that was placed `at` and sent by an option arrives."""

    at: datetime
    option: str
    country: str = ""


class ChargesQuestion(Question, frozen=True, kw_only=True, tag="charges"):
    """What taxes, duties and fees there are in a country, and who pays them."""

    country: str


class WindowQuestion(Question, frozen=True, kw_only=True, tag="window"):
    """Until when something of an order can be returned or exchanged.

    `traits` are the product's kind, tags and SKU. What was sent but never seen to arrive counts from `expected_at`, or
    two weeks after it was sent.
    """

    now: datetime
    country: str = ""
    resolution: Resolution = "refund"
    traits: list[str] = []
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    expected_at: datetime | None = None
    on_its_way: bool = False
    moved_days: int = 0


class CostQuestion(Question, frozen=True, kw_only=True, tag="cost"):
    """What sending something back for a reason costs: label, fee, restocking of `amount`."""

    reason: str
    resolution: Resolution = "refund"
    amount: int = 0
    currency: str = ""
    country: str = ""
    delivered_at: datetime | None = None
    now: datetime | None = None


AnyQuestion = ShippingQuestion | DeliveryQuestion | ChargesQuestion | WindowQuestion | CostQuestion


def answer(terms: Terms, question: AnyQuestion, version: int = 0) -> Answer:
    """Gives what the policy says."""
    if isinstance(question, ShippingQuestion):
        found = answer_shipping(terms, question)
    elif isinstance(question, DeliveryQuestion):
        found = answer_delivery(terms, question)
    elif isinstance(question, ChargesQuestion):
        found = answer_charges(terms, question)
    elif isinstance(question, WindowQuestion):
        found = answer_window(terms, question)
    else:
        found = answer_cost(terms, question)
    return msgspec.structs.replace(found, version=version)


def answer_shipping(terms: Terms, asked: ShippingQuestion) -> Answer:
    """Lists the options that go to an address with dates and cost, and why the others do not."""
    country = asked.address.country if asked.address else asked.country
    leaves = leaves_between(asked.at, terms.processing)
    options, refused = [], []
    for option in terms.shipping:
        currency = option.currency or terms.currency
        if asked.currency and currency != asked.currency:
            continue
        why = _refusal(option, country, asked.address)
        if why:
            refused.append({"code": option.code, "why": why})
            continue
        free = option.free_from is not None and asked.subtotal >= option.free_from
        first, last = leaves if option.pickup else arrives_between(leaves, option, terms.processing)
        options.append(
            {
                "code": option.code,
                "name": option.name,
                "cost": 0 if free else option.cost,
                "currency": currency,
                "free_from": option.free_from,
                "pickup": option.pickup,
                "leaves": [day.isoformat() for day in leaves],
                "arrives": [first.isoformat(), last.isoformat()],
                "clause": f"shipping.{option.code}",
            }
        )
    code = "shipping.options" if options else "shipping.nowhere"
    values = {"country": country, "options": options, "refused": refused}
    return Answer(code=code, values=values, clause="shipping")


def _refusal(option: ShippingOption, country: str, address: Address | None) -> str:
    if not goes_to(option.countries, country):
        return "country"
    if address is not None and not option.military and is_military(address):
        return "military"
    if address is not None and not option.po_boxes and is_po_box(address):
        return "po_box"
    return ""


def goes_to(countries: list[str], country: str) -> bool:
    """Says whether a list of countries holds one; `-XX` takes one out of the others."""
    if f"-{country}" in countries:
        return False
    return EVERYWHERE in countries or country in countries


def answer_delivery(terms: Terms, asked: DeliveryQuestion) -> Answer:
    """Gives the days between which an order arrives."""
    found = [
        option
        for option in terms.shipping
        if option.code == asked.option and (not asked.country or goes_to(option.countries, asked.country))
    ]
    if not found:
        return Answer(code="delivery.unknown", values={"option": asked.option}, clause="shipping")
    leaves = leaves_between(asked.at, terms.processing)
    first, last = leaves if found[0].pickup else arrives_between(leaves, found[0], terms.processing)
    values = {
        "option": asked.option,
        "leaves": [day.isoformat() for day in leaves],
        "arrives": [first.isoformat(), last.isoformat()],
    }
    return Answer(code="delivery.expected", values=values, clause=f"shipping.{asked.option}")


def answer_charges(terms: Terms, asked: ChargesQuestion) -> Answer:
    """Lists what else is to be paid in a country; a charge that names it takes the place of one for all."""
    named = [one for one in terms.charges if asked.country in one.countries]
    known = {one.code for one in named}
    every = [one for one in terms.charges if one.code not in known and goes_to(one.countries, asked.country)]
    charges = [
        {
            "code": one.code,
            "paid_by": one.paid_by,
            "amount": one.amount,
            "percent": one.percent,
            "currency": terms.currency,
            "text": one.text,
            "clause": f"charges.{one.code}",
        }
        for one in (*named, *every)
    ]
    code = "charges.list" if charges else "charges.none"
    return Answer(code=code, values={"country": asked.country, "charges": charges}, clause="charges")


def answer_window(terms: Terms, asked: WindowQuestion) -> Answer:
    """Says until when something can come back; the last day ends at midnight in the shop's zone."""
    rules = terms.returns
    final = sorted({one.lower() for one in rules.final} & {trait.lower() for trait in asked.traits})
    if final:
        return Answer(code="window.final", values={"kind": final[0]}, clause="returns.final")
    if asked.country and not goes_to(rules.countries, asked.country):
        return Answer(code="window.country", values={"country": asked.country}, clause="returns.countries")
    own = rules.windows.get(asked.country)
    if asked.resolution == "exchange":
        days = max(rules.exchange_window, own or 0)
        clause = "returns.exchange_window"
    else:
        days = rules.window if own is None else own
        clause = "returns.window" if own is None else f"returns.windows.{asked.country}"
    start = asked.delivered_at
    if start is None and asked.sent_at is not None and not asked.on_its_way:
        start = asked.expected_at or asked.sent_at + UNSEEN
    if start is None:
        code = "window.on_its_way" if asked.sent_at else "window.not_sent"
        return Answer(code=code, values={"days": days + asked.moved_days}, clause=clause)
    last = local_day(start, terms.processing) + timedelta(days=days + asked.moved_days)
    ends_at = end_of_day(last, terms.processing)
    values = {
        "days": days + asked.moved_days,
        "moved_days": asked.moved_days,
        "from": local_day(start, terms.processing).isoformat(),
        "last_day": last.isoformat(),
        "ends_at": ends_at.isoformat(),
        "seen": asked.delivered_at is not None,
    }
    code = "window.open" if asked.now < ends_at else "window.over"
    return Answer(code=code, values=values, clause=clause)


def answer_cost(terms: Terms, asked: CostQuestion) -> Answer:
    """Says what a reason costs: who pays the label, the fee and the restocking, in minor units."""
    reason = find_reason(terms, asked.reason)
    if reason is None:
        return Answer(code="cost.unknown_reason", values={"reason": asked.reason}, clause="returns.reasons")
    rules = terms.returns
    currency = asked.currency or terms.currency
    amounts = amounts_in(terms, currency)
    if amounts is None:
        return Answer(code="cost.unknown_currency", values={"currency": currency}, clause="returns")
    exchange = asked.resolution == "exchange"
    free = reason.shop_pays or _is_free_still(terms, asked)
    charged = reason.fee and not free and (rules.exchange_fee or not exchange)
    label = "shop" if reason.shop_pays or rules.label == "shop" else "customer"
    fee = amounts.label_fee if charged and label == "shop" else 0
    restocking = 0 if free or exchange else asked.amount * rules.restocking_percent // 100
    values = {
        "label": label,
        "fee": fee,
        "restocking": restocking,
        "currency": currency,
        "photo": reason.photo,
        "shop_pays": reason.shop_pays,
    }
    return Answer(code="cost.reason", values=values, clause=f"returns.reasons.{reason.code}")


def _is_free_still(terms: Terms, asked: CostQuestion) -> bool:
    days = terms.returns.free_days.get(asked.country)
    if days is None or asked.now is None or asked.delivered_at is None:
        return False
    last = local_day(asked.delivered_at, terms.processing) + timedelta(days=days)
    return asked.now < end_of_day(last, terms.processing)


def find_reason(terms: Terms, code: str) -> Reason | None:
    """Gives a reason by its code."""
    return next((one for one in terms.returns.reasons if one.code == code), None)


def amounts_in(terms: Terms, currency: str) -> Amounts | None:
    """Gives the amounts of the return policy in a currency; None when it says nothing of it."""
    rules = terms.returns
    if currency == terms.currency:
        return Amounts(
            currency=currency,
            label_fee=rules.label_fee,
            by_itself=rules.by_itself,
            keep_below=rules.keep_below,
        )
    return next((one for one in rules.other_currencies if one.currency == currency), None)
