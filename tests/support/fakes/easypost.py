"""An EasyPost on this machine: trackers, shipments, refunds, signed webhooks, and what goes wrong there.

Shapes are those of recorded exchanges with the real API; `exchanges` keeps what was asked and answered.
"""

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import msgspec

from tests.support.fakes.serving import Answer, Faults, Request, build_app, serving

KEY = "EZTKtest"
STARTED = datetime(2026, 11, 22, 9, tzinfo=UTC)
FILES = {"PDF": b"%PDF-1.4\n%%EOF", "PNG": b"\x89PNG\r\n\x1a\n", "ZPL": b"^XA^XZ"}
KINDS = {"PDF": "application/pdf", "PNG": "image/png", "ZPL": "application/zpl"}
RATES = (("USPS", "Express", "34.15"), ("USPS", "GroundAdvantage", "6.07"), ("FedEx", "GROUND", "5.95"))


def new_id(kind: str) -> str:
    """Gives an id as EasyPost makes them."""
    return f"{kind}_{uuid4().hex}"


def text(at: datetime) -> str:
    """Gives a time as EasyPost writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def detail(at: datetime, status: str, message: str, city: str | None = None) -> dict[str, Any]:
    """Gives a TrackingDetail."""
    place = {"object": "TrackingLocation", "city": city, "state": None, "country": None, "zip": None}
    return {
        "object": "TrackingDetail",
        "message": message,
        "description": "",
        "status": status,
        "status_detail": "status_update",
        "datetime": text(at),
        "source": "USPS",
        "carrier_code": "",
        "tracking_location": place,
    }


class FakeEasyPost:
    """What EasyPost holds; `url` once it is being served."""

    def __init__(self) -> None:
        self.url = ""
        self.faults = Faults()
        self.known: dict[str, tuple[str, list[dict[str, Any]]]] = {}
        self.trackers: dict[str, dict[str, Any]] = {}
        self.shipments: dict[str, dict[str, Any]] = {}
        self.webhooks: dict[str, dict[str, Any]] = {}
        self.secrets: dict[str, str] = {}
        self.used: set[str] = set()
        self.no_rates = False
        self.exchanges: list[tuple[Request, Answer]] = []
        self.app = build_app(self.handle, self.faults, label_of, _throttled)

    @property
    def bought(self) -> list[dict[str, Any]]:
        """The shipments that have a label."""
        return [one for one in self.shipments.values() if one["postage_label"]]

    async def handle(self, request: Request) -> Answer:
        """Answers a request."""
        if request.path.startswith("/files/"):
            # The file lies at another place, which must not see the key.
            assert "authorization" not in request.headers
            form = request.path.rpartition(".")[2].upper()
            return Answer(200, FILES[form], {"content-type": "application/octet-stream"})
        answer = self._answer(request)
        self.exchanges.append((request, answer))
        return answer

    def _answer(self, request: Request) -> Answer:
        pair = base64.b64encode(f"{KEY}:".encode()).decode()
        if request.headers.get("authorization") != f"Basic {pair}":
            return error(401, "APIKEY.INACTIVE", "This api key is no longer active.")
        asked = msgspec.json.decode(request.body) if request.body else {}
        first, *rest = request.path.removeprefix("/v2/").split("/")
        if first == "shipments":
            return self._answer_shipments(request.method, rest, asked)
        return self._answer_others(request.method, [first, *rest], asked)

    def _answer_others(self, method: str, path: list[str], asked: dict[str, Any]) -> Answer:
        match (method, *path):
            case ("GET", "trackers"):
                return told({"trackers": [plain(one) for one in self.trackers.values()], "has_more": False})
            case ("POST", "trackers"):
                return self._follow(asked["tracker"]["tracking_code"])
            case ("POST", "trackers", "batch"):
                found = [plain(self._show(n)) for n in asked["tracking_codes"] if n in self.trackers]
                return told({"trackers": found, "has_more": False})
            case ("POST", "webhooks"):
                return self._hook(asked["webhook"])
            case ("DELETE", "webhooks", known):
                return told({}) if self.webhooks.pop(known, None) else missing()
            case _:
                return missing()

    def _answer_shipments(self, method: str, path: list[str], asked: dict[str, Any]) -> Answer:
        match (method, *path):
            case ("POST",):
                return self._create(asked["shipment"])
            case ("GET", known):
                found = self._find(known)
                return told(found) if found else missing()
            case ("POST", known, "buy"):
                return self._buy(known, asked["rate"]["id"])
            case ("POST", known, "refund"):
                return self._refund(known)
            case _:
                return missing()

    def _follow(self, number: str) -> Answer:
        if number not in self.known:
            return error(422, "TRACKER.CREATE.ERROR", "The carrier could not be found out.")
        if number not in self.trackers:
            self.trackers[number] = {
                "id": new_id("trk"),
                "object": "Tracker",
                "mode": "test",
                "tracking_code": number,
                "status": "unknown",
                "status_detail": "unknown",
                "created_at": text(STARTED),
                "updated_at": text(STARTED),
                "signed_by": None,
                "weight": None,
                "est_delivery_date": text(STARTED),
                "shipment_id": None,
                "carrier": "USPS",
                "tracking_details": [],
                "carrier_detail": {"object": "CarrierDetail", "service": "Ground Advantage"},
                "finalized": False,
                "is_return": False,
                "public_url": f"https://track.easypost.com/{number}",
            }
        return told(self._show(number))

    def _show(self, number: str) -> dict[str, Any]:
        status, details = self.known[number]
        self.trackers[number] |= {"status": status, "tracking_details": details}
        return self.trackers[number]

    def _create(self, wanted: dict[str, Any]) -> Answer:
        if not wanted:
            return error(422, "PARAMETER.REQUIRED", "Missing required parameter.")
        shipment_id = new_id("shp")
        # EasyPost exchanges the addresses of a return by itself.
        sides = ("to_address", "from_address") if wanted.get("is_return") else ("from_address", "to_address")
        rates = [
            {
                "id": new_id("rate"),
                "object": "Rate",
                "created_at": text(STARTED),
                "updated_at": text(STARTED),
                "mode": "test",
                "service": service,
                "carrier": carrier,
                "rate": rate,
                "currency": "USD",
                "delivery_days": 3,
                "shipment_id": shipment_id,
                "carrier_account_id": "ca_1",
            }
            for carrier, service, rate in (() if self.no_rates else RATES)
        ]
        self.shipments[shipment_id] = {
            "id": shipment_id,
            "object": "Shipment",
            "created_at": text(STARTED),
            "updated_at": text(STARTED),
            "is_return": bool(wanted.get("is_return")),
            "messages": [],
            "mode": "test",
            "options": {**wanted.get("options", {}), "currency": "USD", "date_advance": 0},
            "reference": wanted.get("reference"),
            "status": "unknown",
            "tracking_code": None,
            "from_address": show_address(wanted[sides[0]]),
            "to_address": show_address(wanted[sides[1]]),
            "parcel": {"id": new_id("prcl"), "object": "Parcel", "mode": "test", **wanted["parcel"]},
            "postage_label": None,
            "rates": rates,
            "refund_status": None,
            "selected_rate": None,
            "tracker": None,
            "fees": [],
        }
        return told(self.shipments[shipment_id], 201)

    def _find(self, known: str) -> dict[str, Any] | None:
        return self.shipments.get(known) or next(
            (one for one in self.shipments.values() if one["reference"] == known), None
        )

    def _buy(self, known: str, rate_id: str) -> Answer:
        shipment = self._find(known)
        if shipment is None:
            return missing()
        if shipment["postage_label"]:
            return error(422, "SHIPMENT.POSTAGE.EXISTS", "Postage already exists for this shipment.")
        number = f"94001002083031095{len(self.bought):05d}"
        form = shipment["options"]["label_format"]
        self.known[number] = ("pre_transit", [])
        self._follow(number)
        shipment |= {
            "tracking_code": number,
            "selected_rate": next(one for one in shipment["rates"] if one["id"] == rate_id),
            "postage_label": {
                "object": "PostageLabel",
                "id": new_id("pl"),
                "created_at": text(STARTED),
                "updated_at": text(STARTED),
                "label_size": "4x6",
                "label_type": "default",
                "label_file_type": KINDS[form],
                "label_url": f"{self.url}/files/{number}.{form.lower()}",
            },
            "tracker": {**plain(self.trackers[number]), "shipment_id": shipment["id"]},
        }
        shipment["tracker"] |= {"est_delivery_date": None, "carrier_detail": None}
        return told(shipment)

    def _refund(self, known: str) -> Answer:
        shipment = self._find(known)
        if shipment is None:
            return missing()
        if shipment["refund_status"] or known in self.used:
            return error(422, "SHIPMENT.REFUND.UNAVAILABLE", "Refund request unavailable.")
        shipment["refund_status"] = "submitted"
        return told(shipment)

    def _hook(self, wanted: dict[str, Any]) -> Answer:
        made = {
            "id": new_id("hook"),
            "object": "Webhook",
            "mode": "test",
            "url": wanted["url"],
            "created_at": text(STARTED),
            "disabled_at": None,
            "custom_headers": [],
        }
        self.webhooks[made["id"]] = made
        self.secrets[made["id"]] = wanted["webhook_secret"]
        return told(made, 201)


def plain(tracker: dict[str, Any]) -> dict[str, Any]:
    """Gives a tracker as lists show it."""
    return {name: value for name, value in tracker.items() if name not in ("finalized", "is_return")}


def build_event(tracker: dict[str, Any], event_id: str) -> bytes:
    """Gives the body of a webhook."""
    return msgspec.json.encode(
        {
            "id": event_id,
            "object": "Event",
            "description": "tracker.updated",
            "mode": "test",
            "previous_attributes": {"status": "unknown"},
            "created_at": text(STARTED),
            "updated_at": text(STARTED),
            "pending_urls": [],
            "completed_urls": [],
            "user_id": "user_1",
            "status": "pending",
            "result": tracker,
        }
    )


def sign(secret: str, body: bytes) -> dict[str, str]:
    """Gives the headers of a genuine webhook."""
    key = unicodedata.normalize("NFKD", secret).encode()
    return {"x-hmac-signature": "hmac-sha256-hex=" + hmac.new(key, body, hashlib.sha256).hexdigest()}


def show_address(given: dict[str, Any]) -> dict[str, Any]:
    """Gives an address as EasyPost shows it."""
    names = ("name", "company", "street1", "street2", "city", "state", "zip", "country", "phone")
    return {"id": new_id("adr"), "object": "Address", "mode": "test", **{n: given.get(n) for n in names}}


def label_of(request: Request) -> str:
    """Names a request for the faults."""
    return f"{request.method} {request.path.removeprefix('/v2/')}"


async def _throttled(_request: Request) -> Answer:
    found = error(429, "RATE_LIMITED", "Too many requests")
    return Answer(429, found.body, {**found.headers, "retry-after": "60"})


def told(value: Any, status: int = 200) -> Answer:
    """Gives an answer in JSON."""
    return Answer(status, msgspec.json.encode(value), {"content-type": "application/json"})


def error(status: int, code: str, message: str) -> Answer:
    """Gives an error as EasyPost writes it."""
    return told({"error": {"code": code, "message": message, "errors": []}}, status)


def missing() -> Answer:
    """Gives the answer for what there is not."""
    return error(404, "NOT_FOUND", "The requested resource could not be found.")


@asynccontextmanager
async def easypost() -> AsyncIterator[FakeEasyPost]:
    """Serves a fake EasyPost."""
    fake = FakeEasyPost()
    async with serving(fake.app) as url:
        fake.url = url
        yield fake
