"""Deciding returns: from an order, what is to come back and the policy to what will happen. Pure."""

from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from parley.commerce.acting.plan import Line
from parley.commerce.acting.reckoning import refundable, refundable_shipping, worth_of
from parley.commerce.model import StoreFulfilment, StoreLine, StoreOrder
from parley.commerce.policies.answering import (
    Answer,
    CostQuestion,
    WindowQuestion,
    amounts_in,
    answer_cost,
    answer_window,
    find_reason,
)
from parley.commerce.policies.terms import Resolution, Terms

Outcome = Literal["accepted", "person", "refused"]
MOVING = ("label_created", "in_transit", "out_for_delivery", "ready_for_pickup", "failed")
# What has not been seen to move for so long has arrived without anybody telling us.
LONGEST_WAY = timedelta(days=45)


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pieces of a line that shall come back, why, and what for; `variant` is what goes out in exchange."""

    line: str
    quantity: int
    reason: str
    resolution: Resolution = "refund"
    variant: str | None = None
    note: str = ""
    photos: int = 0


class Offer(msgspec.Struct, frozen=True):
    """A variant that may go out in exchange; `price` in the store's own currency."""

    title: str
    product: str
    price: int
    available: bool
    stock: int | None = None


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision is made on besides order and policy.

    `traits` are kinds, tags and SKU of each line's product, `pending` the pieces of other returns that are not paid
    back yet and `promised` their money, `offers` the variants of the store by their id, `most` what a shopper may be
    promised without a person in any case.
    """

    now: datetime
    moved_days: int = 0
    traits: dict[str, list[str]] = {}
    pending: dict[str, int] = {}
    promised: int = 0
    offers: dict[str, Offer] = {}
    currency: str = ""
    most: int | None = None
    version: int = 0


class LineDecision(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a line: `worth` is what was paid for the pieces, `problems` speak against it."""

    line: str
    title: str
    quantity: int
    reason: str
    resolution: Resolution
    worth: int = 0
    variant: str | None = None
    variant_title: str = ""
    note: str = ""
    problems: list[Line] = []
    doubts: list[Line] = []
    clauses: list[str] = []
    last_day: str | None = None
    cost: dict[str, Any] = {}


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a return: amounts in minor units of `currency`, `refund` is what the shopper gets in the end.

    `label` says whose it is (`none`: nothing needs to be sent back). `doubts` say why a person must look at it.
    """

    outcome: Outcome
    lines: list[LineDecision]
    currency: str
    goods: int = 0
    shipping: int = 0
    fee: int = 0
    restocking: int = 0
    refund: int = 0
    label: Literal["shop", "customer", "none"] = "customer"
    destination: Literal["original", "store_credit"] = "original"
    refund_when: str = "received"
    problems: list[Line] = []
    doubts: list[Line] = []
    clauses: list[str] = []
    version: int = 0


def decide_return(order: StoreOrder, wanted: list[Wanted], terms: Terms, seen: Situation) -> Decision:
    """Says whether pieces of an order may come back, what is paid for them and who pays the way."""
    lines = [_decide_line(order, one, terms, seen) for one in wanted]
    problems = _problems_of(order, wanted)
    goods = sum(one.worth for one in lines if one.resolution != "exchange")
    shipping = _shipping_back(order, wanted, terms) if goods else 0
    costs = [one.cost for one in lines]
    restocking = sum(cost.get("restocking", 0) for cost in costs)
    fee = max((cost.get("fee", 0) for cost in costs), default=0)
    left = max(0, refundable(order) - seen.promised)
    gross = min(goods + shipping, left)
    whole = sum(one.worth for one in lines)
    label, kept = _label(terms, order, lines, whole)
    if kept:
        fee = 0
    doubts = [*_doubts_of(order, terms, seen, whole), *(doubt for one in lines for doubt in one.doubts)]
    if any(one.problems for one in lines) or problems:
        outcome: Outcome = "refused"
    else:
        outcome = "person" if doubts else "accepted"
    return Decision(
        outcome=outcome,
        lines=lines,
        currency=order.currency,
        goods=goods,
        shipping=shipping,
        fee=min(fee, gross),
        restocking=min(restocking, gross - min(fee, gross)),
        refund=max(0, gross - fee - restocking),
        label=label,
        destination="store_credit" if any(w.resolution == "store_credit" for w in wanted) else "original",
        refund_when="requested" if kept else terms.returns.refund_when,
        problems=problems,
        doubts=doubts,
        clauses=sorted({clause for one in lines for clause in one.clauses}),
        version=seen.version,
    )


def _problems_of(order: StoreOrder, wanted: list[Wanted]) -> list[Line]:
    problems = []
    if not wanted:
        problems.append(Line("return.nothing"))
    if order.cancelled_at is not None:
        problems.append(Line("order.cancelled"))
    if len({one.line for one in wanted}) != len(wanted):
        problems.append(Line("line.twice"))
    if len({one.resolution for one in wanted} - {"exchange"}) > 1:
        problems.append(Line("return.one_destination"))
    if order.payment in ("pending", "authorized", "voided"):
        problems.append(Line("refund.not_paid"))
    return problems


def _decide_line(order: StoreOrder, wanted: Wanted, terms: Terms, seen: Situation) -> LineDecision:
    line = next((one for one in order.lines if one.external_id == wanted.line), None)
    plain = LineDecision(
        line=wanted.line,
        title=title_of(line) if line else wanted.line,
        quantity=wanted.quantity,
        reason=wanted.reason,
        resolution=wanted.resolution,
        variant=wanted.variant if wanted.resolution == "exchange" else None,
        note=wanted.note,
    )
    if line is None:
        return msgspec.structs.replace(plain, problems=[Line("line.unknown")])
    window = window_of(order, line, terms, seen, wanted.resolution)
    counted = msgspec.structs.replace(line, refunded=line.refunded + seen.pending.get(line.external_id, 0))
    worth = worth_of(order, counted, wanted.quantity)
    cost = answer_cost(
        terms,
        CostQuestion(
            reason=wanted.reason,
            resolution=wanted.resolution,
            amount=worth,
            currency=order.currency,
            country=_country(order),
            delivered_at=when_delivered(order, line),
            now=seen.now,
        ),
    )
    problems = [*_piece_problems(counted, wanted), *_policy_problems(terms, wanted, window)]
    doubts: list[Line] = []
    title = ""
    if wanted.resolution == "exchange":
        found, doubts, title = _check_exchange(order, line, wanted, seen)
        problems += found
    if cost.code == "cost.unknown_currency":
        doubts.append(Line("return.currency", {"currency": order.currency}))
    return msgspec.structs.replace(
        plain,
        worth=worth,
        variant_title=title,
        problems=problems,
        doubts=doubts,
        clauses=[window.clause, cost.clause],
        last_day=window.values.get("last_day"),
        cost=cost.values if cost.code == "cost.reason" else {},
    )


def _piece_problems(line: StoreLine, wanted: Wanted) -> list[Line]:
    if line.digital:
        return [Line("line.digital")]
    left = left_of(line)
    if not 0 < wanted.quantity <= left:
        return [Line("line.not_so_many", {"left": left})]
    return []


def _policy_problems(terms: Terms, wanted: Wanted, window: Answer) -> list[Line]:
    problems = []
    if window.code != "window.open":
        problems.append(Line(window.code, {**window.values, "clause": window.clause}))
    if wanted.resolution not in terms.returns.resolutions:
        problems.append(Line("return.no_such_resolution"))
    reason = find_reason(terms, wanted.reason)
    if reason is None:
        problems.append(Line("return.reason_missing"))
    elif reason.photo and wanted.photos < 1:
        problems.append(Line("return.photo_missing", {"clause": f"returns.reasons.{reason.code}"}))
    return problems


def _check_exchange(
    order: StoreOrder, line: StoreLine, wanted: Wanted, seen: Situation
) -> tuple[list[Line], list[Line], str]:
    offer = seen.offers.get(wanted.variant or "")
    if offer is None or offer.product != line.product_id:
        return [Line("exchange.choose")], [], ""
    if not offer.available or (offer.stock is not None and offer.stock < wanted.quantity):
        return [Line("exchange.sold_out", {"title": offer.title})], [], offer.title
    dearer = order.currency == seen.currency and offer.price > line.unit_price
    return [], [Line("exchange.dearer", {"title": offer.title})] if dearer else [], offer.title


def _doubts_of(order: StoreOrder, terms: Terms, seen: Situation, whole: int) -> list[Line]:
    amounts = amounts_in(terms, order.currency)
    most = amounts.by_itself if amounts else 0
    if seen.most is not None:
        most = min(most, seen.most)
    if whole > most:
        return [Line("return.above_limit", {"amount": most, "currency": order.currency})]
    return []


def _shipping_back(order: StoreOrder, wanted: list[Wanted], terms: Terms) -> int:
    """The shipping is paid back when all of the order comes back, if the policy or the shop's own fault says so."""
    back = {one.line: one.quantity for one in wanted if one.resolution != "exchange"}
    kept = any(left_of(line) > back.get(line.external_id, 0) for line in order.lines)
    reasons = [find_reason(terms, one.reason) for one in wanted]
    fault = bool(reasons) and all(reason is not None and reason.shop_pays for reason in reasons)
    return refundable_shipping(order) if not kept and (terms.returns.refund_shipping or fault) else 0


