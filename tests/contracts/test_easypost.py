"""What our EasyPost connector sends, and what the fake answers, against recorded exchanges with the real API."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from parley.commerce.connectors.easypost import CONNECTOR
from parley.commerce.connectors.easypost.mapping import is_bought, read_label, read_tracker
from parley.commerce.connectors.easypost.settings import EasyPostSettings
from parley.commerce.connectors.easypost.tests.conftest import Desk
from parley.commerce.connectors.easypost.tests.test_easypost import NUMBER, fill
from parley.commerce.ports import BadSignatureError
from parley.kit.failures import Failure, Misconfigured
from tests.support.carrier_link import NOW
from tests.support.cassettes import Shape, learn_from, read_cassettes
from tests.support.fakes.easypost import KEY, build_event, easypost, sign
from tests.support.fakes.serving import Request

pytestmark = pytest.mark.contracts
IDS = re.compile(r"/(?:[a-z]+_[0-9a-zA-Z]+|parley[0-9a-f]{32})")
# What the recordings do not show, from EasyPost's documentation: "Returns" (is_return) and "Address" (company).
DOCUMENTED = [
    {"shipment": {"is_return": True, "to_address": {"company": "x"}, "from_address": {"company": "x"}}},
]
# The addresses in the recordings have no company, always a second line, and a phone that was blackened.
SIDES = {"company": "x", "phone": None, "street2": None}
SHIPMENT = ("*", "shipment")
SHIPMENT_PATHS = ("/shipments", "/shipments/{id}", "/shipments/{id}/buy", "/shipments/{id}/refund")
TOLD = [{"from_address": SIDES, "to_address": SIDES, "is_return": True}]


def path_of(address: str) -> str:
    """Gives the path with ids, and our references that stand for them, made alike."""
    path = re.sub(r"^https?://[^/]+", "", address).partition("?")[0].removeprefix("/v2")
    return IDS.sub("/{id}", path)


def learn_requests(folder: Path, method: str, path: str) -> Shape:
    """Gives the shape of the bodies recorded for an operation; fails when there is none."""
    found = [
        body
        for asked, address, body, status, _ in read_cassettes(folder)
        if (asked, path_of(address)) == (method, path) and status < 400
    ]
    assert found, f"{method} {path} was never recorded"
    return learn_from([*found, *(DOCUMENTED if path == "/shipments" and method == "POST" else ())])


def learn_answers(folder: Path, method: str, path: str, status: int) -> Shape:
    """Gives the shape of the answers: of the operation when it went well, of all errors otherwise.

    Creating, buying, reading and giving back all answer with the shipment, so they are learned together.
    """
    operation = _operation(method, path)
    found = [
        answer
        for asked, address, _, given, answer in read_cassettes(folder)
        if (given >= 400) == (status >= 400)
        and (given >= 400 or _operation(asked, path_of(address)) == operation)
    ]
    assert found, f"{method} {path} was never answered with {status}"
    return learn_from([*found, *(TOLD if operation == SHIPMENT and status < 400 else ())])


def _operation(method: str, path: str) -> tuple[str, str]:
    return SHIPMENT if path in SHIPMENT_PATHS else (method, path)


def queries(folder: Path, method: str, path: str) -> set[str]:
    """Gives the names of query fields that were recorded."""
    found = set()
    for asked, address, *_ in read_cassettes(folder):
        if (asked, path_of(address)) == (method, path) and "?" in address:
            found |= {pair.partition("=")[0] for pair in address.partition("?")[2].split("&")}
    return found


def check_request(folder: Path, request: Request) -> list[str]:
    """Gives what is wrong with a request of ours."""
    path = path_of(request.path)
    body = json.loads(request.body) if request.body else None
    wrong = learn_requests(folder, request.method, path).check(body, whole=False)
    return wrong + [
        f"{name}= is unknown" for name in set(request.query) - queries(folder, request.method, path)
    ]


@pytest.fixture
def folder(contracts: Path) -> Path:
    """The recordings."""
    return contracts / "easypost" / "cassettes"


@pytest.fixture
async def used() -> AsyncIterator[Desk]:
    """A connection that has sent every kind of request."""
    async with easypost() as fake:
        desk = Desk(fake)
        try:
            fill(desk)
            assert [step.ok async for step in CONNECTOR.test(desk.link, desk.settings)] == [True]
            await desk.watch(NUMBER)
            await desk.track(NUMBER)
            with suppress(Failure):
                await desk.track("NOBODYKNOWS")
            for form in ("PDF", "PNG", "ZPL"):
                desk.settings.label_format = form
                label = await desk.buy(form)
                assert await desk.find(form) == label
                assert await desk.void(label)
                assert await desk.void(label)
            desk.link.hook_url = "https://moved.example/hooks/8"
            await desk.watch(NUMBER)
            desk.settings.api_key = "wrong"
            with pytest.raises(Misconfigured):
                await desk.track(NUMBER)
            yield desk
        finally:
            await desk.link.http.close()


async def test_what_is_sent_and_answered_is_as_recorded(folder: Path, used: Desk) -> None:
    seen = set()
    for request, answer in used.fake.exchanges:
        path = path_of(request.path)
        assert check_request(folder, request) == [], f"{request.method} {path}: {request.body!r}"
        told = json.loads(answer.body)
        shape = learn_answers(folder, request.method, path, answer.status)
        # The fake leaves out what the connector does not read, but gives nothing that was never seen.
        assert shape.check(told, whole=False) == [], f"{request.method} {path}"
        seen.add((request.method, path, answer.status))
    assert seen >= {
        ("GET", "/trackers", 200),
        ("POST", "/trackers", 200),
        ("POST", "/trackers", 422),
        ("POST", "/trackers/batch", 200),
        ("POST", "/shipments", 201),
        ("GET", "/shipments/{id}", 200),
        ("GET", "/shipments/{id}", 404),
        ("POST", "/shipments/{id}/buy", 200),
        ("POST", "/shipments/{id}/refund", 200),
        ("POST", "/shipments/{id}/refund", 422),
        ("POST", "/webhooks", 201),
        ("DELETE", "/webhooks/{id}", 200),
    }


async def test_a_wrong_field_would_be_noticed(folder: Path, used: Desk) -> None:
    request = next(
        one for one, _ in used.fake.exchanges if one.method == "POST" and one.path == "/v2/shipments"
    )
    for place, value in (("surprise", "x"), ("reference", 7), ("parcel", {"weight": 1, "surprise": 1})):
        body = json.loads(request.body)
        body["shipment"][place] = value
        other = Request(request.method, request.path, {}, request.headers, json.dumps(body).encode())
        assert check_request(folder, other)
    assert check_request(folder, Request("GET", "/v2/trackers", {"surprise": "x"}, {}, b""))


def test_every_recorded_tracker_and_label_is_understood(folder: Path) -> None:
    trackers, labels = [], []
    for _, _, _, status, answer in read_cassettes(folder):
        for one in find_objects(answer) if status < 400 else ():
            if one.get("object") == "Tracker":
                trackers.append(read_tracker(one))
            elif "postage_label" in one and is_bought(one):
                labels.append(read_label(one, b"file"))
    assert {one.status for one in trackers} >= {"label_created"}
    assert all(one.number and one.external_id for one in trackers)
    assert any(len(one.events) > 1 for one in trackers)
    assert labels
    assert all(
        one.cost > 0 and one.currency == "USD" and one.type.startswith(("image/", "application/"))
        for one in labels
    )


def find_objects(value: Any) -> list[dict[str, Any]]:
    """Gives all objects in an answer."""
    if isinstance(value, list):
        return [found for one in value for found in find_objects(one)]
    if not isinstance(value, dict):
        return []
    return [value, *(found for one in value.values() for found in find_objects(one))]


def test_the_recorded_webhook_is_believed_and_read(contracts: Path) -> None:
    body = (contracts / "easypost" / "event_body_tracker_updated.json").read_bytes()
    vector = next(
        one
        for one in json.loads((contracts / "webhook_vectors.json").read_bytes())["vectors"]
        if one["id"] == "easypost-tracker-updated"
    )
    settings = EasyPostSettings(api_key=KEY, webhook_secret=vector["inputs"]["secret"])
    headers = {"x-hmac-signature": vector["expected"]}
    delivery = CONNECTOR.verify(settings, headers, body, NOW)
    assert delivery is not None
    assert delivery.key == "evt_1"
    (change,) = CONNECTOR.read(settings, delivery, body)
    told: Any = change.snapshot
    assert (told.number, told.carrier, told.status, len(told.events)) == ("1", "FedEx", "in_transit", 7)
    for at in range(0, len(body), 97):
        changed = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        with pytest.raises(BadSignatureError):
            CONNECTOR.verify(settings, headers, changed, NOW)
    assert sign(vector["inputs"]["secret"], body) == headers
    # What the fake posts has the same shape.
    shape = learn_from([json.loads(body)])
    event = json.loads(build_event({}, "evt_2"))
    event.pop("previous_attributes")
    assert [
        one for one in shape.check(event) if "previous_attributes" not in one and ".result" not in one
    ] == []
