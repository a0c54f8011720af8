"""What our UPS connector sends, and what the fake answers, against UPS's official descriptions."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from parley.commerce.connectors.ups.labels import build_shipment
from parley.commerce.connectors.ups.tests.conftest import ANA, KEY, SHOP, Desk
from parley.commerce.connectors.ups.tests.test_ups import NUMBER, fill
from parley.commerce.model import Address, Parcel
from parley.kit.failures import Failure, Misconfigured
from tests.support.carrier_link import NOW
from tests.support.conforming import check_answer, check_request, check_value, load_spec
from tests.support.fakes.serving import Request
from tests.support.fakes.ups import push, ups

pytestmark = pytest.mark.contracts
MAYA = Address(
    name="Maya Lee", line1="1 Main St", city="Wayne", region="NJ", postcode="07470-1234", country="US"
)
STORE = Address(
    company="Store",
    name="Returns",
    line1="2 Oak Rd",
    city="Reno",
    region="NV",
    postcode="89501",
    country="US",
)
# The description of Label Recovery contradicts itself: it demands both ways to name a label, whose texts say "if the
# other is not given", and a file type of four letters, whose list of values is GIF, PDF and ZPL.
CONTRADICTIONS = (
    "'TrackingNumbers' is a required property",
    "'ReferenceValues' is a required property",
    "LabelImageFormat.Code: 'PDF' is too short",
    "LabelImageFormat.Code: 'ZPL' is too short",
)


def place(folder: Path, request: Request) -> tuple[Any, str]:
    """Gives the description that a request belongs to, and its path there."""
    path = request.path.removeprefix("/api")
    if path.startswith("/security"):
        return load_spec(folder, "ups/ups_OAuthClientCredentials.yaml"), path
    if path.startswith("/track/v2/subscription"):
        return load_spec(folder, "ups/ups_UPSTrackAlert.yaml"), path.removeprefix("/track/v2")
    if path.startswith("/track"):
        return load_spec(folder, "ups/ups_Tracking.yaml"), path
    return load_spec(folder, "ups/ups_Shipping.trim.json"), path


def is_wrong(request: Request, complaint: str) -> bool:
    """Says whether a complaint is one about us."""
    return not (request.path.endswith("/recovery") and any(one in complaint for one in CONTRADICTIONS))


async def use_everything(desk: Desk) -> None:
    """Lets the connector send every kind of request, and the fake give every kind of answer."""
    fill(desk.fake)
    await desk.track(NUMBER)
    desk.fake.expire()
    await desk.track(NUMBER)
    with suppress(Failure):
        await desk.track("1Z0000000000000000")
    await desk.connector.watch(desk.link, desk.settings, [("UPS", NUMBER), ("UPS", "1Z999AA10123456785")])
    await desk.connector.watch(desk.link, desk.settings, [("UPS", "1Z999AA10123456785")])
    for number, (form, service) in enumerate([("GIF", "print"), ("ZPL", "print"), ("GIF", "electronic")]):
        desk.settings.label_format = form  # type: ignore[assignment]
        desk.settings.return_service = service  # type: ignore[assignment]
        desk.fake.without_picture = service == "electronic"
        for sender, recipient in ((ANA, SHOP), (MAYA, STORE)):
            key = f"{KEY}{number}{sender.country}"
            label = await desk.buy(key, sender, recipient)
            assert await desk.find(key) is not None
            assert await desk.void(label.external_id)
            assert await desk.void(label.external_id)
            with suppress(Failure):
                await desk.find(key)
    desk.settings.client_secret = "wrong"
    desk.fake.expire()
    with pytest.raises(Misconfigured):
        await desk.track(NUMBER)


@pytest.fixture
async def used() -> AsyncIterator[Desk]:
    async with ups() as fake:
        desk = Desk(fake)
        try:
            await use_everything(desk)
            yield desk
        finally:
            await desk.link.http.close()


async def test_what_is_sent_and_answered_is_as_described(contracts: Path, used: Desk) -> None:
    seen = set()
    for request, answer in used.fake.exchanges:
        spec, path = place(contracts, request)
        sent = [one for one in check_request(spec, request, path) if is_wrong(request, one)]
        assert sent == [], f"{request.method} {path}: {request.body!r}"
        assert check_answer(spec, request, path, answer) == [], f"{request.method} {path}: {answer.body!r}"
        seen.add((path.rpartition("/")[0] if "/1Z" in path else path, answer.status))
    assert seen >= {
        ("/security/v1/oauth/token", 200),
        ("/security/v1/oauth/token", 401),
        ("/track/v1/details", 200),
        ("/track/v1/details", 404),
        ("/subscription/standard/package", 200),
        ("/subscription/standard/package", 400),
        ("/shipments/v2409/ship", 200),
        ("/labels/v1/recovery", 200),
        ("/labels/v1/recovery", 400),
        ("/shipments/v2409/void/cancel", 200),
        ("/shipments/v2409/void/cancel", 400),
    }


async def test_a_wrong_field_would_be_noticed(contracts: Path, used: Desk) -> None:
    request = next(one for one, _ in used.fake.exchanges if one.path.endswith("/ship"))
    spec, path = place(contracts, request)
    changes: tuple[Callable[[dict[str, Any]], object], ...] = (
        lambda shipment: shipment.update(Surprise="x"),
        lambda shipment: shipment["ShipTo"].update(Surprise="x"),
        lambda shipment: shipment["ShipTo"].pop("Name"),
        lambda shipment: shipment["Shipper"].update(ShipperNumber="1"),
    )
    for change in changes:
        body = json.loads(request.body)
        change(body["ShipmentRequest"]["Shipment"])
        other = Request(request.method, request.path, {}, request.headers, json.dumps(body).encode())
        assert check_request(spec, other, path)


@pytest.mark.parametrize("grams", [1, 999, 30_000, 99_999])
def test_every_weight_and_size_fits(contracts: Path, used: Desk, grams: int) -> None:
    spec = load_spec(contracts, "ups/ups_Shipping.trim.json")
    schema = {"$ref": "#/components/schemas/SHIPRequestWrapper"}
    for sender, recipient in ((ANA, SHOP), (MAYA, STORE)):
        parcel = Parcel(grams=grams, length=1, width=grams // 100 + 1, height=50)
        body = build_shipment(used.settings, sender, recipient, parcel, KEY)
        assert check_value(spec, schema, body) == []


def test_the_fakes_pushes_are_as_described(contracts: Path) -> None:
    spec = load_spec(contracts, "ups/ups_UPSTrackAlert.yaml")
    for kind, status, text in (
        ("I", "021", "Out for Delivery"),
        ("D", "011", "Delivered"),
        ("U", "", "New date"),
    ):
        told = json.loads(push(NUMBER, NOW + timedelta(hours=1), kind, "FS", status, text))
        # The examples have it, the schema has not.
        told["activityStatus"].pop("descriptionCode")
        assert check_value(spec, {"$ref": "#/components/schemas/TrackingEventRequest"}, told) == []
