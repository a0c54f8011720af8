"""EasyPost's trackers and shipments in Parley's words, and the reverse. Pure.

Sources: EasyPost API v2, objects Tracker, Shipment, Rate, PostageLabel and Event.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from parley.commerce.connectors.easypost.settings import EasyPostSettings
from parley.commerce.model import Address, Label, Parcel, ShipmentStatus, Tracking, TrackingEvent
from parley.kit.failures import Refused
from parley.kit.money import exponent_of

STATUSES: dict[str, ShipmentStatus] = {
    "pre_transit": "label_created", "in_transit": "in_transit", "out_for_delivery": "out_for_delivery",
    "delivered": "delivered", "available_for_pickup": "ready_for_pickup", "return_to_sender": "returned",
    "failure": "failed", "cancelled": "cancelled",
}  # fmt: skip
TYPES = {"PDF": "application/pdf", "PNG": "image/png", "ZPL": "application/zpl"}
OUNCE, INCH = 28.349523, 25.4


def reference_of(key: str) -> str:
    """Gives the reference under which a label is bought: letters and digits, the same for the same key."""
    return f"parley{sha256(key.encode()).hexdigest()[:32]}"


def read_tracker(tracker: Any) -> Tracking:
    """Reads a tracker; raises Refused when it is malformed."""
    try:
        details = tracker.get("tracking_details") or ()
        events = [event for one in details if (event := _read_detail(one)) is not None]
        events.sort(key=lambda event: event.at)
        status = STATUSES.get(str(tracker.get("status")), "unknown")
        arrived = next((e.at for e in reversed(events) if e.status == "delivered"), None)
        return Tracking(
            number=str(tracker["tracking_code"]),
            carrier=str(tracker.get("carrier") or ""),
            status=status,
            events=events,
            estimated_at=_time(tracker.get("est_delivery_date")),
            delivered_at=arrived if status == "delivered" else None,
            url=str(tracker.get("public_url") or ""),
            external_id=str(tracker["id"]),
        )
    except (KeyError, TypeError, AttributeError) as failure:
        raise Refused("the tracker is malformed") from failure


def build_shipment(
    settings: EasyPostSettings, sender: Address, recipient: Address, parcel: Parcel, key: str
) -> dict[str, Any]:
    """Builds the body of a return shipment.

    With `is_return` EasyPost exchanges the addresses by itself, so they stand as they did on the way out: to the
    customer, from the shop. Ounces and inches.
    """
    return {
        "shipment": {
            "to_address": _address(sender),
            "from_address": _address(recipient),
            "parcel": {
                "length": round(parcel.length / INCH, 1),
                "width": round(parcel.width / INCH, 1),
                "height": round(parcel.height / INCH, 1),
                "weight": max(round(parcel.grams / OUNCE, 1), 0.1),
            },
            "is_return": True,
            "reference": reference_of(key),
            "options": {"label_format": settings.label_format},
        }
    }


def choose_rate(settings: EasyPostSettings, shipment: Any) -> str:
    """Gives the id of the cheapest rate of the carriers wanted; raises Refused when there is none."""
    wanted = {name.strip().lower() for name in settings.carriers if name.strip()}
    try:
        rates = [
            (Decimal(str(one["rate"])), str(one["id"]))
            for one in shipment.get("rates") or ()
            if not wanted or str(one["carrier"]).lower() in wanted
        ]
    except (KeyError, TypeError, InvalidOperation) as failure:
        raise Refused("EasyPost's rates cannot be read") from failure
    if not rates:
        said = "; ".join(str(one.get("message", "")) for one in shipment.get("messages") or ())
        raise Refused(f"No carrier offers this return. {said[:200]}".strip())
    return min(rates)[1]


def is_bought(shipment: Any) -> bool:
    """Says whether a shipment has a label."""
    return bool(shipment.get("postage_label") and shipment.get("tracking_code"))


def read_label(shipment: Any, data: bytes) -> Label:
    """Reads a bought shipment; `data` is its label's file."""
    try:
        rate, file = shipment["selected_rate"], shipment["postage_label"]
        currency = str(rate["currency"])
        cost = Decimal(str(rate["rate"])).scaleb(exponent_of(currency))
        return Label(
            external_id=str(shipment["id"]),
            number=str(shipment["tracking_code"]),
            carrier=str(rate["carrier"]),
            data=data,
            type=_type(file),
            cost=int(cost.to_integral_value()),
            currency=currency,
            url=str((shipment.get("tracker") or {}).get("public_url") or ""),
        )
    except (KeyError, TypeError, ValueError, InvalidOperation) as failure:
        raise Refused(
            "EasyPost bought a label but its answer cannot be read; look at easypost.com"
        ) from failure


def label_url(shipment: Any) -> str:
    """Gives where a label's file is."""
    return str(shipment["postage_label"].get("label_url") or "")


def _type(file: Mapping[str, Any]) -> str:
    told = str(file.get("label_file_type") or "")
    return (
        told
        if told in TYPES.values()
        else TYPES.get(told.rpartition("/")[2].upper(), "application/octet-stream")
    )


def _read_detail(one: Mapping[str, Any]) -> TrackingEvent | None:
    at = _time(one.get("datetime"))
    if at is None:
        return None
    where = one.get("tracking_location") or {}
    return TrackingEvent(
        at=at,
        status=STATUSES.get(str(one.get("status")), "unknown"),
        code=str(one.get("carrier_code") or one.get("status_detail") or ""),
        text=str(one.get("message") or one.get("description") or ""),
        place=", ".join(filter(None, [where.get("city"), where.get("state"), where.get("country")])),
    )


def _address(who: Address) -> dict[str, str]:
    fields = {
        "name": who.name,
        "company": who.company,
        "street1": who.line1,
        "street2": who.line2,
        "city": who.city,
        "state": who.region,
        "zip": who.postcode,
        "country": who.country,
        "phone": who.phone,
    }
    return {name: value for name, value in fields.items() if value}


def _time(text: Any) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