def _label(
    terms: Terms, order: StoreOrder, lines: list[LineDecision], whole: int
) -> tuple[Literal["shop", "customer", "none"], bool]:
    """Says whose label it is, and whether the shopper keeps what is worth less than the way back."""
    amounts = amounts_in(terms, order.currency)
    exchanged = any(one.resolution == "exchange" for one in lines)
    if amounts and not exchanged and 0 < whole < amounts.keep_below:
        return "none", True
    return ("shop" if any(one.cost.get("label") == "shop" for one in lines) else "customer"), False


def window_of(
    order: StoreOrder, line: StoreLine, terms: Terms, seen: Situation, resolution: Resolution
) -> Answer:
    """Says until when a line can come back."""
    sent = when_sent(order, line)
    delivered = when_delivered(order, line)
    return answer_window(
        terms,
        WindowQuestion(
            now=seen.now,
            country=_country(order),
            resolution=resolution,
            traits=[*seen.traits.get(line.external_id, []), *([line.sku] if line.sku else [])],
            sent_at=sent,
            delivered_at=delivered,
            expected_at=order.promised_at,
            on_its_way=sent is not None and _is_moving(order, line) and seen.now < sent + LONGEST_WAY,
            moved_days=seen.moved_days,
        ),
    )


def left_of(line: StoreLine) -> int:
    """Gives how many pieces of a line can still come back."""
    return max(0, min(line.quantity, line.ordered - line.refunded))


