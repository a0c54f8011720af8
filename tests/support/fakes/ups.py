"""A UPS on this machine: tokens, tracking, Track Alert, return labels, and what goes wrong there.

Shapes are those of UPS's descriptions (OAuth, Tracking, Track Alert v2, Shipping 2409); `exchanges` keeps what was
asked and answered, so that both can be checked against them.
"""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec

from tests.support.fakes.serving import Answer, Faults, Request, build_app, serving

CLIENT, SECRET, ACCOUNT, CREDENTIAL = "client", "secret", "A1B2C3", "agreed on"
PICTURES = {"GIF": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "ZPL": b"^XA^XZ", "PDF": b"%PDF-1.4\n%%EOF"}


class Parcel(msgspec.Struct):
    """A parcel as UPS knows it; activities newest first."""

    number: str
    activities: list[dict[str, Any]] = []
    current: dict[str, Any] = {}
    dates: list[dict[str, str]] = []
    time: dict[str, str] | None = None


class Bought(msgspec.Struct):
    """A label that was bought."""

    number: str
    reference: str
    service: str
    voided: bool = False
    used: bool = False


def activity(at: datetime, kind: str, code: str, status: str, text: str, city: str = "") -> dict[str, Any]:
    """Gives an activity (schema Activity) that happened at a time, two hours east of Greenwich."""
    local = at.replace(hour=(at.hour + 2) % 24)
    found: dict[str, Any] = {
        "date": f"{at:%Y%m%d}",
        "time": f"{local:%H%M%S}",
        "gmtDate": f"{at:%Y%m%d}",
        "gmtTime": f"{at:%H:%M:%S}",
        "gmtOffset": "+02:00",
        "status": {"type": kind, "code": code, "statusCode": status, "description": text},
        "location": {"address": {"city": city, "countryCode": "SI", "country": "SI"} if city else {}},
    }
    return found


def push(number: str, at: datetime, kind: str, code: str, status: str, text: str) -> bytes:
    """Gives the body of a Track Alert event (schema TrackingEventRequest)."""
    told: dict[str, Any] = {
        "trackingNumber": number,
        "localActivityDate": f"{at:%Y%m%d}",
        "localActivityTime": f"{at:%H%M%S}",
        "gmtActivityDate": f"{at:%Y%m%d}",
        "gmtActivityTime": f"{at:%H%M%S}",
        "gmtOffset": "+00.00",
        "activityLocation": {"city": "Charlotte", "stateProvince": "NC", "country": "US"},
        "activityStatus": {"type": kind, "code": code, "description": text, "descriptionCode": status},
    }
    if status == "011":
        told |= {"actualDeliveryDate": f"{at:%Y%m%d}", "actualDeliveryTime": f"{at:%H%M%S}"}
    return msgspec.json.encode(told)


