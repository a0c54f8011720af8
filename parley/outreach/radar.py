"""The radar: when to look at an order again, and whether something is late by then. Pure."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from parley.commerce.policies.calendar import end_of_day, leaves_between
from parley.commerce.policies.terms import Processing
from parley.outreach.model import MOVING, OVER, Check, Found, Later, OrderState, Parcel, Waiting
from parley.outreach.quiet import is_zone
from parley.outreach.settings import Settings

# What is older than this is not looked at any more.
YOUNG = timedelta(days=60)
LOOK_AGAIN = timedelta(hours=6)


def plan_checks(order: OrderState, settings: Settings, now: datetime) -> list[Check]:
    """Gives everything about an order that may be late, and when.

    Nothing for orders that are over or old; nothing that was late before the store was connected, for whoever kept
    the store then has told it, or not.
    """
    if order.over or now - order.placed_at > YOUNG:
        return []
    parcels = [one for one in order.parcels if one.status not in OVER]
    found = [check for parcel in parcels for check in _of_parcel(order, parcel, settings, now)]
    if order.waiting:
        found += _of_waiting(order, settings)
    return [
        one for one in found if one.due_at is None or not order.from_before or one.due_at > order.connected_at
    ]


def _of_parcel(order: OrderState, parcel: Parcel, settings: Settings, now: datetime) -> list[Check]:
    subject = str(parcel.id)
    if parcel.status == "ready_for_pickup":
        since = parcel.last_event_at or parcel.created_at
        return [Check(kind="collect", subject=subject, due_at=since + settings.collect)]
    found = []
    if parcel.status == "label_created":
        since = parcel.shipped_at or parcel.last_event_at or parcel.created_at
        found.append(Check(kind="pickup", subject=subject, due_at=since + settings.label))
    # Of a parcel that nobody tells anything of, nobody knows whether it has arrived.
    if order.promised_at is not None and (
        parcel.status in MOVING or parcel.status in ("label_created", "failed")
    ):
        due = order.promised_at + settings.grace
        if _estimated_late(order, parcel):
            due = min(due, now)
        found.append(Check(kind="late", subject=subject, due_at=due))
    return found


def _estimated_late(order: OrderState, parcel: Parcel) -> bool:
    """Says whether the carrier names a later day than the one promised."""
    if parcel.estimated_at is None or order.promised_at is None:
        return False
    zone = ZoneInfo(order.store_zone if is_zone(order.store_zone) else "UTC")
    return parcel.estimated_at.astimezone(zone).date() > order.promised_at.astimezone(zone).date()


def _of_waiting(order: OrderState, settings: Settings) -> list[Check]:
    found = []
    if order.promised_at is not None:
        found.append(Check(kind="late", subject="", due_at=order.promised_at + settings.grace))
    leaves = leaves_by(order, settings)
    if leaves is not None and not order.parcels:
        found.append(Check(kind="unsent", subject="", due_at=leaves))
    found += [
        Check(kind="stock_out", subject=line.ref, due_at=None, variant_ref=line.variant_ref)
        for line in order.waiting
        if line.variant_ref is not None
    ]
    return found


def leaves_by(order: OrderState, settings: Settings) -> datetime | None:
    """Gives the moment by which an order was to have left; None where nobody promised any."""
    processing = order.processing
    if processing is None:
        if not settings.processing_days:
            return None
        processing = Processing(most=settings.processing_days, time_zone=order.store_zone)
    return end_of_day(leaves_between(order.placed_at, processing)[1], processing)


def judge_check(
    kind: str, subject: str, order: OrderState, settings: Settings, now: datetime
) -> Found | Later | None:
    """Says whether what was to be looked at is late now, when to look again, or (None) that it is over."""
    checks = plan_checks(order, settings, now)
    check = next((one for one in checks if (one.kind, one.subject) == (kind, subject)), None)
    if check is None:
        return None
    if kind == "stock_out":
        line = next(one for one in order.waiting if one.ref == subject)
        return judge_stock(line, order, settings, now)
    if check.due_at is None or check.due_at > now:
        return Later(check.due_at)
    if kind not in settings.on:
        # Switched on later, the radar finds it with the next change of the order, not all at once.
        return Later(None)
    promised = _promise(kind, order, settings)
    since = promised if promised is not None else check.due_at - _patience(kind, settings)
    parcel = order.parcel(UUID(subject)) if subject else None
    until = now
    if kind == "late" and parcel is not None and parcel.estimated_at is not None:
        until = max(now, parcel.estimated_at)
    return Found(
        kind=kind,
        shipment_id=parcel.id if parcel else None,
        line=None,
        promised_at=promised,
        days=max(0, (until - since).days),
    )


def _promise(kind: str, order: OrderState, settings: Settings) -> datetime | None:
    if kind == "late":
        return order.promised_at
    return leaves_by(order, settings) if kind == "unsent" else None


def _patience(kind: str, settings: Settings) -> timedelta:
    return settings.label if kind == "pickup" else settings.collect


def judge_stock(line: Waiting, order: OrderState, settings: Settings, now: datetime) -> Found | Later:
    """Says whether a line cannot be sent for want of goods.

    A store that counts has sold too much when its stock is below zero, and it is the last orders that miss the
    pieces; at zero all that was sold is there, unless the shop says otherwise. One that does not count has nothing.
    """
    if line.available is None or (line.available and (line.stock is None or line.stock >= 0)):
        return Later(None)
    nothing = line.stock is None or (line.stock >= 0 and settings.stock_out_at_zero)
    short = nothing or -(line.stock or 0) > line.newer
    if not short:
        return Later(now + LOOK_AGAIN)
    if "stock_out" not in settings.on:
        return Later(None)
    days = (now - order.placed_at).days
    return Found(kind="stock_out", shipment_id=None, line=line.ref, promised_at=order.promised_at, days=days)