def title_of(line: StoreLine) -> str:
    """Gives the name of what was bought."""
    return f"{line.title}, {line.variant_title}" if line.variant_title else line.title


def when_sent(order: StoreOrder, line: StoreLine) -> datetime | None:
    """Gives when the first piece of a line left."""
    times = [
        min([one.created_at, *(p.shipped_at for p in one.parcels if p.shipped_at)])
        for one in _fulfilments(order, line)
    ]
    if not times and order.fulfilment == "fulfilled":
        return order.placed_at
    return min(times, default=None)


def when_delivered(order: StoreOrder, line: StoreLine) -> datetime | None:
    """Gives when the last parcel with pieces of a line arrived; None while one is on its way."""
    parcels = [parcel for one in _fulfilments(order, line) for parcel in one.parcels]
    if not parcels or any(parcel.delivered_at is None for parcel in parcels):
        return None
    return max(parcel.delivered_at for parcel in parcels if parcel.delivered_at)


def _is_moving(order: StoreOrder, line: StoreLine) -> bool:
    return any(p.status in MOVING for one in _fulfilments(order, line) for p in one.parcels)


def _fulfilments(order: StoreOrder, line: StoreLine) -> list[StoreFulfilment]:
    return [one for one in order.fulfilments if any(p.line == line.external_id for p in one.pieces)]


def _country(order: StoreOrder) -> str:
    return order.address.country if order.address else ""
