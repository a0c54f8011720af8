"""From what UPS tells of a parcel to Parley's words. Pure.

Sources: UPS Tracking API (Activity, Status, DeliveryDate), Track Alert v2 (TrackingEventRequest) and the appendix
of three-digit status codes; a code that is not listed here is judged by its type.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from parley.commerce.model import ShipmentStatus, Tracking, TrackingEvent
from parley.kit.failures import Refused

CARRIER = "UPS"
STATUS_CODES: dict[str, ShipmentStatus] = {
    "003": "label_created", "006": "out_for_delivery", "007": "cancelled", "011": "delivered",
    "017": "ready_for_pickup", "021": "out_for_delivery", "022": "failed", "023": "failed", "024": "failed",
    "026": "delivered", "034": "returned", "040": "ready_for_pickup",
}  # fmt: skip
# U tells of a new date and of no movement.
TYPES: dict[str, ShipmentStatus] = {
    "M": "label_created", "MV": "cancelled", "P": "in_transit", "I": "in_transit", "X": "in_transit",
    "O": "out_for_delivery", "RS": "returned", "U": "unknown",
}  # fmt: skip
LAST_HOUR = "235900"


def read_status(kind: str, code: str, text: str) -> ShipmentStatus:
    """Gives the status for a type, a three-digit code and an English text.

    Type D is also used for parcels that are loaded and on the way to the door (Track Alert, "What types of event
    data"), so it counts as delivered only when code or text says so.
    """
    if kind == "U":
        return "unknown"
    known = STATUS_CODES.get(code.zfill(3)) if code else None
    if known is not None:
        return known
    if "OUT FOR DELIVERY" in text.upper():
        return "out_for_delivery"
    if kind == "D":
        return "delivered" if "DELIVERED" in text.upper() else "out_for_delivery"
    return TYPES.get(kind, "unknown")


def read_tracking(answer: Any, number: str) -> Tracking:
    """Reads the answer of `/track/v1/details`; raises Refused when it tells of no such parcel."""
    try:
        shipments = answer["trackResponse"]["shipment"]
        parcels = [one for shipment in shipments for one in shipment.get("package", ())]
        parcel = next((one for one in parcels if one.get("trackingNumber") == number), None) or parcels[0]
    except (KeyError, IndexError, TypeError) as failure:
        raise Refused("UPS does not know this number") from failure
    activities = list(reversed(parcel.get("activity") or ()))
    events = [event for one in activities if (event := _read_activity(one)) is not None]
    events.sort(key=lambda event: event.at)
    now = parcel.get("currentStatus") or (activities[-1].get("status") if activities else {}) or {}
    status = _read_current(now)
    if status == "unknown":
        status = _last_moved(events)
    offset = next((_offset(one.get("gmtOffset")) for one in reversed(activities)), timedelta(0))
    return Tracking(
        number=number,
        carrier=CARRIER,
        status=status,
        events=events,
        estimated_at=_estimated(parcel, offset),
        delivered_at=_delivered_at(events) if status == "delivered" else None,
        url=f"https://www.ups.com/track?tracknum={number}",
    )


def read_push(told: Any) -> Tracking:
    """Reads a Track Alert event, the newest thing that happened to a parcel; raises Refused when it is malformed."""
    try:
        number = str(told["trackingNumber"])
        status = told["activityStatus"]
        at = _time(told.get("gmtActivityDate"), told.get("gmtActivityTime"), timedelta(0))
        if at is None:
            local = _offset(told.get("gmtOffset"))
            at = _time(told.get("localActivityDate"), told.get("localActivityTime"), local)
        if at is None:
            raise Refused("the event has no time")
        text = str(status.get("description") or "")
        kind = str(status.get("type") or "")
        code = str(status.get("descriptionCode") or status.get("statusCode") or "")
        found = read_status(kind, code, text)
        if told.get("actualDeliveryDate") and kind == "D" and found == "out_for_delivery" and not code:
            found = "delivered"
        offset = _offset(told.get("gmtOffset"))
        event = TrackingEvent(
            at=at,
            status=found,
            code=_code(kind, status.get("code")),
            text=text,
            place=_place(told.get("activityLocation") or {}),
        )
        return Tracking(
            number=number,
            carrier=CARRIER,
            status=found,
            events=[event],
            estimated_at=_time(
                told.get("scheduledDeliveryDate"), told.get("deliveryEndTime") or LAST_HOUR, offset
            ),
            delivered_at=at if found == "delivered" else None,
            url=f"https://www.ups.com/track?tracknum={number}",
        )
    except (KeyError, TypeError, AttributeError) as failure:
        raise Refused("the event is malformed") from failure


def _read_activity(one: Mapping[str, Any]) -> TrackingEvent | None:
    status = one.get("status") or {}
    at = _time(one.get("gmtDate"), one.get("gmtTime"), timedelta(0)) or _time(
        one.get("date"), one.get("time"), _offset(one.get("gmtOffset"))
    )
    if at is None:
        return None
    kind, text = str(status.get("type") or ""), str(status.get("description") or "")
    return TrackingEvent(
        at=at,
        status=read_status(kind, str(status.get("statusCode") or ""), text),
        code=_code(kind, status.get("code")),
        text=text.strip(),
        place=_place((one.get("location") or {}).get("address") or {}),
    )


def _read_current(status: Mapping[str, Any]) -> ShipmentStatus:
    """`currentStatus` has the three-digit code as `code` and often no type."""
    code = str(status.get("statusCode") or status.get("code") or "")
    text = str(status.get("simplifiedTextDescription") or status.get("description") or "")
    return read_status(str(status.get("type") or ""), code if code.isdigit() else "", text)


def _last_moved(events: list[TrackingEvent]) -> ShipmentStatus:
    for event in reversed(events):
        if event.status != "unknown":
            return event.status
    return "unknown"


def _code(kind: str, code: Any) -> str:
    return f"{kind}-{code}" if code else kind


def _delivered_at(events: list[TrackingEvent]) -> datetime | None:
    return next((event.at for event in reversed(events) if event.status == "delivered"), None)


def _estimated(parcel: Mapping[str, Any], offset: timedelta) -> datetime | None:
    """A rescheduled date goes before the first one; without an hour it is the end of the day."""
    dates = {one.get("type"): one.get("date") for one in parcel.get("deliveryDate") or ()}
    hour = (parcel.get("deliveryTime") or {}).get("endTime") or LAST_HOUR
    return _time(dates.get("RDD") or dates.get("SDD"), hour, offset)


def _place(address: Mapping[str, Any]) -> str:
    country = address.get("countryCode") or address.get("country")
    return ", ".join(filter(None, [address.get("city"), address.get("stateProvince"), country]))


def _offset(text: Any) -> timedelta:
    """Reads `-05:00` and `-04.00`; nothing when there is none."""
    digits = "".join(letter for letter in str(text or "") if letter.isdigit())
    if len(digits) != 4:
        return timedelta(0)
    found = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -found if str(text).startswith("-") else found


def _time(day: Any, hour: Any, offset: timedelta) -> datetime | None:
    """Reads YYYYMMDD and HHMMSS, also with separators or without leading zeros; `offset` is that of the place."""
    date = "".join(letter for letter in str(day or "") if letter.isdigit())
    time = "".join(letter for letter in str(hour or "") if letter.isdigit()).zfill(6)[:6]
    try:
        return datetime.strptime(date + time, "%Y%m%d%H%M%S").replace(tzinfo=UTC) - offset
    except ValueError:
        return None