class FakeUps:
    """What UPS holds; `url` once it is being served."""

    def __init__(self) -> None:
        self.url = ""
        self.faults = Faults()
        self.parcels: dict[str, Parcel] = {}
        self.labels: list[Bought] = []
        self.watched: list[list[str]] = []
        self.tokens: list[str] = []
        self.without_picture = False
        self.exchanges: list[tuple[Request, Answer]] = []
        self.app = build_app(self.handle, self.faults, label_of, _throttled)

    def expire(self) -> None:
        """Lets all tokens end."""
        self.tokens = ["none is good any more"]

    async def handle(self, request: Request) -> Answer:
        """Answers a request."""
        answer = self._answer(request)
        self.exchanges.append((request, answer))
        return answer

    def _answer(self, request: Request) -> Answer:
        if request.path == "/security/v1/oauth/token":
            return self._token(request)
        if request.headers.get("authorization", "").removeprefix("Bearer ") != self._good():
            return error(401, "250002", "Invalid Authentication Information.")
        path = request.path.removeprefix("/api")
        if path.startswith("/track/v1/details/"):
            return self._track(path.rpartition("/")[2])
        if path == "/track/v2/subscription/standard/package":
            return self._watch(msgspec.json.decode(request.body))
        if path == "/shipments/v2409/ship":
            return self._ship(msgspec.json.decode(request.body)["ShipmentRequest"])
        if path == "/labels/v1/recovery":
            return self._recover(msgspec.json.decode(request.body)["LabelRecoveryRequest"])
        if path.startswith("/shipments/v2409/void/cancel/") and request.method == "DELETE":
            return self._void(path.rpartition("/")[2])
        return error(404, "404", "Not found")

    def _good(self) -> str:
        return self.tokens[-1] if self.tokens else ""

    def _token(self, request: Request) -> Answer:
        pair = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {pair}":
            return error(401, "10401", "ClientId is Invalid")
        self.tokens.append(uuid4().hex)
        return answer_json(
            {
                "token_type": "Bearer",
                "issued_at": "1760000000000",
                "client_id": CLIENT,
                "access_token": self.tokens[-1],
                "scope": "",
                "expires_in": "14399",
                "refresh_count": "0",
                "status": "approved",
            }
        )

    def _track(self, number: str) -> Answer:
        known = self.parcels.get(number)
        if known is None:
            return error(404, "TW0001", "Tracking Information Not Found")
        package: dict[str, Any] = {
            "trackingNumber": number,
            "activity": known.activities,
            "deliveryDate": known.dates,
            "packageCount": 1,
        }
        if known.current:
            package["currentStatus"] = known.current
        if known.time:
            package["deliveryTime"] = known.time
        return answer_json({"trackResponse": {"shipment": [{"inquiryNumber": number, "package": [package]}]}})

    def _watch(self, asked: dict[str, Any]) -> Answer:
        numbers = asked["trackingNumberList"]
        if len(numbers) > 100:
            return watch_error("VSS220", "You have submitted over 100 tracking numbers", numbers)
        valid = [one for one in numbers if one in self.parcels]
        if not valid:
            return watch_error("VSS210", "There should be at least one valid tracking number.", numbers)
        self.watched.append(numbers)
        invalid = [one for one in numbers if one not in self.parcels]
        return answer_json({"validTrackingNumbers": valid, "invalidTrackingNumbers": invalid})

    def _ship(self, asked: dict[str, Any]) -> Answer:
        shipment = asked["Shipment"]
        if shipment["Shipper"]["ShipperNumber"] != ACCOUNT:
            return error(400, "120100", "Missing or invalid shipper number")
        references = shipment.get("ReferenceNumber") or shipment["Package"][0].get("ReferenceNumber")
        number = f"1Z{ACCOUNT}90{len(self.labels):08d}"
        service = shipment["ReturnService"]["Code"]
        self.labels.append(Bought(number, references[0]["Value"], service))
        form = asked["LabelSpecification"]["LabelImageFormat"]["Code"]
        package: dict[str, Any] = {"TrackingNumber": number}
        if not self.without_picture:
            package["ShippingLabel"] = {
                "ImageFormat": {"Code": form, "Description": form},
                "GraphicImage": base64.b64encode(PICTURES[form]).decode(),
            }
        results = {
            "ShipmentCharges": {
                "TransportationCharges": money("9.80"),
                "ServiceOptionsCharges": money("0.00"),
                "TotalCharges": money("9.80"),
            },
            "NegotiatedRateCharges": {"TotalCharge": money("7.35")},
            "BillingWeight": {"UnitOfMeasurement": {"Code": "KGS"}, "Weight": "00000001"},
            "ShipmentIdentificationNumber": number,
            "PackageResults": [package],
        }
        return answer_json({"ShipmentResponse": {"Response": done(), "ShipmentResults": results}})

    def _recover(self, asked: dict[str, Any]) -> Answer:
        wanted = asked.get("TrackingNumber")
        reference = asked.get("ReferenceValues", {}).get("ReferenceNumber", {}).get("Value")
        found = [
            one
            for one in self.labels
            if not one.voided and (one.number == wanted or one.reference == reference)
        ]
        if not found:
            return error(400, "300001", "No label was found for this request")
        form = asked["LabelSpecification"]["LabelImageFormat"]["Code"]
        results = [
            {
                "TrackingNumber": one.number,
                "LabelImage": {
                    "LabelImageFormat": {"Code": f"{form} "},
                    "GraphicImage": base64.b64encode(PICTURES[form]).decode(),
                },
            }
            for one in found
        ]
        return answer_json(
            {
                "LabelRecoveryResponse": {
                    "Response": done(),
                    "ShipmentIdentificationNumber": found[0].number,
                    "LabelResults": results,
                }
            }
        )

    def _void(self, number: str) -> Answer:
        found = next((one for one in self.labels if one.number == number), None)
        if found is None or found.used:
            return error(400, "190102", "No shipment found within the allowed void period")
        if found.voided:
            return error(400, "190117", "The shipment has already been voided.")
        found.voided = True
        status = {"Status": {"Code": "1", "Description": "Voided"}}
        return answer_json({"VoidShipmentResponse": {"Response": done(), "SummaryResult": status}})


def label_of(request: Request) -> str:
    """Names a request for the faults."""
    for word in ("oauth", "details", "subscription", "ship", "recovery", "void"):
        if word in request.path.rpartition("/api")[2]:
            return "void" if "/void/" in request.path else word
    return request.path


async def _throttled(_request: Request) -> Answer:
    found = error(429, "10429", "Too Many Requests")
    return Answer(429, found.body, {**found.headers, "retry-after": "120"})


def answer_json(value: Any, status: int = 200) -> Answer:
    """Gives an answer in JSON."""
    return Answer(status, msgspec.json.encode(value), {"content-type": "application/json"})


def error(status: int, code: str, text: str) -> Answer:
    """Gives an error as UPS writes it (schema ErrorResponse)."""
    return answer_json({"response": {"errors": [{"code": code, "message": text}]}}, status)


def watch_error(code: str, text: str, numbers: list[str]) -> Answer:
    """Gives an error of Track Alert (schema PackageSubscriptionErrorResponse)."""
    errors = [{"code": code, "message": text}]
    return answer_json({"invalidTrackingNumbers": numbers, "response": {"errors": errors}}, 400)


def money(amount: str) -> dict[str, str]:
    """Gives an amount in euros."""
    return {"CurrencyCode": "EUR", "MonetaryValue": amount}


def done() -> dict[str, Any]:
    """Gives the head of every good answer."""
    return {"ResponseStatus": {"Code": "1", "Description": "Success"}}


@asynccontextmanager
async def ups() -> AsyncIterator[FakeUps]:
    """Serves a fake UPS."""
    fake = FakeUps()
    async with serving(fake.app) as url:
        fake.url = url
        yield fake
